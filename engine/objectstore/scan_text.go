package objectstore

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// value consumes the innermost element and returns its text, entities decoded.
func (s *scanner) value() string {
	raw := s.text()
	if strings.IndexByte(raw, '&') < 0 && strings.IndexByte(raw, '\r') < 0 {
		return raw
	}
	text, ok := unescape(raw)
	if !ok {
		s.fail(errors.New("it holds an entity that XML does not have"))
	}
	return text
}

// number consumes the innermost element, which must hold a whole number.
func (s *scanner) number() int64 {
	raw := strings.TrimSpace(s.text())
	n, err := strconv.ParseInt(raw, 10, 64)
	if err != nil {
		s.fail(fmt.Errorf("%s is no number", quote(raw)))
	}
	return n
}

// boolean consumes the innermost element, which must hold "true" or "false".
func (s *scanner) boolean() bool {
	switch raw := strings.TrimSpace(s.text()); raw {
	case "true":
		return true
	case "false":
	default:
		s.fail(fmt.Errorf("%s is neither true nor false", quote(raw)))
	}
	return false
}

// unescape resolves XML's five entities and numeric ones, and reads line ends as
// XML does. Any other entity is not resolved: ok is false.
func unescape(raw string) (text string, ok bool) {
	raw = strings.ReplaceAll(strings.ReplaceAll(raw, "\r\n", "\n"), "\r", "\n")
	var b strings.Builder
	b.Grow(len(raw))
	for {
		before, after, found := strings.Cut(raw, "&")
		b.WriteString(before)
		if !found {
			return b.String(), true
		}
		name, rest, closed := strings.Cut(after, ";")
		r, known := entity(name)
		if !closed || !known {
			return "", false
		}
		b.WriteRune(r)
		raw = rest
	}
}

// entity gives the character of an entity's name.
func entity(name string) (rune, bool) {
	switch name {
	case "lt":
		return '<', true
	case "gt":
		return '>', true
	case "amp":
		return '&', true
	case "quot":
		return '"', true
	case "apos":
		return '\'', true
	}
	digits, base := strings.TrimPrefix(name, "#"), 10
	if len(digits) == len(name) {
		return 0, false
	}
	if strings.HasPrefix(digits, "x") {
		digits, base = digits[1:], 16
	}
	n, err := strconv.ParseUint(digits, base, 21)
	if err != nil || n == 0 || !utf8.ValidRune(rune(n)) {
		return 0, false
	}
	return rune(n), true
}
