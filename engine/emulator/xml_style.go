package emulator

import (
	"encoding/base64"
	"encoding/xml"
	"strings"
	"time"
	"unicode/utf8"

	"offcut/engine/ks3"
)

// An xmlStyle is how answers are written. The zero value is what KS3's newest
// pages show; the rest is quirks.
type xmlStyle struct {
	prefix  string // of the outer elements' names, such as "ns2:"
	beijing bool   // instants have Beijing's offset instead of Z
	decimal bool   // users' ids are never encoded
	raw     bool   // what XML can't hold is sent as it is
}

// prefixedDepth is how deep elements have the style's prefix: the root and what
// stands directly in it. KS3 before 2018 is known to have prefixed Part and not
// the PartNumber in it.
const prefixedDepth = 2

// style is how the call's answer is to be written.
func (c *call) style() xmlStyle {
	q := &c.set.Quirks
	s := xmlStyle{beijing: q.Instants == "beijing", decimal: q.People == "decimal", raw: q.ControlChars == "raw"}
	if q.Namespace != "" {
		s.prefix = q.Namespace + ":"
	}
	return s
}

func (s xmlStyle) instant(t time.Time) string {
	if s.beijing {
		return t.In(time.FixedZone("", 8*60*60)).Format("2006-01-02T15:04:05.000-07:00")
	}
	return ks3.FormatInstant(t)
}

// userID is an id as answers have it: that of an account, which is a decimal
// number, in Base64 (KS3's List Parts page of 2024). Other ids are sent as they
// are.
func (s xmlStyle) userID(id string) string {
	if s.decimal || id == "" || strings.Trim(id, "0123456789") != "" {
		return id
	}
	return base64.StdEncoding.EncodeToString([]byte(id))
}

// escape writes text that is not plain.
func (s xmlStyle) escape(d *xmlDoc, text []byte) {
	for s.raw && len(text) > 0 {
		n := heldByXML(text)
		xml.EscapeText(xmlAppender{d}, text[:n]) //nolint:errcheck // xmlAppender never fails.
		if n < len(text) {
			d.b = append(d.b, text[n])
			n++
		}
		text = text[n:]
	}
	xml.EscapeText(xmlAppender{d}, text) //nolint:errcheck // xmlAppender never fails.
}

// heldByXML is the length of the beginning of text that XML 1.0 can hold.
func heldByXML(text []byte) int {
	for i := 0; i < len(text); {
		r, size := utf8.DecodeRune(text[i:])
		control := r < ' ' && r != '\t' && r != '\n' && r != '\r'
		if control || r == utf8.RuneError && size == 1 || r == '\uFFFE' || r == '\uFFFF' {
			return i
		}
		i += size
	}
	return len(text)
}
