package rules

import (
	"bytes"
	"fmt"
	"sort"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// What a rule file holds can end up on a terminal: in a snippet, in a name, in a
// value. A control character there could move the cursor, rewrite what was
// printed or run a terminal's own commands, and a direction mark could reorder
// the text. They are replaced here by characters that are as long in UTF-8, so
// that every offset into the text stays right.

// printable replaces what a terminal would act on.
func printable(s string) string { return string(printableBytes([]byte(s))) }

// printableBytes is printable for the bytes of a file; the result is as long as b.
func printableBytes(b []byte) []byte {
	var out []byte // allocated when something is replaced
	for i := 0; i < len(b); {
		r, size := utf8.DecodeRune(b[i:])
		stand := ""
		switch {
		case r == utf8.RuneError && size == 1:
			stand = "?"
		case r == '\n' || r == '\t' || r == '\r' && i+1 < len(b) && b[i+1] == '\n':
		case unicode.IsControl(r), unicode.Is(unicode.Bidi_Control, r), r == '\u2028', r == '\u2029':
			stand = []string{"?", "¿", "\uFFFD"}[size-1]
		}
		if stand != "" {
			if out == nil {
				out = bytes.Clone(b)
			}
			copy(out[i:], stand)
		}
		i += size
	}
	if out == nil {
		return b
	}
	return out
}

// harmless is a diagnostic whose texts are printable.
func harmless(d *hcl.Diagnostic) *hcl.Diagnostic {
	safe := *d
	safe.Summary, safe.Detail = printable(d.Summary), strings.ReplaceAll(printable(withShortQuotes(d.Detail)), "\r", "?")
	safe.Subject, safe.Context = harmlessRange(d.Subject), harmlessRange(d.Context)
	return &safe
}

// withShortQuotes cuts what a detail quotes of a file or a value.
func withShortQuotes(detail string) string {
	if len(detail) <= maxQuoted {
		return detail
	}
	return quotedText.ReplaceAllStringFunc(detail, func(quoted string) string {
		if len(quoted) <= maxQuoted+2 {
			return quoted
		}
		return cut(quoted) + `"`
	})
}

func harmlessRange(r *hcl.Range) *hcl.Range {
	if r == nil {
		return nil
	}
	safe := *r
	safe.Filename = printable(r.Filename)
	return &safe
}

// A blockNav tells in which top-level block an offset lies. HCL's own asks every block,
// for each of the messages.
type blockNav struct{ blocks hclsyntax.Blocks } // in the order of their places

// navOf returns the fastest way to find the blocks of f.
func navOf(f *hcl.File) any {
	if body, ok := f.Body.(*hclsyntax.Body); ok {
		return blockNav{body.Blocks}
	}
	return f.Nav
}

// ContextString names the block around an offset: `rule "r"`.
func (n blockNav) ContextString(offset int) string {
	i := sort.Search(len(n.blocks), func(i int) bool { return n.blocks[i].Range().End.Byte > offset })
	if i == len(n.blocks) || !n.blocks[i].Range().ContainsOffset(offset) {
		return ""
	}
	text := n.blocks[i].Type
	for _, label := range n.blocks[i].Labels {
		text += fmt.Sprintf(" %q", label)
	}
	return text
}

// A harmlessNav tells in which block an offset lies, with HCL's own words made
// printable: in a file with errors even a block's type can hold anything.
type harmlessNav struct{ nav any }

// ContextString names the block around an offset: `rule "r"`.
func (n harmlessNav) ContextString(offset int) string {
	nav, ok := n.nav.(interface{ ContextString(offset int) string })
	if !ok {
		return ""
	}
	return printable(nav.ContextString(offset))
}
