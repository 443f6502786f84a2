package emulator

import (
	"bytes"
	"fmt"
	"time"
)

// An AgeFilter chooses what Age moves. Empty fields match everything.
type AgeFilter struct {
	Bucket, Key, UploadID string
}

// How many uploads Age looks at in one transaction.
const ageBatch = 10_000

// Age moves the stored stamps (Initiated and LastModified of all parts) of the
// matching uploads back by d, and says how many uploads matched. Objects keep
// theirs. d must not be below zero.
func (s *Server) Age(f AgeFilter, d time.Duration) (int, error) {
	if d < 0 {
		return 0, fmt.Errorf("age uploads by %s: stamps only move back", d)
	}
	from := f.start()
	matched := 0
	for from != nil {
		n := 0
		var next []byte
		err := s.store.change(func(t tables) (err error) {
			n, next, err = f.move(t, from, d.Milliseconds())
			return err
		})
		if err != nil {
			return matched, fmt.Errorf("age uploads by %s: %w", d, err)
		}
		matched, from = matched+n, next
	}
	return matched, nil
}

// start is the first row that could match.
func (f AgeFilter) start() []byte {
	if f.Bucket == "" {
		return []byte{0}
	}
	return scopeKey(f.Bucket, f.Key)
}

// move ages the matching uploads of one run of rows and returns the row to go on
// from, or nil at the end.
func (f AgeFilter) move(t tables, from []byte, by int64) (matched int, next []byte, err error) {
	within := []byte{}
	if f.Bucket != "" {
		within = from[:1+len(f.Bucket)]
	}
	var rows []seedRow
	c := t.uploads.Cursor()
	k, v := c.Seek(from)
	for n := 0; hasPrefix(k, within); k, v = c.Next() {
		if n++; n > ageBatch {
			next = bytes.Clone(k)
			break
		}
		ok, past, err := f.match(k)
		if err != nil {
			return 0, nil, err
		}
		if past {
			break
		}
		if ok {
			rows = append(rows, seedRow{bytes.Clone(k), bytes.Clone(v)})
		}
	}
	for _, row := range rows {
		if err := t.age(row, by); err != nil {
			return 0, nil, err
		}
	}
	return len(rows), next, nil
}

// match reports whether an upload's row is asked for, and whether the rows that
// are lie behind it already.
func (f AgeFilter) match(row []byte) (ok, past bool, err error) {
	if len(row) == 0 || len(row) < 1+int(row[0]) {
		return false, false, errDamaged
	}
	scope := row[:1+row[0]]
	key, id, err := splitRow(row, scope)
	if err != nil {
		return false, false, err
	}
	bucket := string(scope[1:])
	ok = (f.Bucket == "" || bucket == f.Bucket) &&
		(f.Key == "" || string(key) == f.Key) &&
		(f.UploadID == "" || string(id) == f.UploadID)
	past = f.Bucket != "" && f.Key != "" && string(key) > f.Key
	return ok, past, nil
}

// age moves the stamps of one upload and of its parts.
func (t tables) age(row seedRow, by int64) error {
	u, err := decodeUpload(row.value)
	if err != nil {
		return err
	}
	u.initiated -= by
	seeded, err := decodeSeeded(u.seeded)
	if err != nil {
		return err
	}
	u.seeded = nil
	for _, p := range seeded {
		p.modified -= by
		u.seeded = appendSeeded(u.seeded, p)
	}
	if err := t.uploads.Put(row.key, u.encode()); err != nil {
		return err
	}
	return t.ageParts(u, by)
}

// ageParts moves the stamps of the parts that have bytes.
func (t tables) ageParts(u upload, by int64) error {
	var parts []part
	prefix := partKey(u.serial, 0)[:8]
	c := t.parts.Cursor()
	for k, v := c.Seek(prefix); hasPrefix(k, prefix); k, v = c.Next() {
		p, err := decodePart(partNumber(k), v)
		if err != nil {
			return err
		}
		p.modified -= by
		parts = append(parts, p)
	}
	for _, p := range parts {
		if err := t.parts.Put(partKey(u.serial, p.number), p.encode()); err != nil {
			return err
		}
	}
	return nil
}
