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

// An operation is one call of the API.
type operation struct {
	action string
	run    func(*call) error
}

// route chooses the operation by method and sub-resource. Parameters that belong
// to no operation are ignored, as KS3 does.
func (t target) route(method string) (operation, error) {
	switch {
	case t.bucket == "":
		return t.routeService(method)
	case t.key == "":
		return t.routeBucket(method)
	}
	return t.routeObject(method)
}

func (t target) routeService(method string) (operation, error) {
	if method == http.MethodGet {
		return operation{"ListBuckets", (*call).listBuckets}, nil
	}
	return operation{}, refuse(ks3.CodeMethodNotAllowed, "%s is not allowed on the service itself: the request names no bucket.", method)
}

// routeBucket never takes a multipart call without a key for a call on the
// bucket: an abort that lost its key must not delete a bucket.
func (t target) routeBucket(method string) (operation, error) {
	uploads := t.query.Has("uploads")
	if t.query.Has("uploadId") || uploads && method != http.MethodGet {
		return operation{}, refuse(ks3.CodeNotFoundAPI, "A multipart call needs an object key, and the request has none.")
	}
	switch {
	case method == http.MethodGet && uploads:
		return operation{"ListMultipartUploads", (*call).listUploads}, nil
	case method == http.MethodGet && t.query.Has("location"):
		return operation{"GetBucketLocation", (*call).getLocation}, nil
	}
	if name := t.otherSubResource(); name != "" {
		return operation{}, unbuilt("%s on the bucket's sub-resource %q", method, name)
	}
	switch method {
	case http.MethodPut:
		return operation{"CreateBucket", (*call).createBucket}, nil
	case http.MethodHead:
		return operation{"HeadBucket", (*call).headBucket}, nil
	case http.MethodDelete:
		return operation{"DeleteBucket", (*call).deleteBucket}, nil
	case http.MethodGet:
		return operation{}, unbuilt("the listing of objects (GET on a bucket)")
	}
	return operation{}, unbuilt("%s on a bucket", method)
}

func (t target) routeObject(method string) (operation, error) {
	id, uploads := t.query.Has("uploadId"), t.query.Has("uploads")
	switch {
	case method == http.MethodPost && uploads:
		return operation{"InitiateMultipartUpload", (*call).initiate}, nil
	case method == http.MethodPost && id:
		return operation{"CompleteMultipartUpload", (*call).complete}, nil
	case method == http.MethodPut && id:
		return operation{"UploadPart", (*call).uploadPart}, nil
	case method == http.MethodGet && id:
		return operation{"ListParts", (*call).listParts}, nil
	case method == http.MethodDelete && id:
		return operation{"AbortMultipartUpload", (*call).abort}, nil
	case id || uploads:
		return operation{}, refuse(ks3.CodeNotFoundAPI, "There is no operation for %s with these sub-resources.", method)
	}
	if name := t.otherSubResource(); name != "" {
		return operation{}, unbuilt("%s on the object's sub-resource %q", method, name)
	}
	switch method {
	case http.MethodGet:
		return operation{"GetObject", (*call).getObject}, nil
	case http.MethodHead:
		return operation{"HeadObject", (*call).headObject}, nil
	}
	return operation{}, unbuilt("%s on an object", method)
}

// otherSubResource names a sub-resource that would make the request another
// operation than the plain one on its bucket or object.
func (t target) otherSubResource() string {
	for name := range t.query {
		switch name {
		case "acl", "policy", "lifecycle", "cors", "logging", "notification", "tagging", "location",
			"versioning", "versions", "versionId", "website", "requestPayment", "torrent", "delete",
			"restore", "crr", "inventory", "retention", "recycle", "recover", "encryption", "quota",
			"mirror", "append", "fetch", "partNumber", "bucketqos", "requesterqos", "object-lock",
			"ownershipControls", "publicAccessBlock", "policyStatus", "accelerate", "attributes",
			"legal-hold", "select", "replication", "analytics", "metrics", "session", "worm", "thumbnail":
			return name
		}
	}
	return ""
}
