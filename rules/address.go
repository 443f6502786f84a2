package rules

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/hashicorp/hcl/v2/hclsyntax"
	"golang.org/x/text/unicode/norm"
)

// An Address names a block, or the instance that its for_each makes for one key.
type Address struct {
	Block string // its type: "rule"
	Name  string // its label
	Key   string // of for_each; empty for the block as a whole
}

// String writes the address with its key quoted as in HCL: `rule.stale["raw"]`.
func (a Address) String() string {
	text := a.Block + "." + a.Name
	if a.Key != "" {
		text += "[" + quoteKey(a.Key) + "]"
	}
	return text
}

// Covers reports whether a is b, or the block that b is an instance of.
func (a Address) Covers(b Address) bool {
	return a == b || a.Key == "" && a.Block == b.Block && a.Name == b.Name
}

// ParseAddress reads an address as Address.String writes it. Keys may be written with
// every escape that HCL has; their normal form is C. The error says how to write what
// may have been meant.
func ParseAddress(s string) (Address, error) {
	name, key, indexed := strings.Cut(s, "[")
	var a Address
	var dotted bool
	a.Block, a.Name, dotted = strings.Cut(name, ".")
	switch {
	case !dotted || !hclsyntax.ValidIdentifier(a.Block):
		return Address{}, fmt.Errorf("%q is no address: write the type and the name of a block, such as rule.stale", cut(s))
	case !hclsyntax.ValidIdentifier(a.Name):
		return Address{}, fmt.Errorf("%q is no address: behind %s. stands the name of one, such as %[2]s.stale, and an instance is written %[2]s.stale[\"key\"]", cut(s), a.Block)
	case !indexed:
		return a, nil
	}
	quoted, closed := strings.CutSuffix(key, "]")
	if len(quoted) < 2 || quoted[0] != '"' || quoted[len(quoted)-1] != '"' || !closed {
		meant := Address{a.Block, a.Name, strings.Trim(strings.TrimSuffix(key, "]"), `"'\`)}
		return Address{}, fmt.Errorf("%q is no address: the key of an instance stands in quotes inside of brackets, as in %s", cut(s), cut(meant.String()))
	}
	var err error
	if a.Key, err = unquoteKey(quoted[1 : len(quoted)-1]); err != nil {
		return Address{}, fmt.Errorf("%q is no address: %w", cut(s), err)
	}
	return a, nil
}

// quoteKey writes a text as HCL's quoted string.
func quoteKey(key string) string {
	var b strings.Builder
	b.WriteByte('"')
	for i, r := range key {
		switch {
		case r == '"' || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\r':
			b.WriteString(`\r`)
		case r == '\t':
			b.WriteString(`\t`)
		case (r == '$' || r == '%') && strings.HasPrefix(key[i+1:], "{"):
			b.WriteRune(r)
			b.WriteRune(r)
		case strconv.IsPrint(r):
			b.WriteRune(r)
		case r <= 0xffff:
			fmt.Fprintf(&b, `\u%04x`, r)
		default:
			fmt.Fprintf(&b, `\U%08x`, r)
		}
	}
	b.WriteByte('"')
	return b.String()
}

// unquoteKey reads what stands between the quotes.
func unquoteKey(s string) (string, error) {
	if !utf8.ValidString(s) {
		return "", errors.New("its key is not in UTF-8")
	}
	var b strings.Builder
	for s != "" {
		r, size := utf8.DecodeRuneInString(s)
		switch {
		case r == '\\':
			char, used, err := unescape(s)
			if err != nil {
				return "", err
			}
			b.WriteRune(char)
			s = s[used:]
			continue
		case strings.HasPrefix(s, "$${"), strings.HasPrefix(s, "%%{"):
			b.WriteString(s[1:3])
			s = s[3:]
			continue
		case strings.HasPrefix(s, "${"), strings.HasPrefix(s, "%{"):
			return "", fmt.Errorf("its key begins a template with %q: write %q for these characters themselves", s[:2], s[:1]+s[:2])
		case r == '"':
			return "", errors.New(`a quote inside of its key is written \"`)
		case r == '\n' || r == '\r':
			return "", errors.New(`a line break inside of its key is written \n`)
		}
		b.WriteRune(r)
		s = s[size:]
	}
	key := norm.NFC.String(b.String())
	if key == "" {
		return "", errors.New("its key is empty, and no instance has an empty key")
	}
	return key, nil
}

// unescape reads the character that s, which begins with a backslash, stands for, and
// how many bytes of s do.
func unescape(s string) (char rune, used int, err error) {
	if len(s) < 2 {
		return 0, 0, errors.New(`its key ends in a backslash: write \\ for one`)
	}
	switch s[1] {
	case 'n':
		return '\n', 2, nil
	case 'r':
		return '\r', 2, nil
	case 't':
		return '\t', 2, nil
	case '"', '\\':
		return rune(s[1]), 2, nil
	case 'u', 'U':
		digits := 4
		if s[1] == 'U' {
			digits = 8
		}
		if len(s) < 2+digits {
			break
		}
		n, err := strconv.ParseUint(s[2:2+digits], 16, 32)
		if err != nil || n > utf8.MaxRune || !utf8.ValidRune(rune(n)) {
			break
		}
		return rune(n), 2 + digits, nil
	}
	return 0, 0, errors.New(`a backslash in its key stands before one of n, r, t, ", \ or before u and 4 or U and 8 hex digits`)
}
