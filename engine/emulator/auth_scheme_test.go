package emulator

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"offcut/engine/emulator/switches"
	"offcut/engine/ks3"
)

// Nobody is no account: what is nobody's own is not the anonymous requester's.
func TestAnonymousRequestsAreRefusedWhereNobodyAllowsThem(t *testing.T) {
	s := openAt(t, testNow())
	for _, line := range []string{
		"GET /", "PUT /new-bucket", "PUT /new-bucket/", "GET /my-bucket?uploads", "POST /my-bucket/k?uploads", "DELETE /my-bucket",
		"PUT /my-bucket/k?partNumber=1&uploadId=" + vectorID, "DELETE /my-bucket/dir/my%20video.mp4?uploadId=" + vectorID,
		"GET /my-bucket/dir/my%20video.mp4?uploadId=" + vectorID, "POST /my-bucket/k?uploadId=" + vectorID, "PUT /my-bucket/k",
		"GET /my-bucket?policy", "PUT /my-bucket?acl", "GET /my-bucket?lifecycle",
	} {
		wantCode(t, line, send(t, s, line, "localhost"), "AccessDenied")
	}
	if w := send(t, s, "HEAD /my-bucket/k", "localhost"); w.Code != 403 || w.Body.Len() != 0 {
		t.Errorf("HEAD: %d %s", w.Code, w.Body)
	}
	if w := signed(t, s, "HEAD /new-bucket", "localhost", ""); w.Code != 404 {
		t.Errorf("a bucket was made for nobody: %d", w.Code)
	}
}

