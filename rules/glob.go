package rules

import (
	"errors"
	"fmt"
	"math/bits"
	"slices"
	"strings"
	"unicode/utf8"
)

// A Glob is a compiled glob. It must match the whole text.
//
//   - "*" matches any characters but "/", also none.
//   - "**" matches any characters, also none. Where "**/" begins a segment, it may
//     be left out as a whole: "a/**/b" matches "a/b" and "a/x/y/b".
//   - "?" matches one character but "/".
//   - A backslash takes the meaning from the *, ?, \, [, ], {, } or ! behind it.
//   - Everything else matches itself. A newline is a character like any other. In
//     a text that is not UTF-8, every stray byte is one character.
//
// The zero Glob matches nothing.
type Glob struct {
	text   string
	prefix string      // the characters before the first wildcard
	tokens []globToken // what follows them
	suffix string      // the characters after the last wildcard; the last tokens, once more
}

// A globToken is one state of the automaton that a glob compiles to.
type globToken struct {
	kind globKind
	char rune // with globChar
}

type globKind uint8

const (
	globChar     globKind = iota // exactly char
	globOne                      // one character but "/"
	globStar                     // any characters but "/"
	globStarStar                 // any characters
	globOptional                 // the next two tokens, "**" and "/", may be left out
)

// globMaxLen bounds the automaton. Object keys end at 1,024 bytes, so a longer
// glob says nothing that a shorter one could not.
const globMaxLen = 1000

// String returns the glob as written.
func (g Glob) String() string { return g.text }

// Prefix is what every text begins with that the glob matches.
func (g Glob) Prefix() string { return g.prefix }

// ParseGlob compiles a glob. Character classes, alternatives and negation, which
// other globs have, are errors: read as plain characters they would match nothing,
// and what they were meant to keep would be aborted.
func ParseGlob(s string) (Glob, error) {
	switch {
	case s == "":
		return Glob{}, errors.New("the glob is empty: write \"**\" for everything")
	case len(s) > globMaxLen:
		return Glob{}, fmt.Errorf("the glob %q... is longer than %d bytes: write a shorter one with * or **", s[:16], globMaxLen)
	case !utf8.ValidString(s):
		return Glob{}, fmt.Errorf("the glob %q is not valid UTF-8: write ? for a byte that cannot be written", s)
	}
	g := Glob{text: s}
	for rest := s; rest != ""; {
		size, err := g.add(rest, rest == s || s[len(s)-len(rest)-1] == '/')
		if err != nil {
			return Glob{}, fmt.Errorf("the glob %q %w", s, err)
		}
		rest = rest[size:]
	}
	g.splitEnds()
	return g, nil
}

// add compiles the first token of rest and returns how many bytes it took. opening
// says that rest begins a segment.
func (g *Glob) add(rest string, opening bool) (size int, err error) {
	switch char, size := utf8.DecodeRuneInString(rest); {
	case strings.HasPrefix(rest, "***"):
		return 0, errors.New("holds ***: write * for a part of one segment or ** for any number of segments")
	case opening && strings.HasPrefix(rest, "**/"):
		g.push(globOptional, 0)
		g.push(globStarStar, 0)
		g.push(globChar, '/')
		return 3, nil
	case strings.HasPrefix(rest, "**"):
		g.push(globStarStar, 0)
		return 2, nil
	case char == '*':
		g.push(globStar, 0)
		return size, nil
	case char == '?':
		g.push(globOne, 0)
		return size, nil
	case char == '\\':
		if len(rest) < 2 || !strings.ContainsRune(`*?\[]{}!`, rune(rest[1])) {
			return 0, errors.New(`has a backslash that escapes nothing: it goes before *, ?, \, [, ], {, } or !; write \\ for a backslash`)
		}
		g.push(globChar, rune(rest[1]))
		return 2, nil
	case char == '[' || char == '{' || char == '!' && len(rest) == len(g.text):
		return 0, fmt.Errorf(`holds a %c: classes, alternatives and negation are not taken; write one glob for each, or \%c for the character itself`, char, char)
	default:
		g.push(globChar, char)
		return size, nil
	}
}

func (g *Glob) push(kind globKind, char rune) {
	g.tokens = append(g.tokens, globToken{kind, char})
}

// splitEnds takes the characters before the first wildcard out of the tokens and
// notes those after the last, so that most texts are told apart by comparing ends.
func (g *Glob) splitEnds() {
	first := slices.IndexFunc(g.tokens, globToken.wild)
	if first < 0 {
		first = len(g.tokens)
	}
	g.prefix, g.tokens = globText(g.tokens[:first]), g.tokens[first:]
	last := len(g.tokens)
	for last > 0 && !g.tokens[last-1].wild() {
		last--
	}
	if last > 1 && g.tokens[last-1].kind == globStarStar && g.tokens[last-2].kind == globOptional {
		last++ // this "/" may be left out
	}
	g.suffix = globText(g.tokens[last:])
}

func (t globToken) wild() bool { return t.kind != globChar }

// globText is the text that tokens of plain characters stand for.
func globText(tokens []globToken) string {
	var text strings.Builder
	for _, t := range tokens {
		text.WriteRune(t.char)
	}
	return text.String()
}

