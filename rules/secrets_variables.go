package rules

import (
	"bytes"
	"regexp"
	"slices"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// Which variables are sensitive has to be known before any message is written, and
// also where a file cannot be parsed: it goes by tokens, and where even those mislead,
// by the text. In doubt too much is hidden.

// findSensitive notes the names of the sensitive variables of a rule file, and their
// defaults.
func (l *loader) findSensitive(x lexed) {
	word := variableBlock().name
	says, defaults := x.given("sensitive"), x.given("default")
	says = slices.DeleteFunc(says, func(i int) bool { return string(x.tokens[i+2].Bytes) == "false" })
	hidden := 0 // the token at which what was hidden last ends
	for i, t := range x.tokens {
		if t.Type != hclsyntax.TokenIdent || string(t.Bytes) != word {
			continue
		}
		name, open := variableHeader(x.tokens[i+1:])
		if name == "" {
			continue
		}
		from := i + 2 + open
		to := x.ends[from-1]
		if at, _ := slices.BinarySearch(says, from); at == len(says) || says[at]+2 >= to {
			continue
		}
		l.noteSensitive(name)
		// Bodies lie in one another where braces are missing: the outer one hid it all.
		at, _ := slices.BinarySearch(defaults, max(from, hidden))
		for ; at < len(defaults) && defaults[at]+2 < to; at++ {
			if defaults[at] >= hidden {
				hidden = x.lineEnd(defaults[at] + 2)
				l.hideAll(x.tokens[defaults[at]+2 : hidden])
			}
		}
		hidden = max(hidden, min(to, len(x.tokens)))
	}
}

// findGiven notes the values of sensitive variables in a file of values, and all of them
// where it is not known which variables are sensitive.
func (l *loader) findGiven(x lexed) {
	for i := 0; i+2 < len(x.tokens); i++ {
		if x.tokens[i].Type == hclsyntax.TokenIdent && x.tokens[i+1].Type == hclsyntax.TokenEqual && (l.allSensitive || l.sensitive[string(x.tokens[i].Bytes)]) {
			end := x.lineEnd(i + 2)
			l.hideAll(x.tokens[i+2 : end])
			i = max(i, end-1)
		}
	}
}

func (l *loader) noteSensitive(name string) {
	if l.sensitive == nil {
		l.sensitive = map[string]bool{}
	}
	l.sensitive[name] = true
}

// variableHeader reads the label behind the word variable, and returns it with the index
// of the brace behind it.
func variableHeader(tokens hclsyntax.Tokens) (name string, brace int) {
	for i, t := range tokens {
		switch t.Type {
		case hclsyntax.TokenOQuote, hclsyntax.TokenCQuote:
		case hclsyntax.TokenQuotedLit, hclsyntax.TokenIdent:
			if name != "" {
				return "", 0
			}
			name = string(t.Bytes)
		case hclsyntax.TokenOBrace:
			return name, i
		default:
			return "", 0
		}
	}
	return "", 0
}

// A lexed is a file as tokens. ends holds, for a token that opens a bracket, a quote or a
// template, the index of the one that closes it, and the number of the tokens where none
// does. Any closing token closes what was opened last: in a file that cannot be parsed
// too much is hidden rather than too little.
type lexed struct {
	tokens hclsyntax.Tokens
	ends   []int
}

func lex(tokens hclsyntax.Tokens) lexed {
	x := lexed{tokens, make([]int, len(tokens))}
	var open []int
	for i, t := range tokens {
		switch {
		case closerOf(t.Type) != 0:
			x.ends[i] = len(tokens)
			open = append(open, i)
		case isCloser(t.Type) && len(open) > 0:
			x.ends[open[len(open)-1]] = i
			open = open[:len(open)-1]
		}
	}
	return x
}

// lineEnd is the index of the token that ends the line, or closes the bracket, in which
// the token i stands. Lines in brackets of their own do not count.
func (x lexed) lineEnd(i int) int {
	for ; i < len(x.tokens); i++ {
		switch t := x.tokens[i]; {
		case closerOf(t.Type) != 0:
			if i = x.ends[i]; i == len(x.tokens) {
				return i
			}
		case isLineBreak(t), isCloser(t.Type):
			return i
		}
	}
	return i
}

// given returns the indexes of the arguments of a name that have a value.
func (x lexed) given(name string) []int {
	var at []int
	for i := 0; i+2 < len(x.tokens); i++ {
		if x.tokens[i+1].Type == hclsyntax.TokenEqual && string(x.tokens[i].Bytes) == name {
			at = append(at, i)
		}
	}
	return at
}

// hideAll notes tokens and what is between them as secret.
func (l *loader) hideAll(tokens hclsyntax.Tokens) {
	if len(tokens) > 0 {
		l.secrets = append(l.secrets, hcl.RangeBetween(tokens[0].Range, tokens[len(tokens)-1].Range))
	}
}

// hideBroken hides what may be the values of sensitive variables in a rule file that
// cannot be parsed: its tokens may begin and end anywhere.
func (l *loader) hideBroken(f File) {
	if !bytes.Contains(f.Bytes, []byte("sensitive")) {
		return
	}
	for _, m := range regexp.MustCompile(`variable\s+"?([\pL\w-]+)`).FindAllSubmatch(f.Bytes, -1) {
		l.noteSensitive(string(m[1]))
	}
	for _, m := range regexp.MustCompile(`(?ms)default(.*?)(?:^\}|\z)`).FindAllSubmatchIndex(f.Bytes, -1) {
		l.secrets = append(l.secrets, hcl.Range{Filename: f.Name,
			Start: hcl.Pos{Byte: m[2], Line: 1, Column: 1}, End: hcl.Pos{Byte: m[3], Line: 1, Column: 1}})
	}
}

// hideValues hides everything in a file of values that cannot be parsed, where it may
// hold the value of a sensitive variable: also the names of what look like blocks.
func (l *loader) hideValues(f File) {
	if !l.hasSensitive() {
		return
	}
	l.secrets = append(l.secrets, hcl.Range{Filename: f.Name,
		Start: hcl.Pos{Line: 1, Column: 1}, End: hcl.Pos{Byte: len(f.Bytes), Line: 1, Column: 1}})
	if l.files[f.Name] != nil {
		l.files[f.Name] = &hcl.File{Bytes: f.Bytes}
	}
}
