package policy

import "unicode/utf8"

// match reports whether a pattern stands for the whole of text: "*" for any
// characters, "?" for one character (or one byte that is no UTF-8), all else for
// itself. After a mismatch only the last "*" is tried anew, since an earlier one
// could not reach further: the steps are at most len(pattern) × len(text), and
// usually their sum.
func match(pattern, text string) bool {
	p, t := 0, 0
	star, from := -1, 0 // after the last "*": where the pattern goes on, and where in text it was tried
	for t < len(text) {
		switch {
		case p < len(pattern) && pattern[p] == '*':
			p++
			star, from = p, t
		case p < len(pattern) && pattern[p] == '?':
			p++
			t += width(text[t:])
		case p < len(pattern) && pattern[p] == text[t]:
			p++
			t++
		case star >= 0:
			from += width(text[from:])
			p, t = star, from
		default:
			return false
		}
	}
	for p < len(pattern) && pattern[p] == '*' {
		p++
	}
	return p == len(pattern)
}

func width(text string) int {
	_, n := utf8.DecodeRuneInString(text)
	return n
}
