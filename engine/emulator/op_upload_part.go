package emulator

import (
	"crypto/md5" // An ETag is an MD5.
	"encoding/binary"
	"encoding/hex"
	"io"
	"net/http"
	"strconv"

	"offcut/engine/ks3"
)

// Limits of parts (KS3's Upload Part page of 2024).
const (
	maxPartNumber = 10000
	maxPartSize   = 5 << 30
	minPartSize   = 100 << 10 // but for the last one; looked at by Complete

	minPartSize2021 = 5 << 20 // on the page of 2021, of objects larger than this
)

// uploadPart answers PUT /{key}?partNumber=N&uploadId=U. The bytes go to a file
// of their own first; the part is there once its metadata is.
func (c *call) uploadPart() error {
	number, err := c.partParameters()
	if err != nil {
		return err
	}
	id := c.query.Get("uploadId")
	// Looked at before the body is read, so that a client that waits for "100
	// Continue" need not send it.
	u, err := c.uploadOfPart(id)
	if err != nil {
		return err
	}
	p, err := c.storePart(id, number, c.body.sums, func(w io.Writer) error {
		_, err := io.Copy(w, c.body)
		return err
	})
	if err != nil {
		return err
	}
	c.encryptionHeaders(u.sse)
	c.answerCRC64(p.crc)
	c.setETag(p.tag(id))
	return c.empty(http.StatusOK)
}

// uploadOfPart finds the upload that a part is for; its encryption must be the
// request's.
func (c *call) uploadOfPart(id string) (u upload, err error) {
	err = c.view(func(t tables) (err error) {
		u, err = t.mustHave(c.bucket, c.key, id)
		return err
	})
	if err != nil {
		return u, err
	}
	return u, c.checkEncryption(u.sse)
}

// storePart makes what fill writes the part of a number. sums, which are asked for
// afterwards, are those that it came with.
func (c *call) storePart(id string, number int, sums func() []partSum, fill func(io.Writer) error) (p part, err error) {
	err = c.keep(fill, func(got received) error {
		p = part{
			number: number, size: got.size, etag: got.md5, crc: got.crc, sums: sums(),
			file: got.file, modified: millis(c.now()),
		}
		return c.commitPart(id, p)
	})
	return p, err
}

func (c *call) partParameters() (number int, err error) {
	if !c.query.Has("partNumber") {
		return 0, refuse(ks3.CodeInvalidArgument, "Upload Part needs the parameter partNumber.")
	}
	if number, err = readPartNumber(c.query.Get("partNumber")); err != nil {
		return 0, err
	}
	size := c.body.size
	if size < 0 {
		return 0, refuse(ks3.CodeMissingLength, "Upload Part needs Content-Length.")
	}
	if size > maxPartSize {
		return 0, refuse(ks3.CodeEntityTooLarge, "The part has %d bytes; %d is the limit.", size, int64(maxPartSize))
	}
	return number, nil
}

func readPartNumber(text string) (int, error) {
	number, err := strconv.Atoi(text)
	if err != nil || number < 1 || number > maxPartNumber {
		return 0, refuse(ks3.CodeInvalidPartNum, "The part number %q is not in 1..%d.", text, maxPartNumber)
	}
	return number, nil
}

// mustHave reads an upload or refuses with NoSuchUpload.
func (t tables) mustHave(bucket, key, id string) (upload, error) {
	u, found, err := t.upload(bucket, key, id)
	if err == nil && !found {
		err = noSuchUpload(id)
	}
	return u, err
}

// commitPart makes a stored file the part of its number, in place of the one
// that may be there.
func (c *call) commitPart(id string, p part) error {
	var replaced []fileID
	err := c.change(func(t tables) error {
		replaced = nil
		u, err := t.mustHave(c.bucket, c.key, id)
		if err != nil {
			return err
		}
		row := partKey(u.serial, p.number)
		if old := t.parts.Get(row); old != nil {
			was, err := decodePart(p.number, old)
			if err != nil {
				return err
			}
			replaced = append(replaced, was.file)
		}
		if err := t.forget(replaced); err != nil {
			return err
		}
		if err := t.files.Put(p.file[:], []byte{recordVersion}); err != nil {
			return err
		}
		return t.parts.Put(row, p.encode())
	})
	if err == nil {
		c.discard(replaced)
	}
	return err
}

// tag is the part's ETag without quotes. A part without bytes has one made of
// what is known of it.
func (p part) tag(uploadID string) string {
	if !p.seeded {
		return hex.EncodeToString(p.etag[:])
	}
	b := binary.BigEndian.AppendUint64([]byte(uploadID), uint64(p.number))
	sum := md5.Sum(binary.BigEndian.AppendUint64(b, uint64(p.size)))
	return hex.EncodeToString(sum[:])
}

func quote(s string) string { return `"` + s + `"` }
