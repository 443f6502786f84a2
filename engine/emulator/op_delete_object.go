package emulator

import (
	"net/http"
)

// deleteObject answers DELETE /{key}: 204 whether or not there was an object, as
// S3 does. If-Match is honoured where it is sent.
func (c *call) deleteObject() error {
	if err := c.drain(); err != nil {
		return err
	}
	var files []fileID
	err := c.change(func(t tables) error {
		old, exists, err := t.object(c.bucket, c.key)
		if err != nil {
			return err
		}
		if err := c.meetsETags(old, exists); err != nil {
			return err
		}
		files, err = t.dropObject(c.bucket, c.key)
		return err
	})
	if err != nil {
		return err
	}
	c.discard(files)
	return c.empty(http.StatusNoContent)
}

// dropObject removes an object, where there is one, and returns its files.
func (t tables) dropObject(bucket, key string) (files []fileID, err error) {
	o, exists, err := t.object(bucket, key)
	if err != nil || !exists {
		return nil, err
	}
	for _, p := range o.pieces {
		files = append(files, p.file)
	}
	if err := t.forget(files); err != nil {
		return nil, err
	}
	return files, t.objects.Delete(objectKey(bucket, key))
}
