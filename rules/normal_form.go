package rules

import (
	"fmt"
	"regexp"
	"strconv"
	"unicode/utf8"

	"github.com/hashicorp/hcl/v2/hclsyntax"
	"golang.org/x/text/unicode/norm"
)

// HCL reads every text of a rule file in Unicode's normal form C, while a store
// takes keys byte for byte: "e" with a combining accent makes another key than
// "é". Whoever protects or excludes a name means it in whatever form a client wrote
// it, so protects and excludes look at the composed form of a key too. What a rule
// looks at is compared byte for byte: a doubt keeps.

// composedForm returns key in normal form C, if that is another text.
func composedForm(key string) (composed string, other bool) {
	ascii := true
	for i := 0; i < len(key) && ascii; i++ {
		ascii = key[i] < utf8.RuneSelf
	}
	if ascii || norm.NFC.QuickSpanString(key) == len(key) {
		return "", false
	}
	composed = norm.NFC.String(key)
	return composed, composed != key
}

// warnOfForms warns about texts of a file that are read as other bytes than they
// were written in. HCL does not tell: once it is read, the text is composed.
func (l *loader) warnOfForms(tokens hclsyntax.Tokens) {
	for _, t := range tokens {
		if t.Type != hclsyntax.TokenQuotedLit && t.Type != hclsyntax.TokenStringLit {
			continue
		}
		if written := unescaped(t.Bytes); !norm.NFC.IsNormalString(written) {
			l.warnAt(t.Range, "Text not in Unicode normal form C", fmt.Sprintf(
				"This text is read in normal form C, as %s. Protects and excludes made of it cover keys in both forms, "+
					"but the prefixes of a scan only keys in normal form C. Write the text in that form.", strconv.QuoteToASCII(norm.NFC.String(written))))
		}
	}
}

// escapedChar matches the escape of a single character.
var escapedChar = regexp.MustCompile(`\\u[0-9a-fA-F]{4}|\\U[0-9a-fA-F]{8}`)

// unescaped replaces the escapes of single characters in the text of a literal.
func unescaped(literal []byte) string {
	return escapedChar.ReplaceAllStringFunc(string(literal), func(s string) string {
		char, err := strconv.ParseUint(s[2:], 16, 32)
		if err != nil {
			return s
		}
		return string(rune(char))
	})
}
