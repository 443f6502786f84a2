package planfile

import (
	"fmt"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
)

// escape appends JSON text to dst, with every character beyond ASCII that is not
// printable, and DEL, as a \u escape: a terminal might obey it. What the JSON stands
// for stays the same.
func escape(dst, text []byte) []byte {
	for len(text) > 0 {
		r, size := utf8.DecodeRune(text)
		switch {
		case r < 0x7f || strconv.IsPrint(r):
			dst = append(dst, text[:size]...)
		case r > 0xffff:
			high, low := utf16.EncodeRune(r)
			dst = fmt.Appendf(dst, `\u%04x\u%04x`, high, low)
		default:
			dst = fmt.Appendf(dst, `\u%04x`, r)
		}
		text = text[size:]
	}
	return dst
}
