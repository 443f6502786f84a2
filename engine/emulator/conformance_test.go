package emulator

import (
	"bytes"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"offcut/engine/ks3"
)

const bucketHost = "my-bucket.localhost:9000"

func testNow() time.Time { return time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC) }

// signed sends a request with a V2 signature of the vectors' user.
func signed(t testing.TB, s *Server, line, host, body string, header ...string) *httptest.ResponseRecorder {
	t.Helper()
	return signedAs(t, s, s.byKey[vectorKey], line, host, body, header...)
}

func signedAs(t testing.TB, s *Server, u User, line, host, body string, header ...string) *httptest.ResponseRecorder {
	t.Helper()
	method, raw, _ := strings.Cut(line, " ")
	path, query, _ := strings.Cut(raw, "?")
	values, err := url.ParseQuery(query)
	if err != nil {
		t.Fatal(err)
	}
	h := map[string][]string{}
	for _, line := range header {
		name, value, _ := strings.Cut(line, ": ")
		h[http.CanonicalHeaderKey(name)] = append(h[http.CanonicalHeaderKey(name)], value)
	}
	label, _, inHost := strings.Cut(host, ".localhost")
	if !inHost {
		label, _, _ = strings.Cut(strings.TrimPrefix(path, "/"), "/")
	}
	date := ks3.FormatDate(s.now())
	resource := ks3.ResourceV2(label, inHost, path, values)
	sum := ks3.SignV2(u.SecretAccessKey, ks3.StringToSignV2(ks3.Native, method, h, date, resource))
	header = append(header, "Date: "+date, "Authorization: KSS "+u.AccessKeyID+":"+sum)
	return sendBody(t, s, line, host, body, header...)
}

