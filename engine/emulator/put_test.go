package emulator

import (
	"crypto/md5"
	"fmt"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
)

// putBody stores an object in the bucket of the tests and gives its ETag.
func putBody(t testing.TB, s *Server, path, body string, header ...string) (etag string) {
	t.Helper()
	w := signed(t, s, "PUT "+path, bucketHost, body, header...)
	if w.Code != 200 || w.Body.Len() > 0 {
		t.Fatalf("put %s: %d %s", path, w.Code, w.Body)
	}
	return w.Header().Get("ETag")
}

func codeOf(w *httptest.ResponseRecorder) string { return between(w.Body.String(), "<Code>", "<") }

func TestAPutObjectComesBack(t *testing.T) {
	for _, body := range []string{"", "x", strings.Repeat("0123456789", 100<<10)} {
		s := openAt(t, testNow())
		etag := putBody(t, s, "/dir/k", body, "Content-Type: video/mp4", "x-kss-meta-owner: alice", "x-kss-storage-class: STANDARD_IA")
		if want := fmt.Sprintf(`"%x"`, md5.Sum([]byte(body))); etag != want {
			t.Errorf("the ETag of %d bytes is %s, want %s", len(body), etag, want)
		}
		for _, method := range []string{"GET", "HEAD"} {
			w := signed(t, s, method+" /dir/k", bucketHost, "")
			if w.Code != 200 || method == "GET" && w.Body.String() != body || method == "HEAD" && w.Body.Len() > 0 {
				t.Errorf("%s: %d with %d bytes of %d", method, w.Code, w.Body.Len(), len(body))
			}
			for name, want := range map[string]string{
				"ETag": etag, "Content-Length": fmt.Sprint(len(body)), "Content-Type": "video/mp4", "Accept-Ranges": "bytes",
				"X-Kss-Meta-Owner": "alice", "X-Kss-Storage-Class": "STANDARD_IA", "Last-Modified": "Sun, 01 Mar 2026 12:00:00 GMT",
			} {
				if got := w.Header().Get(name); got != want {
					t.Errorf("%s answers %s: %q, want %q", method, name, got, want)
				}
			}
		}
	}
}

func TestAPutThatIsRefusedChangesNothing(t *testing.T) {
	tests := []struct {
		header string
		status int
		code   string
	}{
		{"If-None-Match: *", 412, "PreconditionFailed"},
		{`If-Match: "other"`, 412, "PreconditionFailed"},
		{"x-kss-storage-class: FROZEN", 400, "InvalidStorageClass"},
		{"x-kss-callbackurl: http://example.com", 501, "NotImplemented"},
		{"Content-MD5: AAAAAAAAAAAAAAAAAAAAAA==", 400, "InvalidDigest"},
		{"Content-MD5: x", 400, "InvalidDigest"},
		{"x-amz-checksum-crc32: AAAAAA==", 400, "InvalidDigest"},
	}
	s := openAt(t, testNow())
	etag := putBody(t, s, "/k", "first")
	for _, tt := range tests {
		w := signed(t, s, "PUT /k", bucketHost, "second", tt.header)
		if w.Code != tt.status || codeOf(w) != tt.code {
			t.Errorf("%s: %d %s", tt.header, w.Code, w.Body)
		}
		if got := signed(t, s, "GET /k", bucketHost, ""); got.Body.String() != "first" || got.Header().Get("ETag") != etag {
			t.Errorf("%s: afterwards the object is %q", tt.header, got.Body)
		}
		if n := countFiles(t, s); n != 1 {
			t.Errorf("%s: %d files are left", tt.header, n)
		}
	}
	if w := signed(t, s, "PUT /k", bucketHost, "second", "If-Match: "+etag); w.Code != 200 {
		t.Errorf("If-Match with the object's ETag: %d %s", w.Code, w.Body)
	}
}

func TestDeletingAnObjectFreesItsBytes(t *testing.T) {
	s := openAt(t, testNow())
	putBody(t, s, "/k", "data")
	if w := signed(t, s, "DELETE /k", bucketHost, "", `If-Match: "other"`); w.Code != 412 {
		t.Errorf("with another ETag: %d", w.Code)
	}
	for range 2 {
		if w := signed(t, s, "DELETE /k", bucketHost, ""); w.Code != 204 || w.Body.Len() > 0 {
			t.Errorf("%d %s", w.Code, w.Body)
		}
		if w := signed(t, s, "GET /k", bucketHost, ""); w.Code != 404 || codeOf(w) != "NoSuchKey" {
			t.Errorf("%d %s", w.Code, w.Body)
		}
	}
	if n := countFiles(t, s); n != 0 {
		t.Errorf("%d files are left", n)
	}
}

// Puts of one key at once end with one of the objects, whole, and one file.
func TestPutsOfOneKeyEndWithOneWholeObject(t *testing.T) {
	s := openAt(t, testNow())
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			for range 5 {
				putBody(t, s, "/k", strings.Repeat(string(rune('a'+i)), 1000+i))
			}
		})
	}
	wg.Wait()
	w := signed(t, s, "GET /k", bucketHost, "")
	body := w.Body.String()
	if len(body) != 1000+int(body[0]-'a') || strings.Trim(body, body[:1]) != "" {
		t.Errorf("the object has %d bytes of %q", len(body), body[:1])
	}
	if want := fmt.Sprintf(`"%x"`, md5.Sum([]byte(body))); w.Header().Get("ETag") != want {
		t.Errorf("the ETag is another object's")
	}
	if n := countFiles(t, s); n != 1 {
		t.Errorf("%d files are left", n)
	}
}
