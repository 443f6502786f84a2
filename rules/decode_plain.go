package rules

import (
	"fmt"
	"strings"
	"unicode"
)

// A prefix is plain text. What means something in a glob, in a regular expression or
// in a list that was joined means only itself in it, and a protect of it covers nothing.

// checkPlain warns about a prefix that seems to be something else than plain text.
func (l *loader) checkPlain(b *block, t text) {
	sign, remedy := strangeSign(t.s)
	if sign == "" || strings.Contains(t.s, "*") { // the asterisk is told by itself
		return
	}
	if remedy == "" {
		remedy = "If a pattern was meant, list each prefix that it stands for."
		if _, err := ParseGlob(t.s); err == nil && b.kind.argument("keys") != nil && strings.Contains(t.s, "?") {
			remedy = fmt.Sprintf("If a glob was meant, write keys = [%q].", strings.TrimRight(t.s, "/")+"/**")
		}
	}
	l.warnIn(t.at, "Prefix with a special sign", fmt.Sprintf(
		"A prefix is plain text, so that %q stands for itself: %q covers only keys that hold exactly these characters. %s", sign, t.s, remedy))
}

// strangeSign is the first part of a prefix that hardly any key holds, and what to do
// about it where that is not a matter of patterns.
func strangeSign(s string) (sign, remedy string) {
	for _, strange := range []struct{ sign, remedy string }{
		{", ", "If this is a list that was joined, write each prefix in quotes of its own."},
		{"//", "Write a single slash unless keys have an empty segment."},
		{`\`, "Segments are separated by a slash: write / unless keys hold a backslash."},
		{"/ ", "Remove the blank unless keys hold it."},
		{".+", ""}, {"?", ""}, {"[", ""}, {"]", ""}, {"{", ""}, {"}", ""},
	} {
		if strings.Contains(strings.TrimSpace(s), strange.sign) { // blanks at the ends are told by themselves
			return strange.sign, strange.remedy
		}
	}
	return "", ""
}

// checkSeen refuses characters that nobody sees, such as a zero-width space: a prefix or
// a glob that holds one covers nothing of what it seems to cover. One that is written
// as an escape can be seen.
func (l *loader) checkSeen(t text) bool {
	at := strings.IndexFunc(t.s, func(r rune) bool { return unicode.Is(unicode.Cf, r) && !l.escaped(t, r) })
	if at < 0 {
		return true
	}
	hidden := []rune(t.s[at:])[0]
	l.errorIn(t.at, "Character that cannot be seen", fmt.Sprintf(
		"%q holds %s, which nobody sees, and a key must then hold it too. Remove it, or write it as %s in the text itself if keys do.",
		t.s, characterName(hidden), escapeOf(hidden)))
	return false
}

// escaped reports whether a text was written out, with an escape for r.
func (l *loader) escaped(t text, r rune) bool {
	f := l.files[t.at.at.Filename]
	if f == nil {
		return false
	}
	source := string(t.at.at.SliceBytes(f.Bytes))
	return strings.Contains(strings.ToLower(source), strings.ToLower(escapeOf(r))) && !strings.ContainsRune(source, r)
}

func escapeOf(r rune) string {
	if r > 0xFFFF {
		return fmt.Sprintf(`\U%08x`, r)
	}
	return fmt.Sprintf(`\u%04x`, r)
}
