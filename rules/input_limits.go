package rules

import (
	"bytes"
	"fmt"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// Limits on the text of one file. They are checked before the parser sees it:
// HCL's parser descends once per level, and running out of stack ends a Go
// program without any chance to recover.
const (
	maxFileSize   = 1 << 20  // bytes
	maxLineLength = 64 << 10 // bytes; messages print whole lines
	maxDepth      = 250      // brackets, templates and operators that may hang on one another
	maxDigits     = 64       // characters of a number
	maxExponent   = 3        // digits of a number's exponent: 1e999999999 takes for ever to print
)

// checkSize refuses text that is too large to look at. Its messages have no
// snippet: that would be what is too large.
func checkSize(f File) *hcl.Diagnostic {
	if len(f.Bytes) > maxFileSize {
		return &hcl.Diagnostic{
			Severity: hcl.DiagError, Summary: "File too large", Subject: startOfLine(f.Name, 1),
			Detail: fmt.Sprintf("The file has more than %d KiB. Split the rules over several files of one directory.",
				maxFileSize>>10),
		}
	}
	line, length := 1, 0
	for _, c := range f.Bytes {
		if c == '\n' {
			line, length = line+1, 0
			continue
		}
		if length++; length > maxLineLength {
			return &hcl.Diagnostic{
				Severity: hcl.DiagError, Summary: "Line too long", Subject: startOfLine(f.Name, line),
				Detail: fmt.Sprintf("The line has more than %d KiB. Break it into several lines.", maxLineLength>>10),
			}
		}
	}
	return nil
}

func startOfLine(name string, line int) *hcl.Range {
	at := hcl.Pos{Line: line, Column: 1}
	return &hcl.Range{Filename: name, Start: at, End: at}
}

// checkDepth refuses tokens that could make the parser, or a walk over its
// result, descend too far. It counts too much rather than too little: a bracket
// is only closed by its own kind, and every operator since the last separator
// counts as a level, because the parser nests those too ("!!!x", "a ? b : c ? d : e").
func checkDepth(tokens hclsyntax.Tokens) *hcl.Diagnostic {
	stack := []level{{}}
	depth := 0
	for _, t := range tokens {
		top := &stack[len(stack)-1]
		switch top.role(t) {
		case roleOpen:
			top.operators++
			stack = append(stack, level{opener: t.Type})
			depth += 2
		case roleClose:
			if len(stack) > 1 && closerOf(top.opener) == t.Type {
				depth -= 1 + top.operators
				stack = stack[:len(stack)-1]
			}
		case roleSeparator:
			depth -= top.operators
			top.operators = 0
		case roleOperator:
			top.operators++
			depth++
		}
		if depth > maxDepth {
			return tooDeep(t.Range)
		}
		if t.Type == hclsyntax.TokenNumberLit && !sensibleNumber(t.Bytes) {
			return longNumber(t.Range)
		}
	}
	return nil
}

// A level is one bracket, quote or template that is open, with the operators
// seen in it since its last separator.
type level struct {
	opener    hclsyntax.TokenType // 0 at the top level of a file
	operators int
	begun     bool // a token was seen in it
	loop      bool // it is a { for ... } expression
}

// closerOf returns the token that closes what opener opened, or 0 for a token
// that opens nothing.
func closerOf(opener hclsyntax.TokenType) hclsyntax.TokenType {
	switch opener {
	case hclsyntax.TokenOBrace:
		return hclsyntax.TokenCBrace
	case hclsyntax.TokenOBrack:
		return hclsyntax.TokenCBrack
	case hclsyntax.TokenOParen:
		return hclsyntax.TokenCParen
	case hclsyntax.TokenOQuote:
		return hclsyntax.TokenCQuote
	case hclsyntax.TokenOHeredoc:
		return hclsyntax.TokenCHeredoc
	case hclsyntax.TokenTemplateInterp, hclsyntax.TokenTemplateControl:
		return hclsyntax.TokenTemplateSeqEnd
	}
	return 0
}

// isCloser reports whether a token closes what another one opened.
func isCloser(t hclsyntax.TokenType) bool {
	switch t {
	case hclsyntax.TokenCBrace, hclsyntax.TokenCBrack, hclsyntax.TokenCParen,
		hclsyntax.TokenCQuote, hclsyntax.TokenCHeredoc, hclsyntax.TokenTemplateSeqEnd:
		return true
	}
	return false
}

// A role is what a token does to the depth.
type role uint8

const (
	roleNone role = iota
	roleOpen
	roleClose
	roleSeparator
	roleOperator
)

// role says what the token t does inside l.
func (l *level) role(t hclsyntax.Token) role {
	if isLineBreak(t) {
		return l.lineBreak()
	}
	if t.Type == hclsyntax.TokenComment {
		return roleNone
	}
	if !l.begun {
		l.begun, l.loop = true, string(t.Bytes) == "for"
	}
	switch {
	case closerOf(t.Type) != 0:
		return roleOpen
	case isCloser(t.Type):
		return roleClose
	}
	switch t.Type {
	case hclsyntax.TokenComma:
		return roleSeparator
	case hclsyntax.TokenIdent, hclsyntax.TokenNumberLit, hclsyntax.TokenQuotedLit,
		hclsyntax.TokenStringLit, hclsyntax.TokenEOF:
		return roleNone
	}
	return roleOperator
}

// isLineBreak recognises the end of a line; a comment up to there holds it.
func isLineBreak(t hclsyntax.Token) bool {
	return t.Type == hclsyntax.TokenNewline || t.Type == hclsyntax.TokenComment && bytes.HasSuffix(t.Bytes, []byte("\n"))
}

// lineBreak says what a line break does inside l: it ends an argument of a block
// or object, and is a mere blank elsewhere.
func (l *level) lineBreak() role {
	if l.opener == 0 || l.opener == hclsyntax.TokenOBrace && !l.loop {
		return roleSeparator
	}
	return roleNone
}

func sensibleNumber(literal []byte) bool {
	if len(literal) > maxDigits {
		return false
	}
	e := bytes.IndexAny(literal, "eE")
	return e < 0 || len(bytes.TrimLeft(literal[e+1:], "+-")) <= maxExponent
}

func tooDeep(at hcl.Range) *hcl.Diagnostic {
	return &hcl.Diagnostic{
		Severity: hcl.DiagError, Summary: "Nested too deeply", Subject: at.Ptr(),
		Detail: fmt.Sprintf("Brackets, templates and operators are nested more than %d levels deep here. "+
			"Move parts of the expression into locals.", maxDepth),
	}
}

func longNumber(at hcl.Range) *hcl.Diagnostic {
	return &hcl.Diagnostic{
		Severity: hcl.DiagError, Summary: "Number too long", Subject: at.Ptr(),
		Detail: fmt.Sprintf("A number may have at most %d characters, and its exponent at most %d digits. Write a shorter one.",
			maxDigits, maxExponent),
	}
}