// What looks like a signature is one, or an error; never nothing.
func TestMalformedSignaturesAreNotAnonymous(t *testing.T) {
	s, err := Open(Options{Users: []User{{ID: "1", AccessKeyID: vectorKey, SecretAccessKey: vectorSecret}}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	if err := s.CreateBucketFrom(BucketSpec{Name: "my-bucket", ACL: "public-read-write"}); err != nil {
		t.Fatal(err)
	}
	if w := send(t, s, "GET /my-bucket?uploads", "localhost"); w.Code != 200 && w.Code != 403 {
		t.Fatal(w.Code, w.Body)
	}
	wantCode(t, "nothing at all", sendBody(t, s, "PUT /my-bucket/k", "localhost", "x"), "")
	for _, header := range [][]string{
		{"Authorization: "}, {"Authorization: KSS"}, {"Authorization: KSS :"}, {"Authorization: Bearer x"}, {"Authorization: AWS4-HMAC-SHA256"},
		{"Authorization: kss a:b"}, {"x-kss-security-token: x"}, {"x-amz-security-token: x"}, {"Authorization: KSS a:b", "Authorization: KSS a:b"},
	} {
		if w := sendBody(t, s, "PUT /my-bucket/k", "localhost", "x", header...); w.Code != 403 && w.Code != 400 {
			t.Errorf("%q: %d %s", header, w.Code, w.Body)
		}
	}
	for _, query := range []string{"Signature=", "signature=x", "KSSAccessKeyId", "awsaccesskeyid=x", "X-Kss-Signature", "x-amz-credential=a",
		"X-Amz-Algorithm=AWS4-HMAC-SHA256", "security-token=x", "X-Amz-Security-Token=x", "X-Kss-Date=1", "X-Kss-Expires=1", "X-Amz-SignedHeaders"} {
		if w := sendBody(t, s, "PUT /my-bucket/k?"+query, "localhost", "x"); w.Code != 403 && w.Code != 400 {
			t.Errorf("%q: %d %s", query, w.Code, w.Body)
		}
	}
}

// v4Header signs "GET /?uploads" for bucketHost and lets the test change it.
func v4Header(d ks3.Dialect, region string, at time.Time, names ...string) []string {
	const empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
	p := d.HeaderPrefix
	h := map[string][]string{d.QueryPrefix + "Date": {at.Format(ks3.TimeV4)}, d.QueryPrefix + "Content-Sha256": {empty}}
	if names == nil {
		names = []string{"host", p + "content-sha256", p + "date"}
	}
	sum, scope := ks3.SignV4(d, vectorSecret, ks3.RequestV4{
		Method: "GET", EscapedPath: "/", Query: url.Values{"uploads": {""}}, Header: h, Host: bucketHost,
		SignedHeaders: names, PayloadHash: empty, Time: at, Region: region,
	})
	return []string{
		p + "date: " + at.Format(ks3.TimeV4), p + "content-sha256: " + empty,
		"Authorization: " + d.AlgorithmV4 + " Credential=" + vectorKey + "/" + scope + ", SignedHeaders=" + strings.Join(names, ";") + ", Signature=" + sum,
	}
}

func TestV4HeadersThatAreRefused(t *testing.T) {
	now := testNow()
	s := openAt(t, now)
	for _, d := range []ks3.Dialect{ks3.Native, ks3.AWS} {
		good, p := v4Header(d, "BEIJING", now), d.HeaderPrefix
		wantCode(t, "good", send(t, s, "GET /?uploads", bucketHost, good...), "")
		wantCode(t, "again, by the kept key", send(t, s, "GET /?uploads=", bucketHost, good...), "")
		for _, tt := range []struct{ name, line, host, header, code string }{
			{"an unsigned header", "GET /?uploads", bucketHost, p + "acl: private", "AccessDenied"},
			{"an unsigned native header", "GET /?uploads", bucketHost, "x-kss-meta-a: b", "AccessDenied"},
			{"an unsigned header of AWS's", "GET /?uploads", bucketHost, "x-amz-meta-a: b", "AccessDenied"},
			{"another parameter", "GET /?uploads&prefix=a", bucketHost, "", "SignatureDoesNotMatch"},
			{"another method", "DELETE /?uploads", bucketHost, "", "SignatureDoesNotMatch"},
			{"another key", "GET /k?uploads", bucketHost, "", "SignatureDoesNotMatch"},
			{"another bucket", "GET /?uploads", "other-bucket.localhost", "", "SignatureDoesNotMatch"},
			{"another port", "GET /?uploads", "my-bucket.localhost:1", "", "SignatureDoesNotMatch"},
			{"a second date", "GET /?uploads", bucketHost, p + "date: 20260301T120001Z", "InvalidArgument"},
			{"a second hash", "GET /?uploads", bucketHost, p + "content-sha256: UNSIGNED-PAYLOAD", "InvalidArgument"},
			{"a signature in the query", "GET /?uploads&" + d.QueryPrefix + "Signature=x", bucketHost, "", "InvalidArgument"},
			{"a V2 signature in the query", "GET /?uploads&Signature=x", bucketHost, "", "InvalidArgument"},
		} {
			header := good
			if tt.header != "" {
				header = append([]string{tt.header}, good...)
			}
			wantCode(t, d.AlgorithmV4+", "+tt.name, send(t, s, tt.line, tt.host, header...), tt.code)
		}
		for _, change := range [][2]string{
			{"SignedHeaders=host;", "SignedHeaders=Host;"}, {"SignedHeaders=host;", "SignedHeaders=host;host;"}, {"SignedHeaders=host;", "SignedHeaders="},
			{", Signature=", ", Signature=a, Signature="}, {", Signature=", ", Other=a, Signature="}, {", Signature=", ", Sig="}, {"20260301/", ""}, {"/20260301/", "/20260302/"},
		} {
			header := append([]string{}, good...)
			header[2] = strings.Replace(header[2], change[0], change[1], 1)
			wantCode(t, d.AlgorithmV4+", "+change[1], send(t, s, "GET /?uploads", bucketHost, header...), "InvalidAuthorizationString")
		}
		for _, off := range []time.Duration{16 * time.Minute, -16 * time.Minute} {
			wantCode(t, off.String(), send(t, s, "GET /?uploads", bucketHost, v4Header(d, "BEIJING", now.Add(off))...), "RequestTimeTooSkewed")
		}
	}
	w := send(t, s, "GET /?uploads", bucketHost, append(v4Header(ks3.Native, "BEIJING", now), "Authorization: KSS a:b")...)
	wantCode(t, "two schemes", w, "InvalidArgument")
}

// With no body to read, the hash is looked at all the same.
func TestAHashOfNothingIsChecked(t *testing.T) {
	s := openAt(t, testNow())
	w := signedV4(t, s, "GET /?uploads", bucketHost, "", strings.Repeat("0", 64))
	if w.Code != 400 || !strings.Contains(w.Body.String(), "XAmzContentSHA256Mismatch") {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}

func TestStrictRegionsAreThoseOfTheBucket(t *testing.T) {
	now := testNow()
	s := openAt(t, now)
	if err := s.CreateBucket("far", "SHANGHAI"); err != nil {
		t.Fatal(err)
	}
	try := func(strict, region, host string) string {
		t.Helper()
		if err := s.board.Replace(switches.Set{Quirks: switches.Quirks{StrictRegion: strict}}); err != nil {
			t.Fatal(err)
		}
		for _, d := range []ks3.Dialect{ks3.Native, ks3.AWS} {
			l := link{d: d, user: s.byKey[vectorKey], method: "GET", path: "/", query: url.Values{"uploads": {""}}, life: "60", region: region, host: host}
			if host == "localhost" {
				l.query = nil
			}
			if w := send(t, s, l.v4(now), host); w.Code != 200 {
				return between(w.Body.String(), "<Code>", "<")
			}
		}
		return ""
	}
	const far = "far.localhost"
	for _, tt := range []struct{ name, strict, region, host, want string }{
		{"any region", "", "us-east-1", bucketHost, ""},
		{"the bucket's", "on", "BEIJING", bucketHost, ""},
		{"another", "on", "SHANGHAI", bucketHost, "InvalidAuthorizationString"},
		{"in another case", "on", "beijing", bucketHost, "InvalidAuthorizationString"},
		{"the server's, and not the bucket's", "on", "BEIJING", far, "InvalidAuthorizationString"},
		{"a far bucket's", "on", "SHANGHAI", far, ""},
		{"the service in the server's", "on", "BEIJING", "localhost", ""},
		{"the service in another", "on", "SHANGHAI", "localhost", "InvalidAuthorizationString"},
		{"the host's, which sends elsewhere", "on", "BEIJING", "far.ks3-cn-beijing.ksyuncs.com", "TemporaryRedirect"},
	} {
		if got := try(tt.strict, tt.region, tt.host); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
}

func FuzzAuthorization(f *testing.F) {
	f.Add("KSS a:b")
	f.Add("AWS4-HMAC-SHA256 Credential=a/20260301/r/s3/aws4_request, SignedHeaders=host;x-amz-date, Signature=f")
	f.Add("KSS4-HMAC-SHA256 Credential=/////,SignedHeaders=;;;,Signature==")
	f.Add("AWS4-HMAC-SHA256 ,,,=")
	f.Fuzz(func(t *testing.T, text string) {
		for _, d := range []ks3.Dialect{ks3.Native, ks3.AWS} {
			a, err := parseAuthorization(d, text)
			if err != nil {
				continue
			}
			if a.signature == "" || a.v4 && !a.signs("host") || !a.v4 && a.accessKey == "" {
				t.Errorf("%q is read as %+v", text, a)
			}
		}
	})
}
