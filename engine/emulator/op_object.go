package emulator

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math"
	"net/http"
	"os"
	"regexp"
	"strconv"
	"strings"
	"time"

	"offcut/engine/ks3"
)

// getObject answers GET /{key}, whole or one range of it.
func (c *call) getObject() error {
	if err := c.drain(); err != nil {
		return err
	}
	o, err := c.openObject()
	if err != nil {
		return err
	}
	defer func() { c.access.Err = errors.Join(c.access.Err, c.files.unpin(o.pieces)) }()
	first, length, status, err := c.objectHead(o)
	if err != nil || status == http.StatusNotModified {
		return err
	}
	c.writeHead(status)
	return c.files.copyRange(c.w, o.pieces, first, length)
}

func (c *call) headObject() error {
	if err := c.drain(); err != nil {
		return err
	}
	o, err := c.findObject()
	if err != nil {
		return err
	}
	_, _, status, err := c.objectHead(o)
	if err == nil && status != http.StatusNotModified {
		c.writeHead(status)
	}
	return err
}

func (c *call) findObject() (object, error) {
	row, err := c.objectRow()
	if err != nil {
		return object{}, err
	}
	return decodeObject(row)
}

func (c *call) objectRow() (row []byte, err error) {
	err = c.store.view(func(t tables) error {
		row = bytes.Clone(t.objects.Get(objectKey(c.bucket, c.key)))
		return nil
	})
	if err == nil && row == nil {
		err = noSuchKey()
	}
	return row, err
}

func noSuchKey() error { return refuse(ks3.CodeNoSuchKey, "There is no object of this key.") }

// openObject finds an object and keeps its files until they are unpinned. If the
// object was replaced before its files were pinned, they may be gone: the row is
// read again to be sure.
func (c *call) openObject() (object, error) {
	for {
		row, err := c.objectRow()
		if err != nil {
			return object{}, err
		}
		o, err := decodeObject(row)
		if err != nil {
			return o, err
		}
		c.files.pin(o.pieces)
		again, err := c.objectRow()
		if err == nil && bytes.Equal(row, again) {
			return o, nil
		}
		if err := errors.Join(err, c.files.unpin(o.pieces)); err != nil {
			return o, err
		}
	}
}

// objectHead sets an object's headers and judges conditions and range. Where
// nothing changed it answers itself, with 304.
func (c *call) objectHead(o object) (first, length int64, status int, err error) {
	if err = c.checkEncryption(o.sse); err != nil {
		return 0, 0, 0, err
	}
	h := c.w.Header()
	h.Set("ETag", quote(o.etag))
	h.Set("Last-Modified", ks3.FormatDate(time.UnixMilli(o.modified)))
	if status, err = c.conditions(o); err != nil {
		return 0, 0, 0, err
	}
	if status == http.StatusNotModified {
		c.writeHead(status)
		return 0, 0, status, nil
	}
	first, length, ranged, err := parseRange(c.r.Header.Get("Range"), o.size)
	if err != nil {
		h.Set("Content-Range", fmt.Sprintf("bytes */%d", o.size))
		return 0, 0, 0, err
	}
	c.describe(o)
	h.Set("Accept-Ranges", "bytes")
	h.Set("Content-Length", strconv.FormatInt(length, 10))
	if ranged {
		h.Set("Content-Range", fmt.Sprintf("bytes %d-%d/%d", first, first+length-1, o.size))
		return first, length, http.StatusPartialContent, nil
	}
	return first, length, http.StatusOK, nil
}

// describe sets what Initiate gave the object, and what the query asks to have
// in its place.
func (c *call) describe(o object) {
	h := c.w.Header()
	h.Set("Content-Type", "binary/octet-stream")
	for _, kept := range o.headers {
		if kept.protocols() {
			c.setHeader(kept.name, kept.value)
			continue
		}
		h.Set(kept.name, kept.value)
	}
	c.setHeader("storage-class", o.class)
	if len(o.tags) > 0 {
		c.setHeader("tagging-count", strconv.Itoa(len(o.tags)))
	}
	c.encryptionHeaders(o.sse)
	c.answerCRC64(o.crc)
	for _, name := range [...]string{"Content-Type", "Content-Language", "Expires", "Cache-Control", "Content-Disposition", "Content-Encoding"} {
		if v := c.query.Get("response-" + strings.ToLower(name)); v != "" {
			h.Set(name, v)
		}
	}
}

// conditions judges If-Match and its relatives as RFC 9110 orders them.
func (c *call) conditions(o object) (status int, err error) {
	h := c.r.Header
	modified := time.UnixMilli(o.modified).Truncate(time.Second)
	failed := refuse(ks3.CodePreconditionFailed, "The object does not meet the request's conditions.")
	if match := h.Get("If-Match"); match != "" {
		if !etagListed(match, o.etag) {
			return 0, failed
		}
	} else if since, ok := ks3.ParseDate(h.Get("If-Unmodified-Since")); ok && modified.After(since) {
		return 0, failed
	}
	if none := h.Get("If-None-Match"); none != "" {
		if etagListed(none, o.etag) {
			return http.StatusNotModified, nil
		}
	} else if since, ok := ks3.ParseDate(h.Get("If-Modified-Since")); ok && !modified.After(since) {
		return http.StatusNotModified, nil
	}
	return http.StatusOK, nil
}

// parseRange reads one range of bytes. Other units, several ranges and what is
// no range at all mean the whole object (RFC 9110).
func parseRange(text string, size int64) (first, length int64, ranged bool, err error) {
	m := regexp.MustCompile(`^bytes=([0-9]*)-([0-9]*)$`).FindStringSubmatch(text)
	if m == nil || m[1] == "" && m[2] == "" {
		return 0, size, false, nil
	}
	from, to := position(m[1]), position(m[2])
	switch {
	case m[1] == "": // the last so many bytes
		from, to = max(size-to, 0), size-1
	case m[2] == "":
		to = size - 1
	case to < from:
		return 0, size, false, nil
	}
	if from >= size {
		return 0, 0, false, refuse(codeInvalidRange, "The range %q is outside the object's %d bytes.", text, size)
	}
	return from, min(to, size-1) - from + 1, true, nil
}

// position reads digits; a number too large for any object stays larger than any.
func position(digits string) int64 {
	n, err := strconv.ParseInt(digits, 10, 64)
	if errors.Is(err, strconv.ErrRange) {
		return math.MaxInt64
	}
	return n
}

// copyRange writes a run of bytes that may span files.
func (f *partFiles) copyRange(w io.Writer, pieces []piece, first, length int64) error {
	for _, p := range pieces {
		if length == 0 {
			return nil
		}
		if first >= p.size {
			first -= p.size
			continue
		}
		n := min(p.size-first, length)
		if err := f.copyPiece(w, p.file, first, n); err != nil {
			return err
		}
		first, length = 0, length-n
	}
	return nil
}

func (f *partFiles) copyPiece(w io.Writer, id fileID, first, n int64) error {
	file, err := os.Open(f.path(id))
	if err != nil {
		return err
	}
	defer file.Close() //nolint:errcheck // It was only read.
	if _, err := file.Seek(first, io.SeekStart); err != nil {
		return err
	}
	_, err = io.CopyN(w, file, n)
	return err
}
