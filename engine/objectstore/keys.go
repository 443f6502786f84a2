package objectstore

import (
	"net/url"
	"strings"
	"unicode/utf8"

	"offcut/rules"
)

// A keyReading is how the keys of a page are to be read.
type keyReading uint8

const (
	keysLiteral  keyReading = iota // as written
	keysEncoded                    // percent-encoded
	keysDisputed                   // the answer says encoded, and what it holds cannot be
)

// keysOf settles how the keys of a page are to be read. Stores have been seen
// that echo encoding-type=url and encode nothing, so the element alone is no
// proof: one text on the page that no encoder leaves behind refutes it.
func (p *uploadsPage) keysOf() keyReading {
	if !strings.EqualFold(strings.TrimSpace(p.encoding), "url") {
		return keysLiteral
	}
	if !encodable(p.nextKey) {
		return keysDisputed
	}
	for i := range p.uploads {
		if !encodable(p.uploads[i].Key) {
			return keysDisputed
		}
	}
	return keysEncoded
}

// encodable reports whether a text can be the output of a percent-encoder: no
// byte that all of them encode, and two digits after each "%".
func encodable(s string) bool {
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case alwaysEncoded(c):
			return false
		case c == '%':
			if i+2 >= len(s) || !hexDigit(s[i+1]) || !hexDigit(s[i+2]) {
				return false
			}
			i += 2
		}
	}
	return true
}

// alwaysEncoded reports whether every percent-encoder encodes a byte: controls, the
// space, what is not ASCII, and the quotes, brackets and bars that no URL holds. It
// is asked about every byte of a listing, so the answers are sets of bits.
func alwaysEncoded(c byte) bool {
	const (
		low  uint64 = 1<<(' '+1) - 1 | 1<<'"' | 1<<'<' | 1<<'>'
		high uint64 = 1<<('\\'-64) | 1<<('^'-64) | 1<<('`'-64) | 1<<('{'-64) | 1<<('|'-64) | 1<<('}'-64) | 1<<(0x7f-64)
	)
	switch {
	case c < 64:
		return low>>c&1 != 0
	case c < 128:
		return high>>(c-64)&1 != 0
	}
	return true
}

func hexDigit(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'f' || 'A' <= c && c <= 'F'
}

// marked reports whether a text changes when it is decoded.
func marked(s string) bool { return strings.IndexByte(s, '%') >= 0 || strings.IndexByte(s, '+') >= 0 }

// A decoder reads the keys of one page.
type decoder struct {
	reading keyReading
	spaces  bool            // somewhere a space is written "%20": then "+" is no space, and no encoder leaves it
	arena   strings.Builder // decoded keys share its memory
	used    bool            // some text was changed by decoding
}

// newDecoder looks the page over.
func (p *uploadsPage) newDecoder(reading keyReading) *decoder {
	d := &decoder{reading: reading}
	if reading == keysEncoded {
		d.spaces = strings.Contains(p.nextKey, "%20")
		for i := 0; i < len(p.uploads) && !d.spaces; i++ {
			d.spaces = strings.Contains(p.uploads[i].Key, "%20")
		}
	}
	return d
}

// key reads a key or a marker. proven is false where its bytes may be others in
// the store.
func (d *decoder) key(raw string) (key string, proven bool) {
	key, proven = raw, true
	switch {
	case d.reading == keysLiteral || !marked(raw):
	case d.reading == keysDisputed:
		proven = false
	default:
		proven = !d.spaces || strings.IndexByte(raw, '+') < 0
		key = d.decode(raw)
	}
	// A replacement character stands for bytes that were lost on the way.
	if !utf8.ValidString(key) || strings.IndexByte(key, 0xEF) >= 0 && strings.ContainsRune(key, utf8.RuneError) {
		proven = false
	}
	return key, proven
}

// decode undoes the encoding of a text that encodable has passed. "+" is a space:
// encoders that leave "+" alone encode a plus as "%2B".
func (d *decoder) decode(raw string) string {
	d.used = true
	from := d.arena.Len()
	for i := 0; i < len(raw); i++ {
		switch c := raw[i]; c {
		case '%':
			d.arena.WriteByte(nibble(raw[i+1])<<4 | nibble(raw[i+2]))
			i += 2
		case '+':
			d.arena.WriteByte(' ')
		default:
			d.arena.WriteByte(c)
		}
	}
	return d.arena.String()[from:]
}

func nibble(c byte) byte {
	switch {
	case c <= '9':
		return c - '0'
	case c <= 'F':
		return c - 'A' + 10
	}
	return c - 'a' + 10
}

// keys reads every key of a page in place.
func (d *decoder) keys(uploads []rules.Upload) {
	for i := range uploads {
		u := &uploads[i]
		key, proven := d.key(u.Key)
		u.Key = key
		u.KeyUnproven = u.KeyUnproven || !proven
	}
}

// plainText reports whether XML carries a key unchanged: it is UTF-8, and no
// character of it is a control character or none at all.
func plainText(key string) bool {
	for _, r := range key {
		if r < ' ' || r == 0x7f || r == utf8.RuneError || r == 0xFFFE || r == 0xFFFF {
			return false
		}
	}
	return true
}

// sameKey reports whether an answer's key is the one that was asked for. encoding
// is what the answer says about its encoding.
func sameKey(raw, encoding, asked string) bool {
	if raw == asked && (encoding == "" || !marked(raw)) {
		return true
	}
	if encoding == "" {
		return false
	}
	key, err := url.QueryUnescape(raw)
	return err == nil && key == asked
}
