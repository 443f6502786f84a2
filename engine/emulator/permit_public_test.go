package emulator

import (
	"bufio"
	"fmt"
	"net"
	"net/http"
	"strings"
	"testing"

	"offcut/engine/emulator/switches"
)

func TestRequestsWithoutASignature(t *testing.T) {
	open := `{"Statement": {"Effect": "Allow", "Principal": "*", "Action": ["ks3:GetObject", "ks3:AbortMultipartUpload"], "Resource": "krn:ksc:ks3:::my-bucket/pub/*"}}`
	account := onMyBucket("krn:ksc:iam::2:root", "Allow", "*")
	lines := []string{
		"GET /", "GET /?uploads", "GET /?policy", "GET /pub/k", "GET /k", "GET /pub/missing", "GET /k?acl",
		"POST /k?uploads", "PUT /new", "DELETE /new", "DELETE /pub/k?uploadId=x", "DELETE /k?uploadId=x", "DELETE /",
	}
	for _, tt := range []struct {
		name string
		spec BucketSpec
		ok   []string // those of lines that are not refused
	}{
		{"a private bucket", BucketSpec{}, nil},
		{"a policy for an account", BucketSpec{Policy: account}, nil},
		{"public-read", BucketSpec{ACL: "public-read"}, []string{"GET /", "GET /?uploads", "GET /pub/missing"}},
		{"public-read-write", BucketSpec{ACL: "public-read-write"}, []string{"GET /", "GET /?uploads", "GET /pub/missing", "PUT /new", "DELETE /new"}},
		{"a policy for everybody", BucketSpec{Policy: open}, []string{"GET /pub/k", "DELETE /pub/k?uploadId=x"}},
		{"a Deny for everybody", BucketSpec{ACL: "public-read-write", Policy: onMyBucket("*", "Deny", "ks3:PutObject", "ks3:List*")}, []string{"DELETE /new"}},
	} {
		s := openFor(t, tt.spec)
		for _, key := range []string{"/k", "/pub/k"} {
			if !strings.HasPrefix(tt.name, "a Deny") {
				wants(t, "put "+key, as(t, s, "1", "PUT "+key, "data"), 200, "")
			}
		}
		for _, line := range lines {
			w := send(t, s, line, bucketHost)
			if allowed := w.Code != 403; allowed != strings.Contains("|"+strings.Join(tt.ok, "|")+"|", "|"+line+"|") {
				t.Errorf("%s: %s: %d %s", tt.name, line, w.Code, w.Body)
			}
			if w.Code == 403 && !strings.Contains(w.Body.String(), "<Code>AccessDenied</Code>") {
				t.Errorf("%s: %s: %s", tt.name, line, w.Body)
			}
		}
	}
	s := openFor(t, BucketSpec{ACL: "public-read-write"})
	wants(t, "list buckets", send(t, s, "GET /", "localhost"), 403, "AccessDenied")
	wants(t, "make a bucket", send(t, s, "PUT /new-bucket", "localhost"), 403, "AccessDenied")
	wants(t, "a public object", as(t, s, "1", "PUT /k", "data", "x-kss-acl: public-read"), 200, "")
	wants(t, "read it", send(t, s, "GET /k", bucketHost), 200, "")
	wants(t, "read its ACL", send(t, s, "GET /k?acl", bucketHost), 403, "AccessDenied")
}

// As in S3, where everybody may write, nobody without a signature uploads in
// parts or copies.
func TestMultipartUploadsAndCopiesNeedASignature(t *testing.T) {
	for _, spec := range []BucketSpec{{ACL: "public-read-write"}, {Policy: onMyBucket("*", "Allow", "ks3:*")}} {
		s := openFor(t, spec)
		wants(t, "put", send(t, s, "PUT /k", bucketHost), 200, "")
		id := initiate(t, s, "/k")
		for _, line := range []string{"POST /k?uploads", "PUT /k?partNumber=1&uploadId=" + id, "POST /k?uploadId=" + id} {
			wants(t, line, send(t, s, line, bucketHost), 403, "AccessDenied")
		}
		wants(t, "a copy", send(t, s, "PUT /copy", bucketHost, "x-kss-copy-source: /my-bucket/k"), 403, "AccessDenied")
		wants(t, "a copy to a part", send(t, s, "PUT /k?partNumber=1&uploadId="+id, bucketHost, "x-kss-copy-source: /my-bucket/k"), 403, "AccessDenied")
		s.board.Replace(switches.Set{Quirks: switches.Quirks{UnsignedMultipart: "allowed"}}) //nolint:errcheck // It is a set that is allowed.
		wants(t, "with the switch", send(t, s, "POST /by-nobody?uploads", bucketHost), 200, "")
		if list := as(t, s, "1", "GET /?uploads", "").Body.String(); !strings.Contains(list, "<Initiator><ID>anonymous</ID>") {
			t.Errorf("who initiated it: %s", list)
		}
		wants(t, "another account initiates", as(t, s, "2", "POST /k?uploads", ""), 200, "")
	}
}

