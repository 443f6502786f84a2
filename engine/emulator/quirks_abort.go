package emulator

import (
	"bytes"
	"slices"
)

// What a row of the table gone, which has an upload's key, says of the upload.
const (
	markAborted = 'a' // it is gone, and a second abort is to succeed
	markSpared  = 's' // it was aborted once, and is still there
)

// lateSize is the size of the part that comes after an abort.
const lateSize = 1 << 20

// abortWithQuirks aborts as services do that have the quirks of the call.
func (c *call) abortWithQuirks(t tables, id string) ([]fileID, error) {
	row, u, found, err := c.uploadToAbort(t, id)
	if err != nil {
		return nil, err
	}
	mark := t.gone.Get(row)
	if !found {
		again := c.set.SecondAbort == "204" && len(mark) == 1 && mark[0] == markAborted
		if again || c.set.UnknownAbort == "204" {
			return nil, nil
		}
		return nil, noSuchUpload(id)
	}
	switch c.set.AbortLeaves {
	case "everything":
		return nil, nil
	case "once", "late-part":
		if len(mark) == 1 && mark[0] == markSpared {
			break
		}
		if c.set.AbortLeaves == "late-part" {
			if err := t.addLatePart(row, u, millis(c.now())); err != nil {
				return nil, err
			}
		}
		return nil, t.gone.Put(row, []byte{markSpared})
	}
	files, err := t.dropUpload(row, u, nil)
	if err == nil && c.set.SecondAbort == "204" {
		err = t.gone.Put(row, []byte{markAborted})
	}
	return files, err
}

// dropMarks removes what is marked of the uploads whose rows begin with scope.
func (t tables) dropMarks(scope []byte) error {
	c := t.gone.Cursor()
	for k, _ := c.Seek(scope); hasPrefix(k, scope); k, _ = c.Seek(scope) {
		if err := c.Delete(); err != nil {
			return err
		}
	}
	return nil
}

// uploadToAbort finds the upload that an abort means. One of another key is
// looked for in the whole bucket. The row is that of the request where there is
// none.
func (c *call) uploadToAbort(t tables, id string) (row []byte, u upload, found bool, err error) {
	row = uploadKey(c.bucket, c.key, id)
	u, found, err = t.upload(c.bucket, c.key, id)
	if found || err != nil || id == "" || c.set.AbortByID != "any-key" {
		return row, u, found, err
	}
	scope := appendScope(nil, c.bucket)
	rows := t.uploads.Cursor()
	for k, v := rows.Seek(scope); hasPrefix(k, scope); k, v = rows.Next() {
		_, other, err := splitRow(k, scope)
		if err != nil {
			return row, u, false, err
		}
		if string(other) == id {
			u, err = decodeUpload(v)
			return bytes.Clone(k), u, true, err
		}
	}
	return row, u, false, nil
}

// addLatePart gives an upload a part behind its last one, as if it had been on
// its way when the abort came. Where every number is taken, the last part came
// again.
func (t tables) addLatePart(row []byte, u upload, now int64) error {
	parts, err := t.partsOf(u, 0)
	if err != nil {
		return err
	}
	late := part{number: 1, size: lateSize, modified: now}
	if len(parts) > 0 {
		late.number = min(parts[len(parts)-1].number+1, maxPartNumber)
	}
	stored := partKey(u.serial, late.number)
	if v := t.parts.Get(stored); v != nil {
		again, err := decodePart(late.number, v)
		if err != nil {
			return err
		}
		again.modified = now
		return t.parts.Put(stored, again.encode())
	}
	seeded, err := decodeSeeded(u.seeded)
	if err != nil {
		return err
	}
	seeded = slices.DeleteFunc(seeded, func(p part) bool { return p.number == late.number })
	u.seeded = nil
	for _, p := range append(seeded, late) {
		u.seeded = appendSeeded(u.seeded, p)
	}
	return t.uploads.Put(row, u.encode())
}
