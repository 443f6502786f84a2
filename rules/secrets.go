package rules

import (
	"bytes"
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"sort"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// Credentials never stand in rule files. Where somebody wrote one all the same,
// the message that says so must not carry it into a terminal or a log. The same holds
// for the values of sensitive variables, which do stand in files.

// looksSecret reports whether an argument of this name would hold a credential.
func looksSecret(name string) bool {
	name = strings.ToLower(name)
	for _, part := range []string{"secret", "access_key", "accesskey", "token", "password", "passwd", "credential"} {
		if strings.Contains(name, part) {
			return true
		}
	}
	return false
}

// refuseSecret reports a credential in a provider block.
func (l *loader) refuseSecret(attr *hclsyntax.Attribute, b *block) {
	names := "KS3_ACCESS_KEY_ID and KS3_ACCESS_KEY_SECRET"
	if b.labels[0] == kindS3 {
		names = "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"
	}
	l.errorAt(attr.NameRange, "Credentials in a rule file", fmt.Sprintf(
		"Credentials never stand in rule files: set %s in the environment, and remove %q. If this file was shared, replace the key.",
		names, cut(attr.Name)))
}

// findSecrets notes what messages about a file must not show: the value behind a
// name that looks like a credential's, what is passed to sensitive(), and the user in a
// URL. It goes by tokens, so that a file which cannot be parsed does not show them either.
func (l *loader) findSecrets(x lexed) {
	call, line := 0, 0 // where what was hidden last ends
	for i, t := range x.tokens {
		if t.Type == hclsyntax.TokenQuotedLit || t.Type == hclsyntax.TokenStringLit {
			if userInURL.Match(t.Bytes) {
				l.secrets = append(l.secrets, t.Range)
			}
			continue
		}
		if i+1 >= len(x.tokens) || t.Type != hclsyntax.TokenIdent {
			continue
		}
		switch name := string(t.Bytes); { // what stands in something hidden is hidden with it
		case x.tokens[i+1].Type == hclsyntax.TokenOParen && name == "sensitive":
			if i >= call {
				call = x.ends[i+1]
				l.hideAll(x.tokens[i+2 : call])
			}
		case x.tokens[i+1].Type == hclsyntax.TokenEqual && looksSecret(name):
			if i >= line {
				line = i + 2 + l.hideValue(x.tokens[i+2:])
			}
		}
	}
}

// hideValue notes the literals up to the end of the line as secret, and returns how many
// tokens that is.
func (l *loader) hideValue(tokens hclsyntax.Tokens) int {
	for i, t := range tokens {
		switch t.Type {
		case hclsyntax.TokenNewline, hclsyntax.TokenEOF:
			return i
		case hclsyntax.TokenQuotedLit, hclsyntax.TokenStringLit, hclsyntax.TokenIdent, hclsyntax.TokenNumberLit:
			l.secrets = append(l.secrets, t.Range)
		}
	}
	return len(tokens)
}

var userInURL = regexp.MustCompile(`://[^\s"]*@`)

// A hiddenPart is a part of a file that messages must not show, as offsets.
type hiddenPart struct{ from, to int }

// hidden returns what messages must not show, by file, in the order of the text. No two
// parts of a file touch.
func (l *loader) hidden() map[string][]hiddenPart {
	ordered := slices.Clone(l.secrets)
	slices.SortFunc(ordered, func(a, b hcl.Range) int { return cmp.Compare(a.Start.Byte, b.Start.Byte) })
	parts := map[string][]hiddenPart{}
	for _, r := range ordered {
		list := parts[r.Filename]
		if n := len(list); n > 0 && r.Start.Byte <= list[n-1].to {
			list[n-1].to = max(list[n-1].to, r.End.Byte)
			continue
		}
		parts[r.Filename] = append(list, hiddenPart{r.Start.Byte, r.End.Byte})
	}
	return parts
}

// touches reports whether at holds some of a hidden part, or ends where one begins.
func touches(hidden []hiddenPart, at hcl.Range) bool {
	i := sort.Search(len(hidden), func(i int) bool { return hidden[i].to > at.Start.Byte })
	return i < len(hidden) && hidden[i].from <= at.End.Byte
}

// withoutSecrets returns the files as messages may show them. Every hidden byte is
// an asterisk, so that places stay right.
func (l *loader) withoutSecrets() map[string]*hcl.File {
	for name, parts := range l.hidden() {
		f := l.files[name]
		if f == nil {
			continue
		}
		f = &hcl.File{Body: f.Body, Bytes: bytes.Clone(f.Bytes), Nav: f.Nav}
		l.files[name] = f
		for _, p := range parts {
			for i := p.from; i < min(p.to, len(f.Bytes)); i++ {
				if f.Bytes[i] != '\n' && f.Bytes[i] != '"' {
					f.Bytes[i] = '*'
				}
			}
		}
	}
	return l.files
}
