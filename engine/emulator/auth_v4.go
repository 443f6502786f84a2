package emulator

import (
	"crypto/hmac"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"offcut/engine/ks3"
)

// verifyV4 compares a V4 signature, of any region, and returns what it says of
// the body.
func (c *call) verifyV4(a authorization, user User) (p payload, err error) {
	at, err := c.signedAt(a)
	if err != nil {
		return p, err
	}
	if day := at.UTC().Format("20060102"); day != a.day {
		return p, malformed("the credential is of %s, the request of %s", a.day, day)
	}
	if err := c.allSigned(a); err != nil {
		return p, err
	}
	if p.hash, err = c.signedPayload(a); err != nil {
		return p, err
	}
	key, cached := c.keys.get(c.dialect, user, a)
	r := ks3.RequestV4{
		Method: c.r.Method, Query: c.signedQuery(a), Header: c.signedHeader(), Host: c.r.Host,
		SignedHeaders: a.signed, PayloadHash: p.hash, Time: at,
	}
	// The page signs the decoded path, encoded once; a client signs what it sends.
	for _, r.EscapedPath = range c.pathsV4() {
		if !hmac.Equal([]byte(key.Sign(r)), []byte(a.signature)) {
			continue
		}
		if !cached {
			c.keys.put(c.dialect, user, a, key)
		}
		if p.hash == ks3.StreamingPayload(c.dialect) || p.hash == ks3.StreamingTrailer(c.dialect) {
			p.chunks = key.Chunks(at, a.signature)
		}
		return p, nil
	}
	return p, mismatch()
}

// signedAt is the time of the request, once it is right.
func (c *call) signedAt(a authorization) (time.Time, error) {
	if a.presigned {
		return c.presignedAt(a)
	}
	date := c.r.Header.Get(c.dialect.HeaderPrefix + "date")
	if date == "" {
		date = c.r.Header.Get("Date")
	}
	return c.instant(date)
}

// signedPayload is what stands for the body in the canonical request. In a
// presigned URL the body is left open unless a header or a parameter of the
// signature says more.
func (c *call) signedPayload(a authorization) (string, error) {
	name := c.dialect.HeaderPrefix + "content-sha256"
	hash := c.r.Header.Get(name)
	if !a.presigned {
		if hash == "" {
			return "", refuse(ks3.CodeInvalidArgument, "The header %s is missing.", name)
		}
		return hash, nil
	}
	for param, values := range c.query {
		if hash == "" && strings.EqualFold(param, name) {
			hash = values[0]
		}
	}
	if hash == "" {
		hash = ks3.UnsignedPayload
	}
	return hash, nil
}

// signedQuery is the query without the signature itself.
func (c *call) signedQuery(a authorization) url.Values {
	if !a.presigned {
		return c.query
	}
	query := make(url.Values, len(c.query))
	for name, values := range c.query {
		if name != c.dialect.QueryPrefix+"Signature" {
			query[name] = values
		}
	}
	return query
}

// pathsV4 are the forms of the path that may have been signed.
func (c *call) pathsV4() []string {
	paths := []string{c.path}
	if decoded, err := url.PathUnescape(c.path); err == nil {
		if again := ks3.EscapeKey(decoded); again != c.path {
			paths = append(paths, again)
		}
	}
	return paths
}

// signedHeader gives the headers as the client signed them: the HTTP server
// takes some of them out.
func (c *call) signedHeader() http.Header {
	length := c.r.Header.Get("Content-Length") == "" && c.r.ContentLength >= 0
	if !length && len(c.r.TransferEncoding) == 0 {
		return c.r.Header
	}
	h := c.r.Header.Clone()
	if length {
		h.Set("Content-Length", strconv.FormatInt(c.r.ContentLength, 10))
	}
	if len(c.r.TransferEncoding) > 0 {
		h["Transfer-Encoding"] = c.r.TransferEncoding
	}
	return h
}

// allSigned makes sure that no header of the protocol could have been added on
// the way, in either spelling: both are acted on.
func (c *call) allSigned(a authorization) error {
	for name := range c.r.Header {
		if _, ok := protocolHeader(name); !ok {
			continue
		}
		if name = strings.ToLower(name); !a.signs(name) {
			return refuse(ks3.CodeAccessDenied, "The header %s is sent but not signed.", name)
		}
	}
	return nil
}

// checkRegion makes sure that the scope names the region of the bucket, or of
// the server where there is no bucket. S3 refuses a wrong one with 400
// AuthorizationHeaderMalformed; KS3's code for what can't be read is 403.
// A request to the host of another region must name that one: it is redirected.
func (c *call) checkRegion(a authorization) error {
	want := c.region
	if c.bucket != "" {
		err := c.store.view(func(t tables) error {
			b, found, err := t.bucket(c.bucket)
			if found {
				want = b.region
			}
			return err
		})
		if err != nil {
			return err
		}
	}
	if c.hostRegion != "" {
		want = c.hostRegion
	}
	if a.region != want {
		return malformed("the credential is for the region %q, and the right one is %q", a.region, want)
	}
	return nil
}
