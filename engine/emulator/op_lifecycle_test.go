package emulator

import (
	"crypto/md5"
	"encoding/base64"
	"fmt"
	"net/http/httptest"
	"strings"
	"testing"
)

// lifecycleOf makes a document of rules, enabled unless they say otherwise.
func lifecycleOf(rules ...string) string {
	var b strings.Builder
	for _, r := range rules {
		if !strings.Contains(r, "<Status>") {
			r += "<Status>Enabled</Status>"
		}
		b.WriteString("<Rule>" + r + "</Rule>")
	}
	return "<LifecycleConfiguration>" + b.String() + "</LifecycleConfiguration>"
}

func abortAfter(days int) string {
	return fmt.Sprintf("<AbortIncompleteMultipartUpload><DaysAfterInitiation>%d</DaysAfterInitiation></AbortIncompleteMultipartUpload>", days)
}

func contentMD5(body string) string {
	sum := md5.Sum([]byte(body))
	return "Content-MD5: " + base64.StdEncoding.EncodeToString(sum[:])
}

// putRules puts a lifecycle on my-bucket.
func putRules(t testing.TB, s *Server, doc string, header ...string) *httptest.ResponseRecorder {
	t.Helper()
	return signed(t, s, "PUT /?lifecycle", bucketHost, doc, append(header, contentMD5(doc))...)
}

func TestALifecycleIsReadBackAsItWasPut(t *testing.T) {
	s := openAt(t, testNow())
	gone := func() {
		t.Helper()
		w := signed(t, s, "GET /?lifecycle", bucketHost, "")
		if w.Code != 404 || !strings.Contains(w.Body.String(), "<Code>NoSuchLifecycleConfiguration</Code>") {
			t.Error(w.Code, w.Body)
		}
	}
	gone()
	first := "<?xml version=\"1.0\"?>\r\n<!-- kept --> " + lifecycleOf("<ID>夜</ID>"+abortAfter(30)) + "\n"
	second := lifecycleOf(abortAfter(30), "<Prefix>a</Prefix>"+abortAfter(3))
	for _, tt := range []struct{ doc, overlap, want string }{
		{first, "", "false"}, {first, "false", "false"}, {second, "true", "true"},
	} {
		var header []string
		if tt.overlap != "" {
			header = append(header, "x-kss-allow-same-action-overlap: "+tt.overlap)
		}
		if w := putRules(t, s, tt.doc, header...); w.Code != 200 || w.Body.Len() != 0 {
			t.Fatal(w.Code, w.Body)
		}
		w := signed(t, s, "GET /?lifecycle", bucketHost, "")
		if w.Code != 200 || w.Body.String() != tt.doc || w.Header().Get("X-Kss-Allow-Same-Action-Overlap") != tt.want {
			t.Errorf("%d %v %q, want %q", w.Code, w.Header(), w.Body, tt.doc)
		}
	}
	for range 2 {
		if w := signed(t, s, "DELETE /?lifecycle", bucketHost, ""); w.Code != 204 || w.Body.Len() != 0 {
			t.Error(w.Code, w.Body)
		}
		gone()
	}
}

func TestPutLifecycleRefuses(t *testing.T) {
	good := lifecycleOf(abortAfter(7))
	overlap := lifecycleOf(abortAfter(7), "<Prefix>a</Prefix>"+abortAfter(1))
	tests := []struct {
		name, doc string
		header    []string
		status    int
		code      string
	}{
		{"without Content-MD5", good, nil, 400, "MissingContentMD5"},
		{"a checksum in its place", good, []string{"x-amz-checksum-crc32: AAAAAA=="}, 400, "MissingContentMD5"},
		{"the MD5 of another body", good, []string{contentMD5("x")}, 400, "InvalidDigest"},
		{"no MD5", good, []string{"Content-MD5: x"}, 400, "InvalidDigest"},
		{"no XML", "x", []string{contentMD5("x")}, 400, "MalformedXML"},
		{"nothing", "", []string{contentMD5("")}, 400, "MalformedXML"},
		{"a value", lifecycleOf(abortAfter(0)), []string{contentMD5(lifecycleOf(abortAfter(0)))}, 400, "InvalidArgument"},
		{"what is not done", lifecycleOf("<NoncurrentVersionExpiration/>"), []string{contentMD5(lifecycleOf("<NoncurrentVersionExpiration/>"))}, 501, "NotImplemented"},
		{"an overlap", overlap, []string{contentMD5(overlap)}, 400, "InvalidRequest"},
		{"an overlap that is not allowed", overlap, []string{contentMD5(overlap), "x-kss-allow-same-action-overlap: false"}, 400, "InvalidRequest"},
		{"another word", good, []string{contentMD5(good), "x-kss-allow-same-action-overlap: yes"}, 400, "InvalidArgument"},
		{"S3's smallest size", good, []string{contentMD5(good), "x-kss-transition-default-minimum-object-size: varies_by_storage_class"}, 501, "NotImplemented"},
		{"too long", strings.Repeat(" ", 5<<20), []string{contentMD5(strings.Repeat(" ", 5<<20))}, 400, "EntityTooLarge"},
	}
	s := openAt(t, testNow())
	before := lifecycleOf("<ID>before</ID>" + abortAfter(1))
	putRules(t, s, before)
	for _, tt := range tests {
		w := signed(t, s, "PUT /?lifecycle", bucketHost, tt.doc, tt.header...)
		if w.Code != tt.status || !strings.Contains(w.Body.String(), "<Code>"+tt.code+"</Code>") {
			t.Errorf("%s: %d, want %d %s: %.300s", tt.name, w.Code, tt.status, tt.code, w.Body)
		}
		if w := signed(t, s, "GET /?lifecycle", bucketHost, ""); w.Body.String() != before {
			t.Errorf("%s: the configuration is now %.200s", tt.name, w.Body)
		}
	}
}

func TestALifecycleGoesWithItsBucket(t *testing.T) {
	s := openAt(t, testNow())
	const host = "other-bucket.localhost"
	doc := lifecycleOf(abortAfter(7))
	for _, step := range []struct {
		line, body string
		status     int
	}{
		{"PUT /", "", 200}, {"PUT /?lifecycle", doc, 200}, {"GET /?lifecycle", "", 200},
		{"DELETE /", "", 204}, {"GET /?lifecycle", "", 404}, {"PUT /", "", 200}, {"GET /?lifecycle", "", 404},
	} {
		if w := signed(t, s, step.line, host, step.body, contentMD5(step.body)); w.Code != step.status {
			t.Errorf("%s: %d %s", step.line, w.Code, w.Body)
		}
	}
}
