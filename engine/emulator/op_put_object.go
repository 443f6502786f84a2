package emulator

import (
	"io"
	"net/http"

	"offcut/engine/ks3"
)

// maxPutSize is the largest object that comes in one request, by Put Object or
// Copy Object (KS3's error code page).
const maxPutSize = 5 << 30

// putObject answers PUT /{key}. The bytes go to a file of their own first; the
// object is there, in place of the one before, once its metadata is.
func (c *call) putObject() error {
	if err := c.checkPutSize(); err != nil {
		return err
	}
	// A copy whose source is empty is no Put Object.
	if err := c.refuseHeaders("callback", "write-offset-bytes", "copy-source"); err != nil {
		return err
	}
	given, err := c.readAttributes()
	if err != nil {
		return err
	}
	// Looked at before the body is read, so that a client that waits for "100
	// Continue" need not send it; it counts when the metadata is committed.
	if err := c.checkReplace(); err != nil {
		return err
	}
	made := object{attributes: given}
	err = c.storeObject(&made, func(w io.Writer) error {
		_, err := io.Copy(w, c.body)
		return err
	})
	if err != nil {
		return err
	}
	c.encryptionHeaders(made.sse)
	c.answerCRC64(made.crc)
	c.setETag(made.etag)
	return c.empty(http.StatusOK)
}

// storeObject makes what fill writes the bytes of an object, and puts it in the
// place of the one of its key.
func (c *call) storeObject(made *object, fill func(io.Writer) error) error {
	return c.keep(fill, func(got received) error {
		made.size, made.etag, made.crc, made.pieces = got.size, got.etag(), got.crc, got.pieces()
		return c.commitObject(made)
	})
}

func (c *call) checkPutSize() error {
	switch size := c.body.size; {
	case size < 0:
		return refuse(ks3.CodeMissingLength, "Put Object needs Content-Length.")
	case size > maxPutSize:
		return refuse(ks3.CodeEntityTooLarge, "The object has %d bytes; %d is the limit of one request.", size, int64(maxPutSize))
	}
	return nil
}
