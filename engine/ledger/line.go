package ledger

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"strconv"
	"unicode/utf8"

	"offcut/engine"
)

// lineVersion is the version of the form of a line.
const lineVersion = "1"

// A hash is that of one row of the chain.
type hash [sha256.Size]byte

func (h hash) String() string { return hex.EncodeToString(h[:]) }

// A head is the last row of a chain, or of the part of it that retention removed.
// Before the first row it is zero.
type head struct {
	number int64
	hash   hash
}

// A link is one outcome with all that its line holds, as the ledger keeps it: times
// are in microseconds.
type link struct {
	number     int64
	at         int64
	run, actor string
	rule       engine.RuleOrigin
	provider   string
	bucket     string
	key        string
	uploadID   string
	class      string // storage class
	owner      string
	initiator  string
	initiated  stamp
	newest     stamp
	parts      int64
	bytes      int64
	reason     string
	requestID  string
	attempts   int64
	result     string
	err        string
}

// appendLine appends the canonical line of a row whose predecessor has the hash prev,
// up to where its own hash follows. SCHEMA.md gives the form; it never changes under
// one version.
func (k *link) appendLine(b []byte, prev hash) []byte {
	b = append(b, `{"v":`+lineVersion+`,"number":`...)
	b = strconv.AppendInt(b, k.number, 10)
	b = append(b, `,"prev":"`...)
	b = hex.AppendEncode(b, prev[:])
	b = append(b, `","time":"`...)
	b = appendTime(b, k.at)
	b = append(b, '"')
	b = appendString(b, "run", k.run)
	b = appendString(b, "actor", k.actor)
	b = appendString(b, "rule", k.rule.Address)
	b = appendString(b, "rule_file", k.rule.File)
	b = appendInt(b, "rule_line", int64(k.rule.Line))
	b = appendString(b, "provider", k.provider)
	b = appendString(b, "bucket", k.bucket)
	b = appendString(b, "key", k.key)
	b = appendString(b, "upload_id", k.uploadID)
	b = appendOptional(b, "storage_class", k.class)
	b = appendOptional(b, "owner", k.owner)
	b = appendOptional(b, "initiator", k.initiator)
	b = appendStamp(b, "initiated", k.initiated)
	b = appendStamp(b, "newest_part", k.newest)
	b = appendInt(b, "parts", k.parts)
	b = appendInt(b, "bytes", k.bytes)
	b = append(b, `,"verdict":"abort"`...) // nothing else is planned
	b = appendString(b, "reason", k.reason)
	b = appendOptional(b, "request_id", k.requestID)
	b = appendInt(b, "attempts", k.attempts)
	b = appendString(b, "outcome", k.result)
	return appendOptional(b, "error", k.err)
}

// hashOf is the hash of a line up to where it follows.
func hashOf(line []byte) hash { return sha256.Sum256(line) }

func appendInt(b []byte, name string, n int64) []byte {
	b = append(append(append(b, `,"`...), name...), `":`...)
	return strconv.AppendInt(b, n, 10)
}

func appendTime(b []byte, micro int64) []byte {
	return timeOf(stamp{Int64: micro, Valid: true}).AppendFormat(b, "2006-01-02T15:04:05.000000Z")
}

func appendStamp(b []byte, name string, s stamp) []byte {
	if !s.Valid {
		return b
	}
	b = append(append(append(b, `,"`...), name...), `":"`...)
	return append(appendTime(b, s.Int64), '"')
}

func appendOptional(b []byte, name, s string) []byte {
	if s == "" {
		return b
	}
	return appendString(b, name, s)
}

// appendString appends a field. Where the text is not valid UTF-8, its bytes follow as
// base64 under the same name with "_base64", so that no two texts look alike.
func appendString(b []byte, name, s string) []byte {
	b = append(append(append(b, `,"`...), name...), `":"`...)
	b = append(appendEscaped(b, s), '"')
	if utf8.ValidString(s) {
		return b
	}
	b = append(append(append(b, `,"`...), name...), `_base64":"`...)
	return append(base64.StdEncoding.AppendEncode(b, []byte(s)), '"')
}

// appendEscaped appends a text as JSON has it. What a terminal may obey, or shows
// nothing for, is escaped: the set is fixed, so that a line never comes out otherwise.
func appendEscaped(b []byte, s string) []byte {
	for i := 0; i < len(s); {
		c := s[i]
		if c < utf8.RuneSelf {
			i++
			switch {
			case c == '"' || c == '\\':
				b = append(b, '\\', c)
			case c < 0x20 || c == 0x7f:
				b = appendUnicode(b, uint16(c))
			default:
				b = append(b, c)
			}
			continue
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == utf8.RuneError && size == 1:
			b = append(b, "\ufffd"...)
		case invisible(r):
			b = appendUnicode(b, uint16(r))
		default:
			b = append(b, s[i:i+size]...)
		}
		i += size
	}
	return b
}

// invisible reports whether a character is a control character, turns the direction of
// text, or has no shape of its own.
func invisible(r rune) bool {
	switch {
	case r < 0xa0, r == 0xad, r == 0x61c, r == 0x180e, r == 0xfeff:
		return true
	case r >= 0x200b && r <= 0x200f, r >= 0x2028 && r <= 0x202e, r >= 0x2060 && r <= 0x206f:
		return true
	}
	return r >= 0xfff9 && r <= 0xfffb
}

func appendUnicode(b []byte, c uint16) []byte {
	const digits = "0123456789abcdef"
	return append(b, '\\', 'u', digits[c>>12], digits[c>>8&15], digits[c>>4&15], digits[c&15])
}
