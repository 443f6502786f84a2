package objectstore

import (
	"net/url"
	"strings"

	"offcut/engine/ks3"
)

// hidden stands where a secret was.
const hidden = "(hidden)"

// shortestSecret is the least that is looked for in a store's texts: a shorter one
// is in every other word. No store gives out secrets so short.
const shortestSecret = 6

// hide cuts the secrets of the request out of a text of its answer: a store, or
// whatever stands between, may repeat what it was sent.
func (a *answer) hide(text string) string {
	if text == "" || a.sent == nil {
		return text
	}
	escaped := strings.IndexByte(text, '%') >= 0
	authorization := a.sent.Header.Get("Authorization")
	for _, secret := range [...]string{
		authorization,
		signatureOf(authorization),
		a.secret,
		a.sent.Header.Get(ks3.Native.HeaderPrefix + "security-token"),
		a.sent.Header.Get(ks3.AWS.HeaderPrefix + "security-token"),
	} {
		if len(secret) >= shortestSecret {
			text = strings.ReplaceAll(text, secret, hidden)
			if escaped {
				text = strings.ReplaceAll(text, url.QueryEscape(secret), hidden)
			}
		}
	}
	return text
}

// signatureOf finds the signature in an Authorization header: behind "Signature="
// in V4, behind the access key in V2, without the padding that may be left out.
func signatureOf(authorization string) string {
	if _, signature, found := strings.Cut(authorization, "Signature="); found {
		return signature
	}
	_, signature, _ := strings.Cut(authorization, ":")
	return strings.TrimRight(signature, "=")
}
