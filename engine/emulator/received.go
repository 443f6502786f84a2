package emulator

import (
	"crypto/md5" // An ETag is an MD5.
	"encoding/hex"
	"errors"
	"hash/crc64"
	"io"
)

// A received is a body in a file of its own, to which nothing refers yet.
type received struct {
	file fileID
	size int64
	md5  [md5.Size]byte
	crc  uint64 // CRC-64 of ECMA-182
}

// etag is the ETag of an object or a part with these bytes, without quotes.
func (r received) etag() string { return hex.EncodeToString(r.md5[:]) }

// pieces are what an object of these bytes consists of.
func (r received) pieces() []piece { return []piece{{r.file, r.size}} }

// keep stores what fill writes and has commit refer to it. Where either fails
// nothing stays behind; but a commit that may have been made keeps its file, of
// which the state decides when it is opened again.
func (c *call) keep(fill func(io.Writer) error, commit func(received) error) error {
	var got received
	sum, crc := md5.New(), crc64.New(crc64.MakeTable(crc64.ECMA))
	var err error
	got.file, err = c.files.receive(func(w io.Writer) error {
		counted := &countingWriter{w: io.MultiWriter(w, sum, crc)}
		err := fill(counted)
		got.size = counted.n
		return err
	})
	if err != nil {
		return err
	}
	got.md5, got.crc = [md5.Size]byte(sum.Sum(nil)), crc.Sum64()
	err = c.checkCRC64(got.crc)
	if err == nil {
		err = commit(got)
	}
	if err != nil && !errors.Is(err, errInDoubt) {
		c.discard([]fileID{got.file})
	}
	return err
}

// A countingWriter counts what goes through it.
type countingWriter struct {
	w io.Writer
	n int64
}

func (c *countingWriter) Write(p []byte) (int, error) {
	n, err := c.w.Write(p)
	c.n += int64(n)
	return n, err
}

// commitObject makes a received object the one of the call's key. Readers of the
// one before finish with its bytes.
func (c *call) commitObject(made *object) error {
	var replaced []fileID
	err := c.change(func(t tables) (err error) {
		made.modified = millis(c.now())
		if replaced, err = c.replaceObject(t, *made); err != nil {
			return err
		}
		for _, p := range made.pieces {
			if err := t.files.Put(p.file[:], []byte{recordVersion}); err != nil {
				return err
			}
		}
		return nil
	})
	if err == nil {
		c.discard(replaced)
	}
	return err
}
