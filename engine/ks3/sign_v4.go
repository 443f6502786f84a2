package ks3

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

// TimeV4 is the layout of the V4 date header, in UTC.
const TimeV4 = "20060102T150405Z"

// UnsignedPayload stands in RequestV4.PayloadHash where the body is not covered.
const UnsignedPayload = "UNSIGNED-PAYLOAD"

// A RequestV4 is what a V4 signature covers.
type RequestV4 struct {
	Method        string
	EscapedPath   string     // as sent, encoded once
	Query         url.Values // without the signature itself
	Header        http.Header
	Host          string
	SignedHeaders []string // lower case, sorted
	PayloadHash   string   // hex SHA-256, UNSIGNED-PAYLOAD, or the name of a framing
	Time          time.Time
	Region        string
}

// SignV4 returns the hex signature of r and the credential scope that it was
// made in ("20240301/BEIJING/ks3/kss4_request").
func SignV4(d Dialect, secret string, r RequestV4) (signature, scope string) {
	key := NewKeyV4(d, secret, r.Time.UTC().Format(dayV4), r.Region)
	return key.Sign(r), key.Scope()
}

// canonicalRequest joins what AWS SigV4 for S3 signs, which is what KS3 signs.
func canonicalRequest(r RequestV4) string {
	path := r.EscapedPath
	if path == "" {
		path = "/"
	}
	var b strings.Builder
	for _, line := range [...]string{r.Method, path, CanonicalQuery(r.Query)} {
		b.WriteString(line)
		b.WriteByte('\n')
	}
	for _, name := range r.SignedHeaders {
		b.WriteString(name + ":" + signedValue(r, name) + "\n")
	}
	b.WriteString("\n" + strings.Join(r.SignedHeaders, ";") + "\n" + r.PayloadHash)
	return b.String()
}

// signedValue gives a header's value as V4 signs it: runs of spaces are one
// space, several values are joined with a comma.
func signedValue(r RequestV4, name string) string {
	if name == "host" {
		return r.Host
	}
	values := slices.Clone(r.Header.Values(name))
	for i, v := range values {
		values[i] = strings.Join(strings.FieldsFunc(v, func(c rune) bool { return c == ' ' || c == '\t' }), " ")
	}
	return strings.Join(values, ",")
}

// CanonicalQuery writes a query as V4 signs it: sorted, percent-encoded, and
// "name=" where a value is empty. A client that sends this text sends what it
// signed.
func CanonicalQuery(query url.Values) string {
	pairs := make([]string, 0, len(query))
	for name, values := range query {
		escaped := EscapeQuery(name)
		for _, v := range values {
			pairs = append(pairs, escaped+"="+EscapeQuery(v))
		}
	}
	// Names are compared before values; "=" would otherwise sort among the
	// characters of a longer name.
	slices.SortFunc(pairs, func(a, b string) int {
		an, av, _ := strings.Cut(a, "=")
		bn, bv, _ := strings.Cut(b, "=")
		if c := strings.Compare(an, bn); c != 0 {
			return c
		}
		return strings.Compare(av, bv)
	})
	return strings.Join(pairs, "&")
}
