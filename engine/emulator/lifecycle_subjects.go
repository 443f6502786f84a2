package emulator

import (
	"time"

	"offcut/engine/emulator/lifecycle"
)

// openUploads are the open uploads of a bucket. Their age counts from Initiate,
// whenever their parts came (S3's definition of DaysAfterInitiation).
type openUploads struct{ *lifecycleWorker }

func (openUploads) rows(t tables) rowCursor { return t.uploads.Cursor() }

func (openUploads) read(t tables, row []byte) []byte { return t.uploads.Get(row) }

func (u openUploads) judge(key, value []byte) (lifecycle.Decision, bool, error) {
	initiated, _, _, err := uploadHead(value)
	if err != nil {
		return lifecycle.Decision{}, false, err
	}
	rule, due := u.rules.AbortDue(string(key), time.UnixMilli(initiated), u.now)
	return lifecycle.Decision{Action: lifecycle.Abort, Rule: rule}, due, nil
}

func (openUploads) act(t tables, row, value []byte, _ lifecycle.Decision) ([]fileID, error) {
	u, err := decodeUpload(value)
	if err != nil {
		return nil, err
	}
	return t.dropUpload(row, u, nil)
}

// storedObjects are the objects of a bucket.
type storedObjects struct{ *lifecycleWorker }

func (storedObjects) rows(t tables) rowCursor { return t.objects.Cursor() }

func (storedObjects) read(t tables, row []byte) []byte { return t.objects.Get(row) }

func (s storedObjects) judge(key, value []byte) (lifecycle.Decision, bool, error) {
	o, err := decodeObject(value)
	if err != nil {
		return lifecycle.Decision{}, false, err
	}
	seen := lifecycle.Object{Key: string(key), Size: o.size, Class: o.class, Modified: time.UnixMilli(o.modified)}
	for _, t := range o.tags {
		seen.Tags = append(seen.Tags, lifecycle.Tag{Key: t.key, Value: t.value})
	}
	d, due := s.rules.ObjectDue(seen, s.now)
	return d, due, nil
}

// act deletes an object or changes its class. Last-Modified stays, as on S3.
func (s storedObjects) act(t tables, row, value []byte, d lifecycle.Decision) ([]fileID, error) {
	if d.Action == lifecycle.Transition {
		o, err := decodeObject(value)
		if err != nil {
			return nil, err
		}
		o.class = d.Class
		return nil, t.objects.Put(row, o.encode())
	}
	key, _, err := splitRow(row, appendScope(nil, s.bucket))
	if err != nil {
		return nil, err
	}
	return t.dropObject(s.bucket, string(key))
}
