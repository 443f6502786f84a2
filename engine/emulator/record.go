package emulator

import (
	"encoding/binary"
	"time"

	"offcut/engine/emulator/policy"
)

// The rows of the state file. Each begins with a version byte; numbers are
// varints, texts are preceded by their length. Instants are milliseconds since
// 1970, which is all that KS3 shows.
const recordVersion = 1

// A bucket is what is known of a bucket. Its policy and its lifecycle are rows of
// their own, see settings.go.
type bucket struct {
	name, region, kind, owner string
	created                   int64
	grants                    []grant

	rules *policy.Document // its policy, where permissions are asked; not in its row
}

// A header is one header that an Initiate gave to the object. Its value is kept
// byte for byte.
type header struct{ name, value string }

// An upload is one open multipart upload. Its bucket, key and id are in its row's key.
type upload struct {
	serial    uint64 // names its parts; never used again
	initiated int64
	initiator string // user id; the bucket's owner when empty
	attributes
	seeded []byte // parts without bytes, see appendSeeded
}

// attributes are what an Initiate or a Put Object says of the object.
type attributes struct {
	class   string
	headers []header
	tags    []tag
	grants  []grant // beside the owner, who may do everything
	sse     encryption
}

// A tag is one of an object's tags.
type tag struct{ key, value string }

// A grant gives an account, or everybody, a permission.
type grant struct {
	grantee    string // id of an account, or allUsers
	permission string // READ, WRITE, READ_ACP, WRITE_ACP or FULL_CONTROL
}

// encryption is how the client asked the object to be encrypted; the zero value
// is not at all. Nothing is encrypted here; a customer's key is never stored.
type encryption struct {
	algorithm string // x-kss-server-side-encryption, or the customer's algorithm
	keyMD5    string // of a customer's key, as sent; empty without one
}

// A part is one part of an upload, with bytes or, when it was seeded, without.
type part struct {
	number   int
	size     int64
	modified int64
	etag     [16]byte // MD5
	crc      uint64   // CRC-64 of ECMA-182
	file     fileID
	sums     []partSum
	seeded   bool
}

// An object is what Complete made.
type object struct {
	size     int64
	modified int64
	etag     string // without quotes
	crc      uint64 // CRC-64 of ECMA-182
	attributes
	pieces []piece
}

// A piece is a run of an object's bytes: one file.
type piece struct {
	file fileID
	size int64
}

func millis(t time.Time) int64 { return t.UnixMilli() }

func appendText(dst []byte, s string) []byte {
	dst = binary.AppendUvarint(dst, uint64(len(s)))
	return append(dst, s...)
}

func appendHeaders(dst []byte, headers []header) []byte {
	dst = binary.AppendUvarint(dst, uint64(len(headers)))
	for _, h := range headers {
		dst = appendText(appendText(dst, h.name), h.value)
	}
	return dst
}

// append writes the attributes, the class first: a listing reads no further.
func (a attributes) append(dst []byte) []byte {
	dst = appendHeaders(appendText(dst, a.class), a.headers)
	dst = binary.AppendUvarint(dst, uint64(len(a.tags)))
	for _, t := range a.tags {
		dst = appendText(appendText(dst, t.key), t.value)
	}
	dst = appendGrants(dst, a.grants)
	return appendText(appendText(dst, a.sse.algorithm), a.sse.keyMD5)
}

func appendGrants(dst []byte, grants []grant) []byte {
	dst = binary.AppendUvarint(dst, uint64(len(grants)))
	for _, g := range grants {
		dst = appendText(appendText(dst, g.grantee), g.permission)
	}
	return dst
}

func (b bucket) encode() []byte {
	dst := []byte{recordVersion}
	for _, s := range [...]string{b.region, b.kind, b.owner} {
		dst = appendText(dst, s)
	}
	return appendGrants(binary.AppendVarint(dst, b.created), b.grants)
}

