package objectstore

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"offcut/engine/ks3"
)

// A call is one operation: what is asked, wherever it is sent in the end.
type call struct {
	provider, action string
	method           string
	bucket, key, id  string
	query            url.Values
	header           http.Header
	body             []byte

	notAfter time.Time // Abort: nothing is sent later than this. Zero: no deadline
	stream   bool      // the caller reads the answer's body
}

// newCall starts a call on a bucket, or on the service itself.
func (c *Client) newCall(action, method, bucket string) *call {
	return &call{provider: c.provider, action: action, method: method, bucket: bucket, query: url.Values{}, header: http.Header{}}
}

// request builds the signed request of a call for a site. What is signed is
// what goes on the wire, byte for byte.
func (c *Client) request(ctx context.Context, cl *call, s site) (*http.Request, error) {
	keys, err := c.keys.get(ctx)
	if err != nil {
		return nil, err
	}
	req, err := c.place(ctx, cl, s)
	if err != nil {
		return nil, err
	}
	for name, values := range cl.header {
		req.Header[http.CanonicalHeaderKey(name)] = slices.Clone(values)
	}
	req.Header.Set("User-Agent", "offcut")
	switch c.signature {
	case signKSS:
		c.signKSS(req, cl, keys, s)
	case signKSS4:
		c.signKSS4(req, cl, keys, s)
	default:
		err = c.signAWS4(ctx, req, cl, keys, s)
	}
	return req, err
}

// place puts bucket, key and query into the URL. The path is written by hand:
// RawPath goes on the wire as it is, so that no key is cleaned or re-encoded.
func (c *Client) place(ctx context.Context, cl *call, s site) (*http.Request, error) {
	if cl.bucket != "" && !bucketName(cl.bucket) {
		return nil, errors.New("not a bucket name: letters, digits, dots, hyphens and underscores only")
	}
	host, inPath := s.host, cl.bucket
	if cl.bucket != "" && !s.pathStyle {
		host, inPath = cl.bucket+"."+s.host, ""
	}
	plain := "/" + cl.key
	if inPath != "" {
		plain = "/" + inPath + plain
	}
	// V2 has its own rule for slashes in a row. V4 signs the path encoded once,
	// whether a server takes it as sent or decodes and encodes it again.
	wire := ks3.EscapeKey(plain)
	if c.signature == signKSS {
		wire = ks3.EscapePath(inPath, cl.key)
	}
	req, err := http.NewRequestWithContext(ctx, cl.method, s.scheme+"://"+host, bytes.NewReader(cl.body))
	if err != nil {
		return nil, err
	}
	req.URL.Path, req.URL.RawPath = plain, wire
	req.URL.RawQuery = ks3.CanonicalQuery(cl.query)
	return req, nil
}

// bucketName keeps out whatever could change the host or the path of a request.
func bucketName(name string) bool {
	if len(name) > 255 || strings.Trim(name, ".") == "" {
		return false
	}
	for i := range len(name) {
		switch c := name[i]; {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9', c == '.', c == '-', c == '_':
		default:
			return false
		}
	}
	return true
}

// signKSS signs with KS3's V2. It covers neither the host nor what selects and
// pages a listing.
func (c *Client) signKSS(req *http.Request, cl *call, keys Credentials, s site) {
	date := ks3.FormatDate(c.clock())
	req.Header.Set("Date", date)
	if keys.SessionToken != "" {
		req.Header.Set(ks3.Native.HeaderPrefix+"security-token", keys.SessionToken)
	}
	virtual := cl.bucket != "" && !s.pathStyle
	resource := ks3.ResourceV2(cl.bucket, virtual, req.URL.RawPath, cl.query)
	toSign := ks3.StringToSignV2(ks3.Native, cl.method, req.Header, date, resource)
	req.Header.Set("Authorization", "KSS "+keys.AccessKeyID+":"+ks3.SignV2(keys.SecretAccessKey, toSign))
}

// signKSS4 signs with KS3's V4: the host, the content type and every x-kss- header.
func (c *Client) signKSS4(req *http.Request, cl *call, keys Credentials, s site) {
	now, prefix := c.clock(), ks3.Native.HeaderPrefix
	hash := hexSHA256(cl.body)
	req.Header.Set(prefix+"date", now.UTC().Format(ks3.TimeV4))
	req.Header.Set(prefix+"content-sha256", hash)
	if keys.SessionToken != "" {
		req.Header.Set(prefix+"security-token", keys.SessionToken)
	}
	signed := []string{"host"}
	for name := range req.Header {
		if lower := strings.ToLower(name); lower == "content-type" || strings.HasPrefix(lower, prefix) {
			signed = append(signed, lower)
		}
	}
	slices.Sort(signed)
	signature, scope := ks3.SignV4(ks3.Native, keys.SecretAccessKey, ks3.RequestV4{
		Method: cl.method, EscapedPath: req.URL.RawPath, Query: cl.query, Header: req.Header,
		Host: req.URL.Host, SignedHeaders: signed, PayloadHash: hash, Time: now, Region: s.region,
	})
	req.Header.Set("Authorization", ks3.Native.AlgorithmV4+" Credential="+keys.AccessKeyID+"/"+scope+
		", SignedHeaders="+strings.Join(signed, ";")+", Signature="+signature)
}

// signAWS4 signs with AWS V4.
func (c *Client) signAWS4(ctx context.Context, req *http.Request, cl *call, keys Credentials, s site) error {
	hash := hexSHA256(cl.body)
	req.Header.Set("X-Amz-Content-Sha256", hash)
	return c.signer.SignHTTP(ctx, aws.Credentials{
		AccessKeyID: keys.AccessKeyID, SecretAccessKey: keys.SecretAccessKey, SessionToken: keys.SessionToken,
	}, req, hash, ks3.AWS.ServiceV4, s.region, c.clock())
}

func hexSHA256(body []byte) string {
	sum := sha256.Sum256(body)
	return hex.EncodeToString(sum[:])
}