// A globSet is a set of states: bit i stands before token i, and the bit after the
// last token is the end of the glob.
type globSet [(globMaxLen + 64) / 64]uint64

func (s *globSet) has(i int) bool { return s[i/64]&(1<<(i%64)) != 0 }

// Match reports whether the glob matches the whole of s. Its time grows with the
// length of s times the length of the glob at most, and it allocates nothing.
func (g Glob) Match(s string) bool {
	rest, ok := strings.CutPrefix(s, g.prefix)
	if !ok || g.text == "" {
		return false
	}
	if len(g.tokens) == 0 {
		return rest == ""
	}
	if !strings.HasSuffix(rest, g.suffix) {
		return false
	}
	last := len(g.tokens) - 1
	end, alive := g.behind(rest)
	return alive && (end.has(last+1) || end.has(last) && g.tokens[last].kind == globStarStar)
}

// behind returns the states that the automaton can be in after the text rest. It stops
// early where whatever follows is matched. alive says that there is such a state.
func (g Glob) behind(rest string) (states globSet, alive bool) {
	var sets [2]globSet
	here, next := &sets[0], &sets[1]
	g.enter(here, 0)
	last := len(g.tokens) - 1
	for rest != "" {
		if here.has(last) && g.tokens[last].kind == globStarStar {
			break
		}
		char, size := utf8.DecodeRuneInString(rest)
		if char == utf8.RuneError && size == 1 {
			char = -1 // a stray byte is a character that no glob can name
		}
		rest = rest[size:]
		if !g.step(here, next, char) {
			return globSet{}, false
		}
		here, next = next, here
	}
	return *here, true
}

// wild reports whether g holds a wildcard, that is, may match several texts.
func (g Glob) wild() bool { return len(g.tokens) > 0 }

// namesOneLevel reports whether g holds a "?*" or "*?": what stands for a name of at least
// one character, within a segment.
func (g Glob) namesOneLevel() bool {
	for i := range len(g.tokens) - 1 {
		a, b := g.tokens[i].kind, g.tokens[i+1].kind
		if a == globOne && b == globStar || a == globStar && b == globOne {
			return true
		}
	}
	return false
}

// firstStar is where the first "*" of g stands that is no character of texts, or -1.
func (g Glob) firstStar() int {
	for i := 0; i < len(g.text); i++ {
		switch g.text[i] {
		case '\\':
			i++
		case '*':
			return i
		}
	}
	return -1
}

// reachesAny reports whether g can match a text that begins with one of prefixes.
func (g Glob) reachesAny(prefixes []string) bool {
	return slices.ContainsFunc(prefixes, g.reaches)
}

// reaches reports whether g can match a text that begins with prefix: whatever
// state of the automaton is still alive behind prefix, some rest leads to its end.
func (g Glob) reaches(prefix string) bool {
	if len(prefix) <= len(g.prefix) {
		return strings.HasPrefix(g.prefix, prefix)
	}
	rest, ok := strings.CutPrefix(prefix, g.prefix)
	if !ok || len(g.tokens) == 0 {
		return false
	}
	_, alive := g.behind(rest)
	return alive
}

// swallows reports whether g certainly matches every text that goes on after prefix.
func (g Glob) swallows(prefix string) bool {
	all := len(g.tokens) - 1 // the "**" that takes everything
	if all >= 3 && g.tokens[all-3].kind == globOptional && g.tokens[all].kind == globStar {
		all -= 2 // a last segment of its own matches just as much: "raw/**/*" is "raw/**"
	}
	if all < 0 || g.tokens[all].kind != globStarStar {
		return false
	}
	rest, ok := strings.CutPrefix(prefix, g.prefix)
	if !ok {
		return false
	}
	end, alive := g.behind(rest)
	return alive && end.has(all)
}

// step fills next with the states that char leads to from here. It reports whether
// there is one.
func (g Glob) step(here, next *globSet, char rune) (alive bool) {
	words := len(g.tokens)/64 + 1
	clear(next[:words])
	for w, word := range here[:words] {
		for ; word != 0; word &= word - 1 {
			i := w*64 + bits.TrailingZeros64(word)
			if to := g.after(i, char); to >= 0 {
				g.enter(next, to)
				alive = true
			}
		}
	}
	return alive
}

// after is the state that char leads to from state i, or -1.
func (g Glob) after(i int, char rune) int {
	if i == len(g.tokens) {
		return -1
	}
	switch t := g.tokens[i]; {
	case t.kind == globChar && char == t.char, t.kind == globOne && char != '/':
		return i + 1
	case t.kind == globStarStar, t.kind == globStar && char != '/':
		return i
	}
	return -1
}

// enter adds state i to set, and those that are reached from it without a character.
func (g Glob) enter(set *globSet, i int) {
	for !set.has(i) {
		set[i/64] |= 1 << (i % 64)
		if i == len(g.tokens) {
			return
		}
		switch g.tokens[i].kind {
		case globStar, globStarStar:
		case globOptional:
			g.enter(set, i+3)
		default:
			return
		}
		i++
	}
}
