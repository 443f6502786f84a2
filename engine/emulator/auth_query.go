package emulator

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"offcut/engine/ks3"
)

// maxLifeV4 is the longest that a V4 URL may be valid for. KS3's V4 page takes
// AWS's rules, and this is AWS's: seven days.
const maxLifeV4 = 604800 * time.Second

// marks tell which authentication parameters a query has.
type marks uint8

const (
	markSignature marks = 1 << iota // Signature: V2 of either dialect
	markKSS                         // KSSAccessKeyId
	markAWS                         // AWSAccessKeyId
	markKSS4                        // X-Kss-Signature and the others
	markAWS4                        // X-Amz-Signature and the others
)

// severalSchemes reports whether the parameters belong to more than one scheme.
func (m marks) severalSchemes() bool {
	v2 := m&(markSignature|markKSS|markAWS) != 0
	both := func(a marks) bool { return m&a == a }
	return both(markKSS|markAWS) || both(markKSS4|markAWS4) || v2 && m&(markKSS4|markAWS4) != 0
}

func marksOf(query url.Values) (all marks) {
	for name := range query {
		all |= markOf(name)
	}
	return all
}

// markOf takes a name in any case: one in the wrong case is a mistake to be told
// of, not a reason to take the request for anonymous.
func markOf(name string) marks {
	switch {
	case strings.EqualFold(name, "Signature"):
		return markSignature
	case strings.EqualFold(name, ks3.Native.KeyParamV2):
		return markKSS
	case strings.EqualFold(name, ks3.AWS.KeyParamV2):
		return markAWS
	}
	mark := markKSS4
	rest, ok := cutPrefixFold(name, ks3.Native.QueryPrefix)
	if !ok {
		mark = markAWS4
		if rest, ok = cutPrefixFold(name, ks3.AWS.QueryPrefix); !ok {
			return 0
		}
	}
	for _, field := range [...]string{"Algorithm", "Credential", "Date", "Expires", "SignedHeaders", "Signature"} {
		if strings.EqualFold(rest, field) {
			return mark
		}
	}
	return 0
}

func cutPrefixFold(s, prefix string) (string, bool) {
	if len(s) < len(prefix) || !strings.EqualFold(s[:len(prefix)], prefix) {
		return s, false
	}
	return s[len(prefix):], true
}

// soleParam reads a parameter that must be there once and have a value.
func soleParam(query url.Values, name string) (string, error) {
	values := query[name]
	if len(values) != 1 || values[0] == "" {
		return "", malformed("a presigned URL has the parameter %s once, and here it has %d values or an empty one", name, len(values))
	}
	return values[0], nil
}

// parsePresignedV2 reads KSSAccessKeyId, Expires (Unix seconds) and Signature.
func parsePresignedV2(d ks3.Dialect, query url.Values) (a authorization, err error) {
	a.presigned = true
	for _, p := range [...]struct {
		name string
		to   *string
	}{{d.KeyParamV2, &a.accessKey}, {"Expires", &a.date}, {"Signature", &a.signature}} {
		if *p.to, err = soleParam(query, p.name); err != nil {
			return a, err
		}
	}
	return a, nil
}

// parsePresignedV4 reads the six parameters of V4.
func parsePresignedV4(d ks3.Dialect, query url.Values) (authorization, error) {
	var algorithm, credential, date, expires, signed, signature string
	for _, p := range [...]struct {
		name string
		to   *string
	}{
		{"Algorithm", &algorithm}, {"Credential", &credential}, {"Date", &date},
		{"Expires", &expires}, {"SignedHeaders", &signed}, {"Signature", &signature},
	} {
		var err error
		if *p.to, err = soleParam(query, d.QueryPrefix+p.name); err != nil {
			return authorization{}, err
		}
	}
	if algorithm != d.AlgorithmV4 {
		return authorization{}, malformed("the algorithm %q is not %s", algorithm, d.AlgorithmV4)
	}
	a, err := makeV4(d, credential, signed, signature)
	if err != nil {
		return a, err
	}
	seconds, err := strconv.ParseUint(expires, 10, 32)
	a.life = time.Duration(seconds) * time.Second
	if err != nil || a.life < time.Second || a.life > maxLifeV4 {
		return a, malformed("%sExpires is %q; 1 to %d seconds are allowed", d.QueryPrefix, expires, int(maxLifeV4.Seconds()))
	}
	a.presigned, a.date = true, date
	return a, nil
}

// hoistHeaders makes headers of the parameters of a presigned URL that are
// spelled like them, as S3 does: SDKs move there what the client would else have
// to send beside the URL. The signature covers them.
func (c *call) hoistHeaders() error {
	h := c.r.Header.Clone()
	moved := false
	for name, values := range c.query {
		_, own := cutPrefixFold(name, c.dialect.QueryPrefix)
		if !own || markOf(name) != 0 {
			continue
		}
		key := http.CanonicalHeaderKey(name)
		if len(values) != 1 {
			return refuse(ks3.CodeInvalidArgument, "The parameter %s, which is a header's, is there more than once.", name)
		}
		if strings.EqualFold(name, c.dialect.HeaderPrefix+"copy-source") {
			return refuse(ks3.CodeInvalidArgument, "%s must be a header: it makes the request another one.", name)
		}
		if sent := h.Values(key); len(sent) > 0 && (len(sent) > 1 || sent[0] != values[0]) {
			return refuse(ks3.CodeInvalidArgument, "%s has one value in the query and another in the header.", name)
		}
		h.Set(key, values[0])
		moved = true
	}
	if moved {
		// The request itself belongs to the HTTP server.
		c.r = c.r.WithContext(c.r.Context())
		c.r.Header = h
	}
	return nil
}
