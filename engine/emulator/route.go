package emulator

import (
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"

	"offcut/engine/ks3"
)

// Limits of the protocol (KS3's concepts page).
const (
	maxKeyLength      = 1024 // bytes
	maxUploadIDLength = 255  // bytes; this server's own ids have 32
)

// A target is what a request speaks of, before it is known whether it may.
type target struct {
	bucket, key string
	inHost      bool   // the bucket is a label of the host
	path        string // as sent, without the query
	query       url.Values
	hostRegion  string // of the host, where it is one of KS3's
}

// parseTarget reads bucket and key from host and path. The path is taken as it
// was sent and decoded once: an empty, "." or ".." segment is part of the key.
func (s *Server) parseTarget(r *http.Request) (target, error) {
	t := target{path: wirePath(r)}
	rest := strings.TrimPrefix(t.path, "/")
	t.bucket, t.hostRegion = s.readHost(r.Host)
	t.inHost = t.bucket != ""
	if !t.inHost {
		var escaped string
		escaped, rest, _ = strings.Cut(rest, "/")
		bucket, err := url.PathUnescape(escaped)
		if err != nil {
			return t, refuse(ks3.CodeInvalidBucketName, "The path is not percent-encoded properly: %s.", err)
		}
		t.bucket = bucket
		if bucket == "" && rest != "" {
			return t, refuse(ks3.CodeInvalidBucketName, "The path names a key but no bucket.")
		}
	}
	var err error
	if t.key, err = url.PathUnescape(rest); err != nil {
		return t, refuse(ks3.CodeInvalidKey, "The path is not percent-encoded properly: %s.", err)
	}
	if t.query, err = url.ParseQuery(r.URL.RawQuery); err != nil {
		return t, refuse(ks3.CodeInvalidArgument, "The query can't be read: %s.", err)
	}
	if len(t.key) > maxKeyLength {
		return t, refuse(ks3.CodeKeyTooLong, "The key has %d bytes; %d is the limit.", len(t.key), maxKeyLength)
	}
	return t, nil
}

// wirePath is the path as the client sent it.
func wirePath(r *http.Request) string {
	if strings.HasPrefix(r.RequestURI, "/") {
		path, _, _ := strings.Cut(r.RequestURI, "?")
		return path
	}
	// A proxy's request has a whole URL in its first line.
	return r.URL.EscapedPath()
}

// readHost gives the bucket that a host names, and the region whose host it is,
// each empty where there is none. An address names neither.
func (s *Server) readHost(host string) (bucket, region string) {
	name := strings.ToLower(host)
	if h, _, err := net.SplitHostPort(name); err == nil {
		name = h
	}
	if _, err := netip.ParseAddr(strings.Trim(name, "[]")); err == nil {
		return "", ""
	}
	name = strings.TrimSuffix(name, ".")
	for _, domain := range s.domains {
		if name == domain {
			return "", ""
		}
		if label, found := strings.CutSuffix(name, "."+domain); found {
			return label, ""
		}
	}
	r, label, _ := ks3.RegionOfHost(name)
	return label, r.Code
}
