package rules

import (
	"bytes"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/hashicorp/hcl/v2/hclwrite"
)

// Format rewrites a file of rules, tests or values in the canonical style. It changes no
// meaning; a file with a syntax error is an error. The rules that a file of values is for
// are not known here, and any of its values may be sensitive: no message shows one.
func Format(f File) ([]byte, Diagnostics) {
	l := formatted(f)
	problems := l.report()
	if problems.HasErrors() {
		return nil, problems
	}
	return hclwrite.Format(f.Bytes), problems
}

// Shown is the text of a file that Format takes, as whoever may see its layout may see
// it: what is secret, as far as the file itself tells, is asterisks. In a file of values
// that is every value and every comment, where old values tend to stand.
func Shown(f File) []byte {
	l := formatted(f)
	if holdsValues(f) {
		tokens, _ := hclsyntax.LexConfig(f.Bytes, f.Name, hcl.InitialPos)
		l.secrets = append(l.secrets[:0], contentOf(tokens)...)
	}
	if shown := l.withoutSecrets()[f.Name]; shown != nil {
		return shown.Bytes
	}
	return nil // too large, or no text
}

// formatted parses a file by what it seems to be.
func formatted(f File) *loader {
	l := &loader{files: map[string]*hcl.File{}}
	if holdsValues(f) {
		l.allSensitive = true
		l.parseValues(f)
	} else {
		l.parse(f)
	}
	return l
}

// holdsValues reports whether a file holds values, by its name, or, as any file may be
// named with -var-file and standard input has no name, by how it begins: rules begin with
// a block.
func holdsValues(f File) bool {
	if strings.HasSuffix(f.Name, valuesSuffix) {
		return true
	}
	if IsTestFile(f.Name) || checkSize(f) != nil {
		return false
	}
	tokens, _ := hclsyntax.LexConfig(f.Bytes, f.Name, hcl.InitialPos)
	for i, t := range tokens {
		if !isLineBreak(t) && t.Type != hclsyntax.TokenComment {
			return t.Type == hclsyntax.TokenIdent && tokens[i+1].Type == hclsyntax.TokenEqual
		}
	}
	return false
}

// contentOf are the places of what a sound file of values says: all that is neither
// punctuation nor the name of a variable.
func contentOf(tokens hclsyntax.Tokens) []hcl.Range {
	var content []hcl.Range
	depth := 0
	for i, t := range tokens {
		switch {
		case closerOf(t.Type) != 0:
			depth++
		case isCloser(t.Type):
			depth--
		}
		switch t.Type {
		case hclsyntax.TokenIdent:
			if depth > 0 || tokens[i+1].Type != hclsyntax.TokenEqual {
				content = append(content, t.Range)
			}
		case hclsyntax.TokenQuotedLit, hclsyntax.TokenStringLit, hclsyntax.TokenNumberLit:
			content = append(content, t.Range)
		case hclsyntax.TokenComment:
			marker := len(t.Bytes) - len(bytes.TrimLeft(t.Bytes, "#/"))
			at := t.Range
			at.Start.Byte += marker
			content = append(content, at)
		}
	}
	return content
}