// A signature that is wrong is never taken for none.
func TestAWrongSignatureIsNotNone(t *testing.T) {
	s := openFor(t, BucketSpec{ACL: "public-read"})
	wants(t, "no signature", send(t, s, "GET /", bucketHost), 200, "")
	u := s.byID["1"]
	u.SecretAccessKey = "wrong"
	wants(t, "a wrong one", signedAs(t, s, u, "GET /", bucketHost, ""), 403, "SignatureDoesNotMatch")
	wants(t, "half of one", send(t, s, "GET /?Signature=x", bucketHost), 403, "")
}

// The owner's policy of a bucket speaks of a key as the wire has it, decoded once.
func TestKeysInPoliciesAreTheDecodedOnes(t *testing.T) {
	s := openFor(t, BucketSpec{}, allowing("Allow", "krn:ksc:ks3:::my-bucket/a b/é/%2F+?*", "ks3:PutObject"),
		allowing("Deny", "krn:ksc:ks3:::my-bucket/*//*", "ks3:*"), allowing("Deny", "krn:ksc:ks3:::my-bucket/*../*", "ks3:*"))
	for path, status := range map[string]int{
		"/a%20b/%C3%A9/%252F%2Bx":            200,
		"/a%20b/%c3%a9/%252f+x":              403, // %2f is another key than %2F
		"/a%20b/%C3%A9/%252F+%E5%A4%9C":      200,
		"/a%20b/%C3%A9/%252F+%FF":            200,
		"/a%20b/%C3%A9/%252F+":               403,
		"/a+b/%C3%A9/%252F%2Bx":              403,
		"/a%20b/%C3%A9/%252F+x//y":           403,
		"/a%20b/%C3%A9/%252F+x%2F%2Fy":       403,
		"/a%20b/%C3%A9/%252F+x/../y":         403,
		"/x/../a%20b/%C3%A9/%252F+x":         403,
		"/a%20b/%C3%A9/%252F+" + "%2A%3F%5B": 200,
	} {
		wants(t, path, as(t, s, "11", "PUT "+path, ""), status, "")
	}
}

func TestDeleteObjectsAsksForEveryKey(t *testing.T) {
	s := openFor(t, BucketSpec{}, allowing("Allow", "krn:ksc:ks3:::my-bucket/raw/*", "ks3:DeleteObject"))
	for _, key := range []string{"/raw/a", "/cut/a"} {
		wants(t, "put", as(t, s, "1", "PUT "+key, "data"), 200, "")
	}
	body := "<Delete><Object><Key>raw/a</Key></Object><Object><Key>cut/a</Key></Object></Delete>"
	w := as(t, s, "11", "POST /?delete", body, "Content-MD5: "+md5Of(body))
	if got := w.Body.String(); w.Code != 200 || !strings.Contains(got, "<Deleted><Key>raw/a</Key>") ||
		!strings.Contains(got, "<Key>cut/a</Key><Code>AccessDenied</Code>") {
		t.Errorf("%d %s", w.Code, got)
	}
	wants(t, "the one", as(t, s, "1", "GET /raw/a", ""), 404, "NoSuchKey")
	wants(t, "the other", as(t, s, "1", "GET /cut/a", ""), 200, "")
}

// Over a real connection the condition is on its other end, IPv4 and IPv6.
func TestSourceAddressOfARealConnection(t *testing.T) {
	for _, tt := range []struct{ listen, network string }{{"127.0.0.1:0", "127.0.0.0/8"}, {"[::1]:0", "::1"}} {
		policy := fmt.Sprintf(`{"Statement": {"Effect": "Allow", "Principal": "*", "Action": "ks3:ListBucket", "Resource": "krn:ksc:ks3:::my-bucket", "Condition": {"IpAddress": {"ksc:SourceIp": %q}}}}`, tt.network)
		l, err := net.Listen("tcp", tt.listen)
		if err != nil {
			t.Logf("no %s here: %s", tt.listen, err)
			continue
		}
		s := openFor(t, BucketSpec{Policy: policy})
		web := s.HTTPServer()
		go web.Serve(l)   //nolint:errcheck // It ends with the test.
		defer web.Close() //nolint:errcheck // The test is over.
		conn, err := net.Dial("tcp", l.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close() //nolint:errcheck // The answer has been read.
		if _, err := fmt.Fprintf(conn, "GET / HTTP/1.1\r\nHost: %s\r\nX-Forwarded-For: 8.8.8.8\r\nConnection: close\r\n\r\n", bucketHost); err != nil {
			t.Fatal(err)
		}
		resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
		if err != nil {
			t.Fatal(err)
		}
		if err := resp.Body.Close(); err != nil || resp.StatusCode != http.StatusOK {
			t.Errorf("from %s with %s: %s", conn.LocalAddr(), tt.network, resp.Status)
		}
	}
}
