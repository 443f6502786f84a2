package emulator

import (
	"errors"
	"net/http"

	"offcut/engine/emulator/switches"
	"offcut/engine/ks3"
)

// abort answers DELETE /{key}?uploadId=U: everything of the upload goes, an
// object of the same key stays as it is.
func (c *call) abort() error {
	if err := c.drain(); err != nil {
		return err
	}
	id := c.query.Get("uploadId")
	var files []fileID
	err := c.change(func(t tables) (err error) {
		files = nil
		if c.set.Quirks != (switches.Quirks{}) {
			files, err = c.abortWithQuirks(t, id)
			return err
		}
		u, err := t.mustHave(c.bucket, c.key, id)
		if err != nil {
			return err
		}
		files, err = t.dropUpload(uploadKey(c.bucket, c.key, id), u, nil)
		return err
	})
	if err != nil {
		return err
	}
	c.discard(files)
	return c.empty(http.StatusNoContent)
}

func noSuchUpload(id string) error {
	return refuse(ks3.CodeNoSuchUpload, "There is no upload %q of this key: it was completed or aborted, or never was.", id)
}

// discard removes the files of what is gone already. A file that can't be
// removed is logged, and removed when the server is opened again.
func (c *call) discard(files []fileID) {
	c.access.Err = errors.Join(c.access.Err, c.files.remove(files))
}