func decodeBucket(name string, row []byte) (bucket, error) {
	d := newDecoder(row)
	b := bucket{name: name, region: d.text(), kind: d.text(), owner: d.text(), created: d.varint()}
	b.grants = d.grants()
	return b, d.err
}

func (u upload) encode() []byte { return u.append(nil) }

func (u upload) append(dst []byte) []byte {
	dst = append(dst, recordVersion)
	dst = appendText(binary.AppendVarint(dst, u.initiated), u.initiator)
	dst = u.attributes.append(dst)
	dst = binary.AppendUvarint(dst, u.serial)
	return append(dst, u.seeded...)
}

func decodeUpload(row []byte) (upload, error) {
	d := newDecoder(row)
	u := upload{initiated: d.varint(), initiator: d.text(), attributes: d.attributes(), serial: d.uvarint()}
	u.seeded = d.rest
	return u, d.err
}

// uploadHead reads only what a listing shows, and copies nothing: what it
// returns lives as long as row.
func uploadHead(row []byte) (initiated int64, initiator, class []byte, err error) {
	d := newDecoder(row)
	initiated, initiator, class = d.varint(), d.bytes(), d.bytes()
	return initiated, initiator, class, d.err
}

// appendSeeded writes one part without bytes, at the end of an upload's row.
// Parts follow one another in ascending order of their numbers.
func appendSeeded(dst []byte, p part) []byte {
	dst = binary.AppendUvarint(dst, uint64(p.number))
	dst = binary.AppendUvarint(dst, uint64(p.size))
	return binary.AppendVarint(dst, p.modified)
}

// decodeSeeded reads the parts that were appended by appendSeeded.
func decodeSeeded(row []byte) ([]part, error) {
	var parts []part
	d := decoder{rest: row}
	for len(d.rest) > 0 && d.err == nil {
		p := part{number: int(d.uvarint()), size: int64(d.uvarint()), modified: d.varint(), seeded: true}
		parts = append(parts, p)
	}
	return parts, d.err
}

func (p part) encode() []byte {
	dst := append([]byte{recordVersion}, p.file[:]...)
	dst = append(dst, p.etag[:]...)
	dst = binary.AppendUvarint(dst, uint64(p.size))
	dst = binary.AppendVarint(dst, p.modified)
	dst = binary.BigEndian.AppendUint64(dst, p.crc)
	for _, sum := range p.sums {
		dst = appendText(appendText(dst, sum.algorithm), sum.value)
	}
	return dst
}

func decodePart(number int, row []byte) (part, error) {
	d := newDecoder(row)
	p := part{number: number}
	copy(p.file[:], d.take(len(p.file)))
	copy(p.etag[:], d.take(len(p.etag)))
	p.size, p.modified = int64(d.uvarint()), d.varint()
	p.crc = d.fixed()
	for len(d.rest) > 0 {
		p.sums = append(p.sums, partSum{d.text(), d.text()})
	}
	return p, d.err
}

func (o object) encode() []byte {
	dst := []byte{recordVersion}
	dst = binary.AppendUvarint(dst, uint64(o.size))
	dst = binary.AppendVarint(dst, o.modified)
	dst = binary.BigEndian.AppendUint64(appendText(dst, o.etag), o.crc)
	dst = o.append(dst)
	dst = binary.AppendUvarint(dst, uint64(len(o.pieces)))
	for _, p := range o.pieces {
		dst = append(dst, p.file[:]...)
		dst = binary.AppendUvarint(dst, uint64(p.size))
	}
	return dst
}

func decodeObject(row []byte) (object, error) {
	d := newDecoder(row)
	o := object{size: int64(d.uvarint()), modified: d.varint(), etag: d.text(), crc: d.fixed(), attributes: d.attributes()}
	for n := d.uvarint(); n > 0 && d.err == nil; n-- {
		var p piece
		copy(p.file[:], d.take(len(p.file)))
		p.size = int64(d.uvarint())
		o.pieces = append(o.pieces, p)
	}
	return o, d.err
}
