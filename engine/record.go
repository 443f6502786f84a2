package engine

import (
	"bytes"
	"encoding/binary"
	"errors"
	"time"

	"offcut/rules"
)

// A codec turns one kind of record into bytes and back. Every record begins with
// an upload (putUpload), because its first four strings are the order of a spool.
// Strings keep their bytes whether they are valid UTF-8 or not; times keep their
// instant and come back in UTC.
type codec[T any] struct {
	put func(dst []byte, t *T) []byte
	get func(d *decoder, t *T)
}

var errDamaged = errors.New("a record of the spool file is damaged")

// decode reads one whole record; anything left over is damage.
func (c codec[T]) decode(record []byte, t *T) error {
	d := decoder{rest: record}
	c.get(&d, t)
	if d.bad || len(d.rest) != 0 {
		return errDamaged
	}
	return nil
}

func putString(dst []byte, s string) []byte {
	dst = binary.AppendUvarint(dst, uint64(len(s)))
	return append(dst, s...)
}

func putInt(dst []byte, n int64) []byte { return binary.AppendVarint(dst, n) }

func putBool(dst []byte, b bool) []byte {
	if b {
		return append(dst, 1)
	}
	return append(dst, 0)
}

func putTime(dst []byte, t time.Time) []byte {
	dst = binary.AppendVarint(dst, t.Unix())
	return binary.AppendUvarint(dst, uint64(t.Nanosecond()))
}

// A decoder takes values off the front of a record. After the first value that
// is not there, bad is set and everything reads as zero.
type decoder struct {
	rest []byte
	bad  bool
}

func (d *decoder) bytes() []byte {
	n, size := binary.Uvarint(d.rest)
	if size <= 0 || n > uint64(len(d.rest)-size) {
		d.fail()
		return nil
	}
	b := d.rest[size : size+int(n)]
	d.rest = d.rest[size+int(n):]
	return b
}

func (d *decoder) string() string { return string(d.bytes()) }

func (d *decoder) int() int64 {
	n, size := binary.Varint(d.rest)
	if size <= 0 {
		d.fail()
		return 0
	}
	d.rest = d.rest[size:]
	return n
}

func (d *decoder) bool() bool {
	if len(d.rest) == 0 || d.rest[0] > 1 {
		d.fail()
		return false
	}
	b := d.rest[0] == 1
	d.rest = d.rest[1:]
	return b
}

func (d *decoder) time() time.Time {
	sec := d.int()
	nsec, size := binary.Uvarint(d.rest)
	if size <= 0 || nsec >= uint64(time.Second) {
		d.fail()
		return time.Time{}
	}
	d.rest = d.rest[size:]
	return time.Unix(sec, int64(nsec)).UTC()
}

func (d *decoder) fail() { d.rest, d.bad = nil, true }

func putUpload(dst []byte, u *rules.Upload) []byte {
	for _, s := range [...]string{u.Provider, u.Bucket, u.Key, u.ID, u.StorageClass, u.Owner, u.Initiator} {
		dst = putString(dst, s)
	}
	return putBool(putTime(dst, u.Initiated), u.KeyUnproven)
}

func (d *decoder) upload(u *rules.Upload) {
	for _, s := range [...]*string{&u.Provider, &u.Bucket, &u.Key, &u.ID, &u.StorageClass, &u.Owner, &u.Initiator} {
		*s = d.string()
	}
	u.Initiated, u.KeyUnproven = d.time(), d.bool()
}

func putParts(dst []byte, p *rules.Parts) []byte {
	dst = putInt(putInt(dst, int64(p.Count)), p.Bytes)
	dst = putTime(dst, p.Newest)
	dst = putBool(putBool(putBool(dst, p.TimeUnknown), p.Unreadable), p.Foreign)
	return putString(dst, p.Fingerprint)
}

func (d *decoder) parts(p *rules.Parts) {
	p.Count, p.Bytes = int(d.int()), d.int()
	p.Newest = d.time()
	p.TimeUnknown, p.Unreadable, p.Foreign = d.bool(), d.bool(), d.bool()
	p.Fingerprint = d.string()
}

func putItem(dst []byte, i *Item) []byte {
	dst = putParts(putUpload(dst, &i.Upload), &i.Parts)
	dst = putString(putString(dst, string(i.Reason)), i.Rule)
	return putInt(putInt(dst, int64(i.Age)), int64(i.Idle))
}

func (d *decoder) item(i *Item) {
	d.upload(&i.Upload)
	d.parts(&i.Parts)
	i.Reason, i.Rule = rules.Reason(d.string()), d.string()
	i.Age, i.Idle = time.Duration(d.int()), time.Duration(d.int())
}

func putOutcome(dst []byte, o *Outcome) []byte {
	dst = putInt(putItem(dst, &o.Item), o.Seq)
	dst = putString(putString(dst, string(o.Result)), o.RequestID)
	dst = putBool(putInt(dst, int64(o.Attempts)), o.Unclear)
	return putTime(putString(dst, o.Err), o.At)
}

func (d *decoder) outcome(o *Outcome) {
	d.item(&o.Item)
	o.Seq = d.int()
	o.Result, o.RequestID = Result(d.string()), d.string()
	o.Attempts, o.Unclear = int(d.int()), d.bool()
	o.Err, o.At = d.string(), d.time()
}

// outcomeCodec is the codec of a report's outcomes.
func outcomeCodec() codec[Outcome] {
	return codec[Outcome]{put: putOutcome, get: (*decoder).outcome}
}

// A candidate is an item and the index of its scope in the plan.
type candidate struct {
	Item  Item
	Scope int
}

// candidateCodec is the codec of a plan's items.
func candidateCodec() codec[candidate] {
	return codec[candidate]{
		put: func(dst []byte, c *candidate) []byte { return putInt(putItem(dst, &c.Item), int64(c.Scope)) },
		get: func(d *decoder, c *candidate) {
			d.item(&c.Item)
			c.Scope = int(d.int())
		},
	}
}

// A keeping is a kept item and the index of its scope in the plan.
type keeping struct {
	KeptItem
	Scope int
}

// keepingCodec is the codec of a plan's kept items.
func keepingCodec() codec[keeping] {
	return codec[keeping]{put: putKeeping, get: (*decoder).keeping}
}

func putKeeping(dst []byte, k *keeping) []byte {
	dst = putBool(putUpload(dst, &k.Upload), k.Parts != nil)
	if k.Parts != nil {
		dst = putParts(dst, k.Parts)
	}
	dst = putString(putString(dst, string(k.Reason)), k.By)
	return putInt(putInt(dst, int64(k.Age)), int64(k.Scope))
}

func (d *decoder) keeping(k *keeping) {
	d.upload(&k.Upload)
	if d.bool() {
		k.Parts = new(rules.Parts)
		d.parts(k.Parts)
	}
	k.Reason, k.By = rules.Reason(d.string()), d.string()
	k.Age, k.Scope = time.Duration(d.int()), int(d.int())
}

// compareRecords compares two records by provider, bucket, key bytes and upload
// id, without decoding the rest.
func compareRecords(a, b []byte) int {
	x, y := decoder{rest: a}, decoder{rest: b}
	for range 4 {
		if c := bytes.Compare(x.bytes(), y.bytes()); c != 0 {
			return c
		}
	}
	return 0
}
