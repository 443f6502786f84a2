package view

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/olekukonko/tablewriter/pkg/twwidth"
	"golang.org/x/text/unicode/norm"

	"offcut/rules"
)

// Text makes a key, an id or an owner safe to print on one line, without losing
// anything: what Go would not print as it is, a backslash, and a space at either
// end are shown as Go's escapes (\n, \x1b, \u202e, \xff for a byte that is no
// UTF-8, \\, \x20), and so are characters without a width. In a text that is not in
// Unicode's composed form (NFC), what composition would change is shown as an escape
// as well: an e with an accent of its own is e\u0301. So two different strings never
// look the same, as far as Unicode says that their characters are the same; it does
// not tell a Latin a from a Cyrillic one.
func Text(s string) string {
	if printable(s) && !strings.Contains(s, `\`) && strings.TrimSpace(s) == s && norm.NFC.IsNormalString(s) {
		return s
	}
	shown := strings.Join(pieces(s, isPrintable), "")
	if norm.NFC.IsNormalString(shown) {
		return shown
	}
	return strings.Join(pieces(s, isComposed), "")
}

// Address is Text for the address of a rule or protect. As the escapes in it are HCL's,
// and leave nothing that a terminal would not show, its backslashes stay single: it can
// be given to -target as it is shown.
func Address(s string) string {
	if a, err := rules.ParseAddress(s); err == nil && a.String() == s && printable(s) && norm.NFC.IsNormalString(s) {
		return s
	}
	return Text(s)
}

// Advice is Text for a sentence of package rules that says what to write into a rule file:
// its backslashes are HCL's and stay single, so that it can be written as it is shown.
func Advice(s string) string { return strings.ReplaceAll(Text(s), `\\`, `\`) }

// Account is Text for the id of an account, with the decimal number by which people know
// it where the store writes that in Base64: as the store tells it, it can be given to
// a rule file, and as a number, to a colleague.
func Account(id string) string {
	if number, ok := rules.AccountNumber(id); ok {
		return Text(id) + " (" + number + ")"
	}
	return Text(id)
}

// Lines makes a message safe to print: line breaks stay, every other unprintable
// character is shown as an escape.
func Lines(s string) string {
	lines := strings.Split(s, "\n")
	for i, line := range lines {
		if printable(line) {
			continue
		}
		var b strings.Builder
		eachRune(line, func(r rune, raw string) {
			if isPrintable(r, raw) {
				b.WriteString(raw)
			} else {
				b.WriteString(escape(raw))
			}
		})
		lines[i] = b.String()
	}
	return strings.Join(lines, "\n")
}

// Middle shortens text that Text returned to at most width columns, visibly and
// in the middle, as both ends of a key tell more than its centre. Escapes are
// kept whole.
func Middle(s string, width int) string {
	if Width(s) <= width {
		return s
	}
	if width < 3 {
		return "…"
	}
	all := units(s)
	head, room := 0, width-1
	for head < len(all) && Width(strings.Join(all[:head+1], "")) <= (room+1)/2 {
		head++
	}
	start := strings.Join(all[:head], "")
	room -= Width(start)
	tail := len(all)
	for tail > head && Width(strings.Join(all[tail-1:], "")) <= room {
		tail--
	}
	return start + "…" + strings.Join(all[tail:], "")
}

// End shortens text that Text returned to at most width columns, visibly and at its
// end, as a sentence begins with what it is about. Escapes are kept whole.
func End(s string, width int) string {
	if Width(s) <= width {
		return s
	}
	all := units(s)
	head := 0
	for head < len(all) && Width(strings.Join(all[:head+1], "")) < width {
		head++
	}
	return strings.TrimRight(strings.Join(all[:head], ""), " ") + "…"
}

// Width is the number of columns that s takes on a terminal.
func Width(s string) int { return twwidth.WidthWithOptions(s, twwidth.Options{}) }

// pieces splits s into what Text shows for each of its characters: those that
// asIs approves of, and the others as escapes.
func pieces(s string, asIs func(r rune, raw string) bool) []string {
	out := make([]string, 0, len(s))
	first, last := len(s)-len(strings.TrimLeft(s, " ")), len(strings.TrimRight(s, " "))
	at := 0
	eachRune(s, func(r rune, raw string) {
		switch {
		case raw == `\`:
			out = append(out, `\\`)
		case raw == " " && (at < first || at >= last):
			out = append(out, `\x20`)
		case asIs(r, raw):
			out = append(out, raw)
		default:
			out = append(out, escape(raw))
		}
		at += len(raw)
	})
	return out
}

// units splits text that Text returned where it may be cut: not within an escape,
// and not between a character and the marks that combine with it.
func units(s string) []string {
	var out []string
	for s != "" {
		size := unitSize(s)
		if r, _ := utf8.DecodeRuneInString(s); unicode.Is(unicode.Mn, r) && len(out) > 0 {
			out[len(out)-1] += s[:size]
		} else {
			out = append(out, s[:size])
		}
		s = s[size:]
	}
	return out
}

func unitSize(s string) int {
	if s[0] != '\\' || len(s) < 2 {
		_, size := utf8.DecodeRuneInString(s)
		return size
	}
	size := map[byte]int{'x': 4, 'u': 6, 'U': 10}[s[1]]
	return min(max(size, 2), len(s))
}

// eachRune calls f with every character of s and its bytes.
func eachRune(s string, f func(r rune, raw string)) {
	for s != "" {
		r, size := utf8.DecodeRuneInString(s)
		f(r, s[:size])
		s = s[size:]
	}
}

// isPrintable reports whether a character may go to a terminal as it is.
func isPrintable(r rune, raw string) bool {
	return strconv.IsPrint(r) && (r != utf8.RuneError || len(raw) > 1) && !unicode.In(r, unicode.Variation_Selector, unicode.Other_Default_Ignorable_Code_Point)
}

// isComposed reports whether a character may go to a terminal as it is and means
// the same whatever stands before it.
func isComposed(r rune, raw string) bool {
	return isPrintable(r, raw) && norm.NFC.IsNormalString(raw) && norm.NFC.PropertiesString(raw).BoundaryBefore()
}

func printable(s string) bool {
	ok := true
	eachRune(s, func(r rune, raw string) { ok = ok && isPrintable(r, raw) })
	return ok
}

// escape is a character as Go would write it in a string literal of ASCII.
func escape(raw string) string {
	quoted := strconv.QuoteToASCII(raw)
	return quoted[1 : len(quoted)-1]
}
