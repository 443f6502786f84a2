package ks3

import (
	"crypto/hmac"
	"crypto/sha1"
	"encoding/base64"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// ResourceV2 gives the canonical resource of V2. wirePath is the path as sent;
// bucket is put before it when the request is virtual-hosted (inHost). Signed
// sub-resources of query follow, sorted, with raw values. "/" for the service.
//
// A bucket's resource always ends in a slash ("/my-bucket/"), also where a
// path-style request was sent without one.
func ResourceV2(bucket string, inHost bool, wirePath string, query url.Values) string {
	var b strings.Builder
	if inHost {
		b.WriteString("/" + bucket)
		if wirePath == "" {
			wirePath = "/"
		}
	}
	b.WriteString(wirePath)
	if !inHost && (wirePath == "" || bucket != "" && wirePath == "/"+EscapeKey(bucket)) {
		b.WriteByte('/')
	}
	sep := byte('?')
	for _, name := range signedNames(query) {
		for _, value := range query[name] {
			b.WriteByte(sep)
			sep = '&'
			b.WriteString(name)
			if value != "" {
				b.WriteString("=" + value)
			}
		}
	}
	return b.String()
}

// signedNames lists the names in query that V2 signs, sorted.
func signedNames(query url.Values) []string {
	var names []string
	for name := range query {
		if SubResource(name) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// StringToSignV2 joins method, Content-MD5, Content-Type, date, the canonical
// headers of the dialect and the resource. date is the Date header, or the
// Expires number of a presigned URL.
func StringToSignV2(d Dialect, method string, h http.Header, date, resource string) string {
	var b strings.Builder
	for _, line := range [...]string{method, h.Get("Content-MD5"), h.Get("Content-Type"), date} {
		b.WriteString(line)
		b.WriteByte('\n')
	}
	for _, line := range canonicalHeaders(d, h) {
		b.WriteString(line)
		b.WriteByte('\n')
	}
	b.WriteString(resource)
	return b.String()
}

// canonicalHeaders gives "name:value" for every header of the dialect, sorted by
// name. Several values of one name are joined with a comma. White space around a
// value is cut, as it does not survive the wire.
func canonicalHeaders(d Dialect, h http.Header) []string {
	type field struct{ name, value string }
	var fields []field
	for name, values := range h {
		lower := strings.ToLower(name)
		if !strings.HasPrefix(lower, d.HeaderPrefix) {
			continue
		}
		trimmed := make([]string, len(values))
		for i, v := range values {
			trimmed[i] = strings.TrimSpace(v)
		}
		fields = append(fields, field{lower, strings.Join(trimmed, ",")})
	}
	slices.SortFunc(fields, func(a, b field) int { return strings.Compare(a.name, b.name) })
	lines := make([]string, len(fields))
	for i, f := range fields {
		lines[i] = f.name + ":" + f.value
	}
	return lines
}

// SignV2 returns Base64(HMAC-SHA1(secret, s)).
func SignV2(secret, s string) string {
	mac := hmac.New(sha1.New, []byte(secret))
	mac.Write([]byte(s))
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

// SubResource reports whether V2 signs the query parameter: the union of the
// lists in the official Java and Go SDKs.
func SubResource(name string) bool {
	switch name {
	// In every SDK that has a list.
	case "acl", "lifecycle", "location", "logging", "notification", "partNumber", "policy",
		"requestPayment", "torrent", "uploadId", "uploads", "versionId", "versioning",
		"versions", "website",
		"response-content-type", "response-content-language", "response-expires",
		"response-cache-control", "response-content-disposition", "response-content-encoding":
		return true
	// Added by the Java SDK.
	case "delete", "thumbnail", "cors", "crr", "pfop", "querypfop", "adp", "queryadp", "fetch",
		"restore", "transfer", "tagging", "security-token":
		return true
	// Added by the Go SDK that is built on AWS's.
	case "copy", "mirror", "append", "position", "decompresspolicy", "retention", "inventory",
		"recycle", "recover", "clear", "id", "dataRedundancySwitch", "bucketqos",
		"requesterqos", "encryption", "accessmonitor", "transferAcceleration",
		"VpcAccessBlock", "quota", "migration", "jobs", "jobId", "X-Amz-Policy", "action",
		"priority", "PublicNetworkBlock", "BucketPublicNetworkBlock",
		"dataRedundancyTransition", "worm", "wormId", "wormExtend", "dataAccelerator":
		return true
	}
	return false
}
