package rules

import (
	"encoding/base64"
	"fmt"
	"unicode"
)

// SameAccount reports whether the owner that a store of some kind tells is an account,
// as a rule file names it. KS3 writes ids, which people know as decimal numbers, in
// Base64; there both are taken. It allocates nothing for ids of an ordinary length.
func SameAccount(kind, account, owner string) bool {
	if account == owner {
		return true
	}
	if kind != kindKS3 || base64.StdEncoding.EncodedLen(len(account)) != len(owner) {
		return false
	}
	var room [64]byte
	return string(base64.StdEncoding.AppendEncode(room[:0], []byte(account))) == owner
}

// AccountNumber returns the decimal number that the id of an account stands for, where
// it is one in Base64, as KS3 writes them. Every other id has none.
func AccountNumber(id string) (number string, ok bool) {
	plain, err := base64.StdEncoding.DecodeString(id)
	if err != nil || !isNumber(string(plain)) {
		return "", false
	}
	return string(plain), true
}

// decodeAccounts reads ids of accounts, sorted. They are compared with what the store
// tells byte for byte, so what cannot be an account's id is refused: it would be
// nobody's.
func (l *loader) decodeAccounts(b *block, name string) []string {
	accounts := get[[]text](b, name)
	for _, t := range accounts {
		if t.s == "" {
			l.errorIn(t.at, "Empty account", fmt.Sprintf(
				"An account in %s is empty. Write its id as the store tells it, or remove the element.", name))
		} else if odd, ok := notInAccount(t.s); ok {
			l.errorIn(t.at, "Invalid account", fmt.Sprintf(
				"%q is no account's id, because it holds %s: write the id in full, without blanks and globs, as the store tells it.",
				t.s, odd))
		}
	}
	return sortedTexts(accounts)
}

// notInAccount names the first character of s that no account's id holds.
func notInAccount(s string) (name string, found bool) {
	for _, r := range s {
		switch {
		case unicode.IsSpace(r), unicode.IsControl(r):
			return characterName(r), true
		case r == '*', r == '?':
			return fmt.Sprintf("a %q", string(r)), true
		}
	}
	return "", false
}
