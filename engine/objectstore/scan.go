package objectstore

import (
	"errors"
	"fmt"
	"strings"
)

// A scanner reads the XML of a listing from a text that stays in memory: what it
// returns are parts of that text. It knows as much of XML as answers of object
// stores hold, an order of magnitude faster than encoding/xml, and is strict
// about the rest: comments, CDATA, DOCTYPE, processing instructions after the
// first, text between elements, unclosed or crossing elements and anything after
// the root are errors. Namespaces and prefixes are ignored.
//
// The first error sticks; every later call does nothing.
type scanner struct {
	src   string
	pos   int
	open  []string // names of the open elements, as written
	empty bool     // the innermost open element was written <name/>
	err   error
}

// deepest is how deep elements may be nested; listings need five levels.
const deepest = 16

var (
	errTruncated = errors.New("it ends in the middle")
	errNotXML    = errors.New("it is no XML")
)

// enter moves into the root element, which must have one of the names.
func (s *scanner) enter(names ...string) {
	s.src = strings.TrimPrefix(s.src, "\ufeff")
	s.skipSpace()
	if strings.HasPrefix(s.src[s.pos:], "<?xml") {
		end := strings.Index(s.src[s.pos:], "?>")
		if end < 0 {
			s.fail(errTruncated)
			return
		}
		s.declaration(s.src[s.pos : s.pos+end])
		s.pos += end + len("?>")
		s.skipSpace()
	}
	if s.err != nil {
		return
	}
	name, ok := s.start()
	if !ok {
		s.fail(errNotXML)
		return
	}
	for _, want := range names {
		if name == want {
			return
		}
	}
	s.fail(fmt.Errorf("it is a <%s>", name))
}

// declaration refuses any encoding but UTF-8.
func (s *scanner) declaration(text string) {
	_, after, found := strings.Cut(text, "encoding")
	if !found {
		return
	}
	name := strings.ToLower(strings.Trim(after, "= \t\r\n\"'"))
	if !strings.HasPrefix(name, "utf-8") {
		s.fail(fmt.Errorf("its encoding is not UTF-8"))
	}
}

// leave checks that nothing follows the root, which child has closed.
func (s *scanner) leave() error {
	if s.err == nil {
		s.skipSpace()
		switch {
		case len(s.open) > 0:
			s.fail(errTruncated)
		case s.pos < len(s.src):
			s.fail(errors.New("something follows its end"))
		}
	}
	return s.err
}

// child moves to the next element inside the innermost open one and opens it;
// the caller consumes it with text, skip or child. Without another it closes the
// innermost element and reports false. The name is without its prefix.
func (s *scanner) child() (name string, more bool) {
	if s.err != nil || len(s.open) == 0 {
		return "", false
	}
	if s.empty {
		s.close()
		return "", false
	}
	s.skipSpace()
	if strings.HasPrefix(s.src[s.pos:], "</") {
		s.end()
		return "", false
	}
	name, ok := s.start()
	if !ok && s.err == nil {
		if s.pos >= len(s.src) {
			s.fail(errTruncated)
		} else {
			s.fail(errNotXML)
		}
	}
	return name, ok
}

// text consumes the innermost element and returns its text as written, entities
// and all; see unescape.
func (s *scanner) text() string {
	if s.err != nil {
		return ""
	}
	if s.empty {
		s.close()
		return ""
	}
	n := strings.IndexByte(s.src[s.pos:], '<')
	if n < 0 {
		s.fail(errTruncated)
		return ""
	}
	raw := s.src[s.pos : s.pos+n]
	s.pos += n
	if !strings.HasPrefix(s.src[s.pos:], "</") {
		s.fail(fmt.Errorf("<%s> holds more than text", s.innermost()))
		return ""
	}
	s.end()
	return raw
}

// skip consumes the innermost element, whatever it holds.
func (s *scanner) skip() {
	depth := len(s.open)
	for s.err == nil && len(s.open) >= depth {
		if s.empty {
			s.close()
			continue
		}
		n := strings.IndexByte(s.src[s.pos:], '<')
		if n < 0 {
			s.fail(errTruncated)
			return
		}
		s.pos += n
		if strings.HasPrefix(s.src[s.pos:], "</") {
			s.end()
		} else {
			s.start()
		}
	}
}

// start reads a start tag.
func (s *scanner) start() (local string, ok bool) {
	rest := s.src[s.pos:]
	if s.err != nil || len(rest) < 2 || rest[0] != '<' {
		return "", false
	}
	i, from := 1, 1
	for ; i < len(rest) && nameByte(rest[i]); i++ {
		if rest[i] == ':' {
			from = i + 1
		}
	}
	name := rest[1:i]
	switch {
	case i == len(rest):
		s.fail(errTruncated)
	case from == i:
		s.fail(errNotXML)
	case len(s.open) == deepest:
		s.fail(errors.New("its elements are nested too deeply"))
	}
	if s.err != nil {
		return "", false
	}
	if rest[i] != '>' {
		if i, s.empty = s.attributes(rest, i); s.err != nil {
			return "", false
		}
	}
	s.pos += i + 1
	s.open = append(s.open, name)
	return name[from-1:], true
}

// attributes passes over what stands between a name and the end of its tag. It
// returns where the ">" is and whether a "/" is before it.
func (s *scanner) attributes(tag string, i int) (end int, empty bool) {
	if c := tag[i]; c != '/' && !space(c) {
		s.fail(errNotXML)
		return 0, false
	}
	for ; i < len(tag); i++ {
		switch c := tag[i]; c {
		case '>':
			return i, tag[i-1] == '/'
		case '<':
			s.fail(errNotXML)
			return 0, false
		case '"', '\'':
			n := strings.IndexByte(tag[i+1:], c)
			if n < 0 {
				s.fail(errTruncated)
				return 0, false
			}
			if strings.IndexByte(tag[i+1:i+1+n], '<') >= 0 {
				s.fail(errNotXML)
				return 0, false
			}
			i += n + 1
		case '/':
			if i+1 < len(tag) && tag[i+1] != '>' {
				s.fail(errNotXML)
				return 0, false
			}
		}
	}
	s.fail(errTruncated)
	return 0, false
}

// end reads the end tag of the innermost element, at "</".
func (s *scanner) end() {
	rest := s.src[s.pos+2:]
	name := s.innermost()
	if !strings.HasPrefix(rest, name) {
		if strings.IndexByte(rest, '>') < 0 {
			s.fail(errTruncated)
			return
		}
		s.fail(fmt.Errorf("<%s> is not closed", name))
		return
	}
	i := len(name)
	for i < len(rest) && space(rest[i]) {
		i++
	}
	switch {
	case i == len(rest):
		s.fail(errTruncated)
	case rest[i] != '>':
		s.fail(fmt.Errorf("<%s> is not closed", name))
	default:
		s.pos += 2 + i + 1
		s.close()
	}
}

func (s *scanner) close() {
	s.open = s.open[:len(s.open)-1]
	s.empty = false
}

func (s *scanner) innermost() string { return s.open[len(s.open)-1] }

func (s *scanner) fail(err error) {
	if s.err == nil {
		s.err = err
	}
}

func (s *scanner) skipSpace() {
	for s.pos < len(s.src) && space(s.src[s.pos]) {
		s.pos++
	}
}

func space(c byte) bool { return c == ' ' || c == '\n' || c == '\r' || c == '\t' }

func nameByte(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' ||
		c == '-' || c == '_' || c == '.' || c == ':'
}
