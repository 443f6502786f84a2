package emulator

import (
	"bytes"
	"errors"
	"fmt"
	"net/http"
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
	o, err := c.openObject(c.home, c.key)
	if err != nil {
		return err
	}
	defer c.closeObject(o)
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
	row, err := c.objectRow(c.home, c.key)
	if err != nil {
		return object{}, err
	}
	return decodeObject(row)
}

func (c *call) objectRow(home bucket, key string) (row []byte, err error) {
	err = c.store.view(func(t tables) error {
		if err := t.stillThere(home); err != nil {
			return err
		}
		row = bytes.Clone(t.objects.Get(objectKey(home.name, key)))
		return nil
	})
	if err == nil && row == nil {
		err = c.missingKeyAt(home)
	}
	return row, err
}

// alterObject changes what is said of the call's object. Its bytes and its
// Last-Modified stay (KS3's object tagging page).
func (c *call) alterObject(alter func(*object)) error {
	var found bool
	err := c.change(func(t tables) (err error) {
		var o object
		if o, found, err = t.object(c.bucket, c.key); err != nil || !found {
			return err
		}
		alter(&o)
		return t.objects.Put(objectKey(c.bucket, c.key), o.encode())
	})
	if err == nil && !found {
		err = c.missingKey()
	}
	return err
}

// openObject finds an object and keeps its files until they are unpinned. If the
// object was replaced before its files were pinned, they may be gone: the row is
// read again to be sure.
func (c *call) openObject(home bucket, key string) (object, error) {
	for {
		row, err := c.objectRow(home, key)
		if err != nil {
			return object{}, err
		}
		o, err := decodeObject(row)
		if err != nil {
			return o, err
		}
		c.files.pin(o.pieces)
		again, err := c.objectRow(home, key)
		if err == nil && bytes.Equal(row, again) {
			return o, nil
		}
		if err := errors.Join(err, c.files.unpin(o.pieces)); err != nil {
			return o, err
		}
	}
}

// closeObject lets go of what openObject keeps.
func (c *call) closeObject(o object) {
	c.access.Err = errors.Join(c.access.Err, c.files.unpin(o.pieces))
}

// objectHead sets an object's headers and judges conditions and range. Where
// nothing changed it answers itself, with 304.
func (c *call) objectHead(o object) (first, length int64, status int, err error) {
	if err := c.checkOverrides(); err != nil {
		return 0, 0, 0, err
	}
	if err := c.checkEncryption(o.sse); err != nil {
		return 0, 0, 0, err
	}
	h := c.w.Header()
	c.setETag(o.etag)
	h.Set("Last-Modified", ks3.FormatDate(time.UnixMilli(o.modified)))
	switch c.conditions().judge(o) {
	case failed:
		return 0, 0, 0, refuse(ks3.CodePreconditionFailed, "The object does not meet the request's conditions.")
	case unchanged:
		c.writeHead(http.StatusNotModified)
		return 0, 0, http.StatusNotModified, nil
	}
	first, length, ranged, err := c.wanted(o)
	if err != nil {
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

// wanted is the run of the object's bytes that the request asks for: a range, one
// part, or all.
func (c *call) wanted(o object) (first, length int64, partial bool, err error) {
	text := c.r.Header.Get("Range")
	switch {
	case c.query.Has("partNumber") && text != "":
		return 0, 0, false, refuse(codeInvalidRequest, "The request has both Range and partNumber; one is allowed.")
	case c.query.Has("partNumber"):
		return c.wantedPart(o)
	case !sameObject(c.r.Header, o):
		return 0, o.size, false, nil
	}
	if first, length, partial, err = parseRange(text, o.size); err != nil {
		c.w.Header().Set("Content-Range", fmt.Sprintf("bytes */%d", o.size))
	}
	return first, length, partial, err
}

// wantedPart is the run of one part of an object, as S3 has it; KS3's pages do
// not say. Parts are counted from 1 in the order in which Complete listed them;
// an object that was not made of parts is its own first one.
func (c *call) wantedPart(o object) (first, length int64, partial bool, err error) {
	sizes := []int64{o.size}
	if o.ofParts() {
		sizes = sizes[:0]
		for _, p := range o.pieces {
			sizes = append(sizes, p.size)
		}
	}
	number, err := readPartNumber(c.query.Get("partNumber"))
	if err != nil {
		return 0, 0, false, err
	}
	if number > len(sizes) {
		return 0, 0, false, refuse(codeInvalidPartNumber, "There is no part %d: the object has %d.", number, len(sizes))
	}
	if o.ofParts() {
		c.setHeader("mp-parts-count", strconv.Itoa(len(sizes)))
	}
	for _, size := range sizes[:number-1] {
		first += size
	}
	// The only part of an empty object has no bytes that a range could name.
	return first, sizes[number-1], o.size > 0, nil
}

// describe sets what the object was given, and what the query asks to have in
// its place.
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
	// As in S3, only who may read the tags learns how many there are.
	if len(o.tags) > 0 && c.may("ks3:GetObjectTagging", c.key) == nil {
		c.setHeader("tagging-count", strconv.Itoa(len(o.tags)))
	}
	c.encryptionHeaders(o.sse)
	c.answerCRC64(o.crc)
	for _, name := range overridable() {
		if v := c.query.Get("response-" + strings.ToLower(name)); v != "" {
			h.Set(name, v)
		}
	}
}

// overridable are the headers that a parameter response-* may replace.
func overridable() [6]string {
	return [...]string{"Content-Type", "Content-Language", "Expires", "Cache-Control", "Content-Disposition", "Content-Encoding"}
}

// checkOverrides refuses response-* to whoever does not sign, as S3 does: a link
// to a public object must not make it something else.
func (c *call) checkOverrides() error {
	for _, name := range overridable() {
		if parameter := "response-" + strings.ToLower(name); c.requester.anonymous && c.query.Has(parameter) {
			return refuse(codeInvalidRequest, "The parameter %s needs a signed request.", parameter)
		}
	}
	return nil
}
