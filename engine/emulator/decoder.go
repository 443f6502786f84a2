package emulator

import "encoding/binary"

// A decoder reads a row from its front. After the first fault everything it
// returns is zero and err says so.
type decoder struct {
	rest []byte
	err  error
}

func newDecoder(row []byte) decoder {
	if len(row) == 0 || row[0] != recordVersion {
		return decoder{err: errDamaged}
	}
	return decoder{rest: row[1:]}
}

func (d *decoder) fail() {
	d.rest, d.err = nil, errDamaged
}

func (d *decoder) uvarint() uint64 {
	v, n := binary.Uvarint(d.rest)
	if n <= 0 {
		d.fail()
		return 0
	}
	d.rest = d.rest[n:]
	return v
}

func (d *decoder) varint() int64 {
	v, n := binary.Varint(d.rest)
	if n <= 0 {
		d.fail()
		return 0
	}
	d.rest = d.rest[n:]
	return v
}

// fixed reads a number of eight bytes.
func (d *decoder) fixed() uint64 {
	if b := d.take(8); d.err == nil {
		return binary.BigEndian.Uint64(b)
	}
	return 0
}

func (d *decoder) take(n int) []byte {
	if n < 0 || n > len(d.rest) {
		d.fail()
		return nil
	}
	b := d.rest[:n:n]
	d.rest = d.rest[n:]
	return b
}

func (d *decoder) bytes() []byte {
	n := d.uvarint()
	if n > uint64(len(d.rest)) {
		d.fail()
		return nil
	}
	return d.take(int(n))
}

func (d *decoder) text() string { return string(d.bytes()) }

func (d *decoder) headers() []header {
	var headers []header
	for n := d.uvarint(); n > 0 && d.err == nil; n-- {
		headers = append(headers, header{d.text(), d.text()})
	}
	return headers
}

func (d *decoder) attributes() attributes {
	a := attributes{class: d.text(), headers: d.headers()}
	for n := d.uvarint(); n > 0 && d.err == nil; n-- {
		a.tags = append(a.tags, tag{d.text(), d.text()})
	}
	a.grants = d.grants()
	a.sse = encryption{algorithm: d.text(), keyMD5: d.text()}
	return a
}

func (d *decoder) grants() []grant {
	var grants []grant
	for n := d.uvarint(); n > 0 && d.err == nil; n-- {
		grants = append(grants, grant{d.text(), d.text()})
	}
	return grants
}