func TestAnswersByMethodAndSubResource(t *testing.T) {
	upload := "?uploadId=" + vectorID
	tests := []struct {
		line, host string
		status     int
		has        string // in the body
	}{
		{"GET /", "localhost", 200, "<Name>my-bucket</Name><CreationDate>2026-03-01T12:00:00.000Z</CreationDate><Type>NORMAL</Type><Region>BEIJING</Region>"},
		{"GET /", "127.0.0.1:9000", 200, "<ListAllMyBucketsResult "},
		{"DELETE /", "localhost", 405, "<Code>MethodNotAllowed</Code>"},
		{"PUT /", "localhost", 405, "<Code>MethodNotAllowed</Code>"},
		{"POST /?uploads", "localhost", 405, "<Code>MethodNotAllowed</Code>"},
		{"HEAD /", bucketHost, 200, ""},
		{"HEAD /my-bucket", "localhost", 200, ""},
		{"HEAD /no-bucket", "localhost", 404, ""},
		{"GET /no-bucket?uploads", "localhost", 404, "<Code>NoSuchBucket</Code>"},
		{"DELETE /no-bucket/k" + upload, "localhost", 404, "<Code>NoSuchBucket</Code>"},
		{"GET /?location", bucketHost, 200, `<LocationConstraint xmlns="http://s3.amazonaws.com/doc/2006-03-01/">BEIJING</LocationConstraint>`},
		{"GET /?uploads", bucketHost, 200, "<UploadId>" + vectorID + "</UploadId>"},
		{"GET /?uploads&unknown=1", bucketHost, 200, "<UploadId>" + vectorID + "</UploadId>"},
		{"POST /?delete", bucketHost, 400, "<Code>MissingContentMD5</Code>"},
		// A multipart call that lost its key is none.
		{"POST /?uploads", bucketHost, 404, "<Code>NotFoundApi</Code>"},
		{"PUT /?uploads", bucketHost, 404, "<Code>NotFoundApi</Code>"},
		{"POST /" + upload, bucketHost, 404, "<Code>NotFoundApi</Code>"},
		{"PUT /?partNumber=1&uploadId=" + vectorID, bucketHost, 404, "<Code>NotFoundApi</Code>"},
		{"GET /" + upload, bucketHost, 404, "<Code>NotFoundApi</Code>"},
		{"DELETE /" + upload, bucketHost, 404, "<Code>NotFoundApi</Code>"},
		{"DELETE /?uploads", bucketHost, 404, "<Code>NotFoundApi</Code>"},
		{"DELETE /my-bucket/" + upload, "localhost", 404, "<Code>NotFoundApi</Code>"},
		{"DELETE /", bucketHost, 409, "<Code>BucketNotEmpty</Code>"},
		{"GET /dir/my%20video.mp4" + upload, bucketHost, 200, "<StorageClass>STANDARD</StorageClass><PartNumberMarker>0</PartNumberMarker><MaxParts>1000</MaxParts><IsTruncated>false</IsTruncated></ListPartsResult>"},
		{"GET /other" + upload, bucketHost, 404, "<Code>NoSuchUpload</Code>"},
		{"DELETE /other" + upload, bucketHost, 404, "<Code>NoSuchUpload</Code>"},
		{"DELETE /dir/my%20video.mp4?uploadId=", bucketHost, 404, "<Code>NoSuchUpload</Code>"},
		{"PUT /other?partNumber=1&uploadId=" + vectorID, bucketHost, 404, "<Code>NoSuchUpload</Code>"},
		{"GET /k?uploads", bucketHost, 404, "<Code>NotFoundApi</Code>"},
		{"GET /k", bucketHost, 404, "<Code>NoSuchKey</Code>"},
		{"HEAD /k", bucketHost, 404, ""},
		{"PUT /k", bucketHost, 200, ""},
		{"DELETE /k", bucketHost, 204, ""},
		{"PUT /k?partNumber=1", bucketHost, 501, "partNumber"},
		{"PUT /k?uploadId=x", bucketHost, 400, "<Code>InvalidArgument</Code>"},
		{"PUT /k?partNumber=0&uploadId=x", bucketHost, 400, "<Code>InvalidPartNum</Code>"},
		{"PUT /k?partNumber=10001&uploadId=x", bucketHost, 400, "<Code>InvalidPartNum</Code>"},
		{"GET /?uploads&max-uploads=0", bucketHost, 400, "<Code>InvalidArgument</Code>"},
		{"GET /?uploads&max-uploads=1001", bucketHost, 400, "<Code>InvalidArgument</Code>"},
		{"GET /?uploads&max-uploads=x", bucketHost, 400, "<Code>InvalidArgument</Code>"},
		{"GET /?uploads&encoding-type=base64", bucketHost, 400, "<Code>InvalidArgument</Code>"},
		{"POST /" + strings.Repeat("k", 1024) + "?uploads", bucketHost, 200, "<UploadId>"},
		{"POST /" + strings.Repeat("k", 1025) + "?uploads", bucketHost, 400, "<Code>KeyTooLong</Code>"},
		{"PUT /Upper", "localhost", 400, "<Code>InvalidBucketName</Code>"},
		{"PUT /my-bucket", "localhost", 409, "<Code>BucketAlreadyExists</Code>"},
		{"PUT /other-bucket", "localhost", 200, ""},
		{"PATCH /k", bucketHost, 501, "<Code>NotImplemented</Code>"},
	}
	for _, tt := range tests {
		s := openAt(t, testNow())
		w := signed(t, s, tt.line, tt.host, "")
		if w.Code != tt.status || !strings.Contains(w.Body.String(), tt.has) {
			t.Errorf("%.60s at %s: %d, want %d with %q: %s", tt.line, tt.host, w.Code, tt.status, tt.has, w.Body)
		}
		checkCommon(t, tt.line, w)
	}
}

// checkCommon looks at what every answer has.
func checkCommon(t *testing.T, line string, w *httptest.ResponseRecorder) {
	t.Helper()
	h := w.Header()
	id := h.Get("X-Kss-Request-Id")
	if len(id) != 32 || h.Get("Server") != "Tengine" || h.Get("Date") != "Sun, 01 Mar 2026 12:00:00 GMT" {
		t.Errorf("%.60s: headers %v", line, h)
	}
	if strings.HasPrefix(line, "HEAD") && w.Body.Len() > 0 {
		t.Errorf("%.60s: a HEAD with a body", line)
	}
	if w.Code >= 400 && w.Body.Len() > 0 && !strings.Contains(w.Body.String(), "<RequestId>"+id+"</RequestId></Error>") {
		t.Errorf("%.60s: the error lacks the request id: %s", line, w.Body)
	}
}

