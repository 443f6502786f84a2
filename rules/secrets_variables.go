package rules

import (
	"bytes"
	"regexp"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// Which variables are sensitive has to be known before any message is written, and
// also where a file cannot be parsed: it goes by tokens, and where even those mislead,
// by the text. In doubt too much is hidden.

// findSensitive notes the names of the sensitive variables of a rule file, and their
// defaults.
func (l *loader) findSensitive(tokens hclsyntax.Tokens) {
	word := variableBlock().name
	for i := 0; i < len(tokens); i++ {
		if tokens[i].Type != hclsyntax.TokenIdent || string(tokens[i].Bytes) != word {
			continue
		}
		name, body := variableHeader(tokens[i+1:])
		if name == "" || !saysSensitive(body) {
			continue
		}
		l.noteSensitive(name)
		for j := 0; j+2 < len(body); j++ {
			if string(body[j].Bytes) == "default" && body[j+1].Type == hclsyntax.TokenEqual {
				l.hideAll(body[j+2:], hclsyntax.TokenNewline)
			}
		}
	}
}

// findGiven notes the values of sensitive variables in a file of values.
func (l *loader) findGiven(tokens hclsyntax.Tokens) {
	for i := 0; i+2 < len(tokens); i++ {
		if tokens[i].Type == hclsyntax.TokenIdent && tokens[i+1].Type == hclsyntax.TokenEqual && l.sensitive[string(tokens[i].Bytes)] {
			l.hideAll(tokens[i+2:], hclsyntax.TokenNewline)
		}
	}
}

func (l *loader) noteSensitive(name string) {
	if l.sensitive == nil {
		l.sensitive = map[string]bool{}
	}
	l.sensitive[name] = true
}

// variableHeader reads the label behind the word variable, and returns it with the
// tokens inside the braces: up to the end where they are not closed.
func variableHeader(tokens hclsyntax.Tokens) (name string, body hclsyntax.Tokens) {
	for i, t := range tokens {
		switch t.Type {
		case hclsyntax.TokenOQuote, hclsyntax.TokenCQuote:
		case hclsyntax.TokenQuotedLit, hclsyntax.TokenIdent:
			if name != "" {
				return "", nil
			}
			name = string(t.Bytes)
		case hclsyntax.TokenOBrace:
			return name, upTo(tokens[i+1:], hclsyntax.TokenCBrace)
		default:
			return "", nil
		}
	}
	return "", nil
}

// upTo returns the tokens before the first one of the type end that is in no bracket of
// its own, or all of them.
func upTo(tokens hclsyntax.Tokens, end hclsyntax.TokenType) hclsyntax.Tokens {
	depth := 0
	for i, t := range tokens {
		isEnd := t.Type == end || end == hclsyntax.TokenNewline && isLineBreak(t)
		switch {
		case depth == 0 && isEnd:
			return tokens[:i]
		case closerOf(t.Type) != 0:
			depth++
		case isCloser(t.Type) && depth > 0:
			depth--
		case isCloser(t.Type):
			return tokens[:i]
		}
	}
	return tokens
}

func isCloser(t hclsyntax.TokenType) bool {
	switch t {
	case hclsyntax.TokenCBrace, hclsyntax.TokenCBrack, hclsyntax.TokenCParen,
		hclsyntax.TokenCQuote, hclsyntax.TokenCHeredoc, hclsyntax.TokenTemplateSeqEnd:
		return true
	}
	return false
}

// saysSensitive reports whether the body of a variable has sensitive = ... with
// anything but a plain false.
func saysSensitive(body hclsyntax.Tokens) bool {
	for i := 0; i+2 < len(body); i++ {
		if string(body[i].Bytes) == "sensitive" && body[i+1].Type == hclsyntax.TokenEqual && string(body[i+2].Bytes) != "false" {
			return true
		}
	}
	return false
}

// hideAll notes everything before end as secret, and returns the offset at which that
// ends.
func (l *loader) hideAll(tokens hclsyntax.Tokens, end hclsyntax.TokenType) (to int) {
	hidden := upTo(tokens, end)
	if len(hidden) == 0 {
		return 0
	}
	all := hcl.RangeBetween(hidden[0].Range, hidden[len(hidden)-1].Range)
	l.secrets = append(l.secrets, all)
	return all.End.Byte
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
// hold the value of a sensitive variable.
func (l *loader) hideValues(f File) {
	if l.hasSensitive() {
		l.secrets = append(l.secrets, hcl.Range{Filename: f.Name,
			Start: hcl.Pos{Line: 1, Column: 1}, End: hcl.Pos{Byte: len(f.Bytes), Line: 1, Column: 1}})
	}
}
