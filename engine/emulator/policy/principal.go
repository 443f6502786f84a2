package policy

import (
	"fmt"
	"strings"
)

// A principal is one entry of a Principal.
type principal struct {
	everybody     bool
	account, user string // without a user: the whole account
}

const principalPrefix = "krn:ksc:iam::"

func parsePrincipal(text string) (principal, error) {
	if text == "*" {
		return principal{everybody: true}, nil
	}
	rest, ok := strings.CutPrefix(text, principalPrefix)
	account, who, found := strings.Cut(rest, ":")
	if !ok || !found || account == "" || strings.ContainsAny(text, "*?") {
		return principal{}, badPrincipal(text)
	}
	if who == "root" {
		return principal{account: account}, nil
	}
	if user, ok := strings.CutPrefix(who, "user/"); ok && user != "" {
		return principal{account: account, user: user}, nil
	}
	return principal{}, badPrincipal(text)
}

func badPrincipal(text string) error {
	return fmt.Errorf(`%q is not "*", %q or %q`, text, principalPrefix+"<account>:root", principalPrefix+"<account>:user/<name>")
}

func (p principal) is(who Principal) bool {
	return p.everybody || !who.Anonymous && p.account == who.Account && (p.user == "" || p.user == who.User)
}

// names reports whether who is meant itself, and not only as one of an account.
func (p principal) names(who Principal) bool {
	return p.is(who) && (p.everybody || p.user == who.User)
}
