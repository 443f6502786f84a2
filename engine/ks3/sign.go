package ks3

import (
	"net/http"
	"net/url"
	"time"
)

// A Dialect is one of the two spellings that KS3 takes for headers, schemes and scopes.
type Dialect struct {
	SchemeV2     string // "KSS" or "AWS"
	AlgorithmV4  string // "KSS4-HMAC-SHA256" or "AWS4-HMAC-SHA256"
	KeyPrefixV4  string // "KSS4" or "AWS4": goes before the secret key
	ServiceV4    string // "ks3" or "s3"
	TerminatorV4 string // "kss4_request" or "aws4_request"
	HeaderPrefix string // "x-kss-" or "x-amz-", lower case
	QueryPrefix  string // "X-Kss-" or "X-Amz-": presigned V4
	KeyParamV2   string // "KSSAccessKeyId" or "AWSAccessKeyId": presigned V2
}

// The two dialects.
var (
	Native = Dialect{"KSS", "KSS4-HMAC-SHA256", "KSS4", "ks3", "kss4_request", "x-kss-", "X-Kss-", "KSSAccessKeyId"}
	AWS    = Dialect{"AWS", "AWS4-HMAC-SHA256", "AWS4", "s3", "aws4_request", "x-amz-", "X-Amz-", "AWSAccessKeyId"}
)

// EscapeKey gives the path form of an object key: UTF-8 percent-encoding with
// upper-case digits, "A-Z a-z 0-9 - _ . ~ /" as they are. Slashes in a row are
// left alone; see EscapePath.
func EscapeKey(key string) string { panic("TODO") }

// EscapePath gives the wire path of a native request. bucket is empty for
// virtual-hosted requests (and for the service itself), key for bucket
// requests. Two slashes in a row become "/%2F", as in the official SDKs, so that
// a key with a leading or a double slash survives. What it returns is exactly
// what is signed.
func EscapePath(bucket, key string) string { panic("TODO") }

// ResourceV2 gives the canonical resource of V2. wirePath is the path as sent;
// bucket is put before it when the request is virtual-hosted (inHost). Signed
// sub-resources of query follow, sorted, with raw values. "/" for the service.
func ResourceV2(bucket string, inHost bool, wirePath string, query url.Values) string { panic("TODO") }

// StringToSignV2 joins method, Content-MD5, Content-Type, date, the canonical
// headers of the dialect and the resource. date is the Date header, or the
// Expires number of a presigned URL.
func StringToSignV2(d Dialect, method string, h http.Header, date, resource string) string {
	panic("TODO")
}

// SignV2 returns Base64(HMAC-SHA1(secret, s)).
func SignV2(secret, s string) string { panic("TODO") }

// A RequestV4 is what a V4 signature covers.
type RequestV4 struct {
	Method        string
	EscapedPath   string     // as sent, encoded once
	Query         url.Values // without the signature itself
	Header        http.Header
	Host          string
	SignedHeaders []string // lower case, sorted
	PayloadHash   string   // hex SHA-256, or UNSIGNED-PAYLOAD
	Time          time.Time
	Region        string
}

// SignV4 returns the hex signature of r and the credential scope that it was
// made in ("20240301/BEIJING/ks3/kss4_request").
func SignV4(d Dialect, secret string, r RequestV4) (signature, scope string) { panic("TODO") }

// SubResource reports whether V2 signs the query parameter: the union of the
// lists in the official Java and Go SDKs.
func SubResource(name string) bool { panic("TODO") }
