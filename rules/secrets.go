package rules

import (
	"bytes"
	"fmt"
	"regexp"
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
// name that looks like a credential's, what is passed to sensitive(), and the user in a URL. It goes by tokens, so that a file which cannot be
// parsed does not show them either.
func (l *loader) findSecrets(tokens hclsyntax.Tokens) {
	user, hidden := userInURL(), 0
	for i, t := range tokens {
		if t.Type == hclsyntax.TokenQuotedLit || t.Type == hclsyntax.TokenStringLit {
			if user.Match(t.Bytes) {
				l.secrets = append(l.secrets, t.Range)
			}
			continue
		}
		if i+1 >= len(tokens) || t.Type != hclsyntax.TokenIdent {
			continue
		}
		switch name := string(t.Bytes); {
		case tokens[i+1].Type == hclsyntax.TokenOParen && name == "sensitive":
			if t.Range.Start.Byte >= hidden { // a call inside of a hidden one is hidden with it
				hidden = l.hideAll(tokens[i+2:], hclsyntax.TokenCParen)
			}
		case tokens[i+1].Type == hclsyntax.TokenEqual && looksSecret(name):
			l.hideValue(tokens[i+2:])
		}
	}
}

// hideValue notes the literals up to the end of the line as secret.
func (l *loader) hideValue(tokens hclsyntax.Tokens) {
	for _, t := range tokens {
		switch t.Type {
		case hclsyntax.TokenNewline, hclsyntax.TokenEOF:
			return
		case hclsyntax.TokenQuotedLit, hclsyntax.TokenStringLit, hclsyntax.TokenIdent, hclsyntax.TokenNumberLit:
			l.secrets = append(l.secrets, t.Range)
		}
	}
}

func userInURL() *regexp.Regexp { return regexp.MustCompile(`://[^\s"]*@`) }

// withoutSecrets returns the files as messages may show them. Every hidden byte is
// an asterisk, so that places stay right.
func (l *loader) withoutSecrets() map[string]*hcl.File {
	masked := map[string]bool{}
	for _, r := range l.secrets {
		f := l.files[r.Filename]
		if f == nil {
			continue
		}
		if !masked[r.Filename] {
			masked[r.Filename] = true
			f = &hcl.File{Body: f.Body, Bytes: bytes.Clone(f.Bytes), Nav: f.Nav}
			l.files[r.Filename] = f
		}
		for i := r.Start.Byte; i < min(r.End.Byte, len(f.Bytes)); i++ {
			if f.Bytes[i] != '\n' && f.Bytes[i] != '"' {
				f.Bytes[i] = '*'
			}
		}
	}
	return l.files
}