func TestInitiateAnswersAsOnItsPage(t *testing.T) {
	s := openAt(t, testNow())
	w := signed(t, s, "POST /my-video.rm?uploads", bucketHost, "a body that is ignored")
	_, rest, _ := strings.Cut(w.Body.String(), "<UploadId>")
	id, _, _ := strings.Cut(rest, "<")
	want := xmlDeclaration + `<InitiateMultipartUploadResult xmlns=""><Bucket>my-bucket</Bucket>` +
		`<Key>my-video.rm</Key><UploadId>` + id + `</UploadId></InitiateMultipartUploadResult>`
	if w.Code != 200 || w.Body.String() != want {
		t.Errorf("%d\n got %s\nwant %s", w.Code, w.Body, want)
	}
	if w.Header().Get("Content-Length") != fmt.Sprint(len(want)) {
		t.Errorf("Content-Length %s of %d", w.Header().Get("Content-Length"), len(want))
	}
	if len(id) != 32 || strings.Trim(id, "0123456789abcdef") != "" {
		t.Errorf("the upload id is %q", id)
	}
	// What XML can't hold is replaced in the answer; the upload has the true key.
	w = signed(t, s, "POST /a%01%FF?uploads=&encoding-type=url", bucketHost, "")
	if !strings.Contains(w.Body.String(), "<Key>a\uFFFD\uFFFD</Key>") {
		t.Errorf("key in the answer: %s", w.Body)
	}
	w = signed(t, s, "GET /?uploads&encoding-type=url&prefix=a", bucketHost, "")
	if !strings.Contains(w.Body.String(), "<Key>a%01%FF</Key>") {
		t.Errorf("key in the listing: %s", w.Body)
	}
}

func TestInitiatesHeadersComeBack(t *testing.T) {
	tests := []struct {
		name       string
		give, want []string
	}{
		{"none", nil, []string{"Content-Type: binary/octet-stream", "X-Kss-Storage-Class: STANDARD"}},
		{"all", []string{"Cache-Control:  a , b", "Content-Disposition: attachment; filename=\"x\"", "Content-Encoding: gzip",
			"Content-Type: video/mp4", "Expires: not a date", "x-kss-meta-Owner: alice", "x-kss-meta-b: é", "x-kss-storage-class: ARCHIVE"},
			[]string{"Cache-Control:  a , b", "Content-Disposition: attachment; filename=\"x\"", "Content-Encoding: gzip",
				"Content-Type: video/mp4", "Expires: not a date", "x-kss-meta-owner: alice", "x-kss-meta-b: é", "x-kss-storage-class: ARCHIVE"}},
		{"short spelling", []string{"x-kss-storageClass: STANDARD_IA"}, []string{"x-kss-storage-class: STANDARD_IA"}},
		{"both spellings", []string{"x-kss-storageClass: STANDARD_IA", "x-kss-storage-class: ARCHIVE"}, []string{"x-kss-storage-class: ARCHIVE"}},
		{"nothing asked for", []string{"x-kss-acl: private", "x-kss-tagging: ", "x-kss-grant-write: id=\"1\""}, nil},
	}
	for _, tt := range tests {
		s := openAt(t, testNow())
		id := initiate(t, s, "/k", tt.give...)
		etag := putPart(t, s, "/k", id, 1, "data")
		if w := completeParts(t, s, "/k", id, 1, etag); w.Code != 200 {
			t.Fatalf("%s: complete: %d %s", tt.name, w.Code, w.Body)
		}
		for _, method := range []string{"GET", "HEAD"} {
			w := signed(t, s, method+" /k", bucketHost, "")
			for _, line := range append(tt.want, "Content-Length: 4", "Last-Modified: Sun, 01 Mar 2026 12:00:00 GMT") {
				name, value, _ := strings.Cut(line, ": ")
				if got := w.Header().Get(name); got != value {
					t.Errorf("%s: %s answers %s: %q, want %q", tt.name, method, name, got, value)
				}
			}
			if body := w.Body.String(); body != map[string]string{"GET": "data", "HEAD": ""}[method] {
				t.Errorf("%s: %s answers the body %q", tt.name, method, body)
			}
		}
	}
}

func TestInitiateRefusesWhatItWouldNotDo(t *testing.T) {
	tests := []struct {
		header string
		status int
		code   string
	}{
		{"x-kss-storage-class: FROZEN", 400, "InvalidStorageClass"},
		{"x-kss-acl: everyone", 400, "InvalidArgument"},
		{"x-kss-acl: public-read-write", 400, "InvalidArgument"},
		{"x-kss-server-side-encryption: DES", 400, "InvalidEncryptionAlgorithmError"},
		{"x-kss-server-side-encryption: aws:kms", 501, "NotImplemented"},
		{"x-kss-server-side-encryption: kss:kms", 501, "NotImplemented"},
		{"x-kss-server-side-encryption-aws-kms-key-id: k", 501, "NotImplemented"},
		{"x-kss-server-side-encryption-customer-algorithm: AES256", 400, "MissingCustomerKey"},
		{"x-kss-website-redirect-location: elsewhere", 400, "InvalidRedirectLocation"},
		{"x-kss-object-lock-mode: GOVERNANCE", 501, "NotImplemented"},
		{"x-kss-retention-id: 1", 501, "NotImplemented"},
		{"x-kss-callbackurl: http://example.com", 501, "NotImplemented"},
		{"x-kss-meta-a: " + strings.Repeat("b", 8<<10), 400, "MetadataTooLarge"},
	}
	s := openAt(t, testNow())
	for _, tt := range tests {
		w := signed(t, s, "POST /k?uploads", bucketHost, "", tt.header)
		if w.Code != tt.status || !strings.Contains(w.Body.String(), "<Code>"+tt.code+"</Code>") {
			t.Errorf("%s: %d %s", tt.header, w.Code, w.Body)
		}
	}
}

func TestKeysAreBytes(t *testing.T) {
	for _, key := range []string{"/", "//", "/a", "a//b", "a/", ".", "..", "../x", "a/../../b", "a b", "a+b", "a%2Fb", "夜", "\n", "\x00", "\xff\xfe", "?", "#", "a;b", strings.Repeat("\x00", 1024)} {
		s := openAt(t, testNow())
		for _, at := range []struct{ host, prefix string }{{bucketHost, ""}, {"127.0.0.1", "my-bucket"}} {
			path := ks3.EscapePath(at.prefix, key)
			w := signed(t, s, "POST "+path+"?uploads", at.host, "")
			if w.Code != 200 {
				t.Fatalf("initiate %q at %s: %d %s", key, at.host, w.Code, w.Body)
			}
			id := between(w.Body.String(), "<UploadId>", "<")
			found := false
			err := s.store.view(func(t tables) (err error) {
				_, found, err = t.upload("my-bucket", key, id)
				return err
			})
			if err != nil || !found {
				t.Errorf("key %q by %s %s is not stored under its bytes (%v)", key, at.host, path, err)
			}
			w = signed(t, s, "GET /?uploads&encoding-type=url", bucketHost, "")
			if !strings.Contains(w.Body.String(), "<Key>"+ks3.EscapeKey(key)+"</Key><UploadId>"+id) {
				t.Errorf("key %q is listed as %s", key, w.Body)
			}
			if w := signed(t, s, "DELETE "+path+"?uploadId="+id, at.host, ""); w.Code != 204 || w.Body.Len() > 0 {
				t.Errorf("abort %q at %s: %d %s", key, at.host, w.Code, w.Body)
			}
		}
	}
}

// A raw double slash that was signed as sent, and one that was signed as "/%2F".
func TestDoubleSlashIsTakenInBothForms(t *testing.T) {
	s := openAt(t, testNow())
	w := signed(t, s, "POST //a?uploads", bucketHost, "")
	if !strings.Contains(w.Body.String(), "<Key>/a</Key>") {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	date := ks3.FormatDate(s.now())
	sum := ks3.SignV2(vectorSecret, "POST\n\n\n"+date+"\n/my-bucket/%2Fa?uploads")
	w = send(t, s, "POST //a?uploads", bucketHost, "Date: "+date, "Authorization: KSS "+vectorKey+":"+sum)
	if !strings.Contains(w.Body.String(), "<Key>/a</Key>") {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}

func TestHosts(t *testing.T) {
	s, err := Open(Options{Domains: []string{"S3.example.com."}})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close() //nolint:errcheck // The test is over.
	for _, tt := range []struct{ host, bucket, region string }{
		{"localhost", "", ""}, {"localhost:9000", "", ""}, {"media.localhost:9000", "media", ""}, {"Media.LOCALHOST.", "media", ""},
		{"127.0.0.1", "", ""}, {"127.0.0.1:9000", "", ""}, {"[::1]", "", ""}, {"[::1]:9000", "", ""}, {"", "", ""},
		{"s3.example.com", "", ""}, {"media.s3.example.com:80", "media", ""}, {"s3.example.org", "", ""}, {"notlocalhost", "", ""},
		{"ks3-cn-beijing.ksyuncs.com", "", "BEIJING"}, {"media.ks3-cn-shanghai.ksyuncs.com", "media", "SHANGHAI"},
		{"media.ks3-cn-beijing-internal.ksyuncs.com", "media", "BEIJING"}, {"media.ks3-cn-beijing.ksyun.com", "media", "BEIJING"},
	} {
		if bucket, region := s.readHost(tt.host); bucket != tt.bucket || region != tt.region {
			t.Errorf("%s: bucket %q in %q, want %q in %q", tt.host, bucket, region, tt.bucket, tt.region)
		}
	}
}

func TestWrongRegionIsRedirected(t *testing.T) {
	s := openAt(t, testNow())
	if err := s.CreateBucket("far", "SHANGHAI"); err != nil {
		t.Fatal(err)
	}
	date := ks3.FormatDate(s.now())
	sum := ks3.SignV2(vectorSecret, "GET\n\n\n"+date+"\n/far/a%20b?uploadId=x")
	w := send(t, s, "GET /far/a%20b?uploadId=x&max-parts=2", "ks3-cn-beijing.ksyuncs.com", "Date: "+date, "Authorization: KSS "+vectorKey+":"+sum)
	if w.Code != 307 || w.Header().Get("Location") != "http://far.ks3-cn-shanghai.ksyuncs.com/a%20b?uploadId=x&max-parts=2" {
		t.Errorf("%d, Location %q", w.Code, w.Header().Get("Location"))
	}
	if !strings.Contains(w.Body.String(), "<Endpoint>ks3-cn-shanghai.ksyuncs.com</Endpoint>") {
		t.Error(w.Body)
	}
}

func TestCreateBucketTakesARegion(t *testing.T) {
	s := openAt(t, testNow())
	conf := "<CreateBucketConfiguration><LocationConstraint>%s</LocationConstraint></CreateBucketConfiguration>"
	if w := signed(t, s, "PUT /far", "localhost", fmt.Sprintf(conf, "SHANGHAI"), "x-kss-bucket-type: ARCHIVE"); w.Code != 200 {
		t.Fatal(w.Code, w.Body)
	}
	w := signed(t, s, "HEAD /far", "localhost", "")
	if w.Header().Get("X-Kss-Bucket-Type") != "ARCHIVE" || w.Header().Get("X-Kss-Bucket-Region") != "SHANGHAI" {
		t.Errorf("head: %v", w.Header())
	}
	if w := signed(t, s, "POST /far/k?uploads", "localhost", ""); w.Code != 200 {
		t.Fatal(w.Code, w.Body)
	}
	w = signed(t, s, "GET /far?uploads", "localhost", "")
	if !strings.Contains(w.Body.String(), "<StorageClass>ARCHIVE</StorageClass>") {
		t.Errorf("the default class of an archive bucket: %s", w.Body)
	}
	for body, code := range map[string]string{
		fmt.Sprintf(conf, "MARS"): "InvalidArgument", "<x/>": "MalformedXML", strings.Repeat("<a>", 30000): "EntityTooLarge",
	} {
		if w := signed(t, s, "PUT /new", "localhost", body); w.Code != 400 || !strings.Contains(w.Body.String(), code) {
			t.Errorf("%.20s: %d %s", body, w.Code, w.Body)
		}
	}
}

func TestABucketIsItsOwners(t *testing.T) {
	s := openAt(t, testNow())
	other := s.byKey["AKOTHER"]
	for _, line := range []string{"GET /my-bucket?uploads", "PUT /my-bucket/k?partNumber=1&uploadId=x", "DELETE /my-bucket/dir/my%20video.mp4?uploadId=" + vectorID} {
		w := signedAs(t, s, other, line, "localhost", "")
		if w.Code != 403 || !strings.Contains(w.Body.String(), "<Code>AccessDenied</Code>") {
			t.Errorf("%s by another user: %d %s", line, w.Code, w.Body)
		}
	}
	if w := signedAs(t, s, other, "GET /", "localhost", ""); w.Code != 200 || strings.Contains(w.Body.String(), "my-bucket") {
		t.Errorf("another user's buckets: %d %s", w.Code, w.Body)
	}
}

func TestAccessLog(t *testing.T) {
	s := openAt(t, testNow())
	var lines []Access
	s.access = func(a Access) { lines = append(lines, a) }
	signed(t, s, "GET /dir/my%20video.mp4?uploadId="+vectorID, bucketHost, "")
	signed(t, s, "POST /k?uploads", bucketHost, "", "x-kss-storageClass: ARCHIVE")
	send(t, s, "GET /my-bucket?uploads", "localhost")
	if len(lines) != 3 {
		t.Fatalf("%d lines of 3 requests", len(lines))
	}
	a := lines[0]
	if a.Action != "ListParts" || a.Bucket != "my-bucket" || a.Key != "dir/my video.mp4" || a.UploadID != vectorID ||
		a.User != "1" || a.Status != 200 || a.Code != "" || len(a.RequestID) != 32 || a.Err != nil || a.Warning != "" {
		t.Errorf("%+v", a)
	}
	if a := lines[1]; a.Action != "InitiateMultipartUpload" || len(a.UploadID) != 32 || a.Warning == "" {
		t.Errorf("%+v", a)
	}
	if a := lines[2]; a.Action != "ListMultipartUploads" || a.User != "" || a.Status != 403 || a.Code != "AccessDenied" {
		t.Errorf("%+v", a)
	}
}

func initiate(t testing.TB, s *Server, path string, header ...string) string {
	t.Helper()
	w := signed(t, s, "POST "+path+"?uploads", bucketHost, "", header...)
	if w.Code != 200 {
		t.Fatalf("initiate %s: %d %s", path, w.Code, w.Body)
	}
	return between(w.Body.String(), "<UploadId>", "<")
}

func putPart(t testing.TB, s *Server, path, id string, number int, body string) (etag string) {
	t.Helper()
	w := signed(t, s, fmt.Sprintf("PUT %s?partNumber=%d&uploadId=%s", path, number, id), bucketHost, body)
	if w.Code != 200 {
		t.Fatalf("put part %d: %d %s", number, w.Code, w.Body)
	}
	return w.Header().Get("ETag")
}

// completeParts completes with the ETags of the parts from first on.
func completeParts(t testing.TB, s *Server, path, id string, first int, etags ...string) *httptest.ResponseRecorder {
	t.Helper()
	return signed(t, s, "POST "+path+"?uploadId="+id, bucketHost, completeBody(first, etags...))
}

func completeBody(first int, etags ...string) string {
	var b bytes.Buffer
	b.WriteString("<CompleteMultipartUpload>")
	for i, etag := range etags {
		fmt.Fprintf(&b, "<Part><PartNumber>%d</PartNumber><ETag>%s</ETag></Part>", first+i, etag)
	}
	b.WriteString("</CompleteMultipartUpload>")
	return b.String()
}

func between(s, after, before string) string {
	_, rest, _ := strings.Cut(s, after)
	found, _, _ := strings.Cut(rest, before)
	return found
}
