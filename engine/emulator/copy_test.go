package emulator

import (
	"crypto/md5"
	"fmt"
	"strings"
	"testing"

	"offcut/engine/ks3"
)

func TestACopyIsAnObjectOfItsOwn(t *testing.T) {
	s := openAt(t, testNow())
	if err := s.CreateBucket("other", "SHANGHAI"); err != nil {
		t.Fatal(err)
	}
	// A source of two files.
	id := initiate(t, s, "/from/a%20b", "Content-Type: video/mp4", "x-kss-meta-owner: alice", "x-kss-storage-class: STANDARD_IA")
	body := strings.Repeat("a", minPartSize) + "b"
	completeParts(t, s, "/from/a%20b", id, 1, putPart(t, s, "/from/a%20b", id, 1, body[:minPartSize]), putPart(t, s, "/from/a%20b", id, 2, "b"))
	etag := fmt.Sprintf("%x", md5.Sum([]byte(body)))
	tests := []struct {
		source string
		header []string
		kind   string // Content-Type of the copy
		owner  string
		class  string
	}{
		{"/my-bucket/from/a%20b", nil, "video/mp4", "alice", "STANDARD"},
		{"my-bucket/from/a%20b", []string{"x-kss-metadata-directive: COPY", "Content-Type: text/plain"}, "video/mp4", "alice", "STANDARD"},
		{"my-bucket%2Ffrom%2Fa%20b", []string{"x-kss-metadata-directive: REPLACE", "x-kss-meta-owner: bob"}, "binary/octet-stream", "bob", "STANDARD"},
		{"/my-bucket/from/a%20b?versionId=null", []string{"x-kss-storage-class: DEEP_IA"}, "video/mp4", "alice", "DEEP_IA"},
	}
	for _, tt := range tests {
		w := signed(t, s, "PUT /to", "other.localhost", "", append(tt.header, "x-kss-copy-source: "+tt.source)...)
		want := `<CopyObjectResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><LastModified>2026-03-01T12:00:00.000Z</LastModified><ETag>&#34;` + etag + `&#34;</ETag></CopyObjectResult>`
		if w.Code != 200 || !strings.HasSuffix(w.Body.String(), want) {
			t.Fatalf("%s: %d %s", tt.source, w.Code, w.Body)
		}
		got := signed(t, s, "GET /to", "other.localhost", "")
		h := got.Header()
		if got.Body.String() != body || h.Get("ETag") != `"`+etag+`"` || h.Get("Content-Type") != tt.kind ||
			h.Get("X-Kss-Meta-Owner") != tt.owner || h.Get("X-Kss-Storage-Class") != tt.class {
			t.Errorf("%s %v: %d bytes, %v", tt.source, tt.header, got.Body.Len(), h)
		}
		if n := countFiles(t, s); n != 3 {
			t.Errorf("%s: %d files, want two of the source and one of the copy", tt.source, n)
		}
	}
	signed(t, s, "DELETE /from/a%20b", bucketHost, "")
	if got := signed(t, s, "GET /to", "other.localhost", ""); got.Body.String() != body {
		t.Errorf("without its source the copy has %d bytes", got.Body.Len())
	}
}

func TestCopiesThatAreRefused(t *testing.T) {
	s := openAt(t, testNow())
	if err := s.CreateBucketFrom(BucketSpec{Name: "foreign", Owner: s.byKey["AKOTHER"].ID}); err != nil {
		t.Fatal(err)
	}
	etag := putBody(t, s, "/from", "data")
	early, now := "Sun, 01 Mar 2026 11:00:00 GMT", "Sun, 01 Mar 2026 12:00:00 GMT"
	const from = "/my-bucket/from"
	tests := []struct {
		path, source, header string
		status               int
		code                 string
	}{
		{"/to", "/my-bucket/none", "", 404, "NoSuchKey"},
		{"/to", "/no-bucket/from", "", 404, "NoSuchBucket"},
		{"/to", "/foreign/from", "", 403, "AccessDenied"},
		{"/to", "/my-bucket", "", 400, "InvalidArgument"},
		{"/to", "/", "", 400, "InvalidArgument"},
		{"/to", "//from", "", 400, "InvalidArgument"},
		{"/to", "/my-bucket/%", "", 400, "InvalidArgument"},
		{"/to", "/my-bucket/from?x=y", "", 400, "InvalidArgument"},
		{"/to", "/my-bucket/from?versionId=1", "", 501, "NotImplemented"},
		{"/to", "/my-bucket/" + strings.Repeat("k", 1025), "", 400, "KeyTooLong"},
		{"/to", from, "x-kss-metadata-directive: MOVE", 400, "InvalidArgument"},
		{"/to", from, "x-kss-tagging-directive: replace", 400, "InvalidArgument"},
		{"/to", from, `x-kss-copy-source-if-match: "x"`, 412, "PreconditionFailed"},
		{"/to", from, "x-kss-copy-source-if-match: " + etag, 200, ""},
		{"/to", from, "x-kss-copy-source-if-none-match: " + etag, 412, "PreconditionFailed"},
		{"/to", from, `x-kss-copy-source-if-none-match: "x"`, 200, ""},
		{"/to", from, "x-kss-copy-source-if-modified-since: " + now, 412, "PreconditionFailed"},
		{"/to", from, "x-kss-copy-source-if-modified-since: " + early, 200, ""},
		{"/to", from, "x-kss-copy-source-if-unmodified-since: " + early, 412, "PreconditionFailed"},
		{"/to", from, "x-kss-copy-source-if-unmodified-since: " + now, 200, ""},
		{"/to", from, "x-kss-copy-source-if-unmodified-since: soon", 400, "InvalidArgument"},
		{"/to", from, "x-kss-copy-source-range: bytes=0-1", 501, "NotImplemented"},
		{"/to", from, "x-kss-storage-class: FROZEN", 400, "InvalidStorageClass"},
		{"/to", from, "If-None-Match: *", 412, "PreconditionFailed"},
		{"/from", from, "", 400, "InvalidRequest"},
		{"/from", from, "x-kss-metadata-directive: COPY", 400, "InvalidRequest"},
		{"/from", from, "x-kss-metadata-directive: REPLACE", 200, ""},
		{"/from", from, "x-kss-storage-class: STANDARD", 200, ""},
	}
	putBody(t, s, "/to", "before")
	for _, tt := range tests {
		header := []string{"x-kss-copy-source: " + tt.source}
		if tt.header != "" {
			header = append(header, tt.header)
		}
		w := signed(t, s, "PUT "+tt.path, bucketHost, "", header...)
		if w.Code != tt.status || codeOf(w) != tt.code {
			t.Errorf("%s to %s with %q: %d, want %d %s: %s", tt.source, tt.path, tt.header, w.Code, tt.status, tt.code, w.Body)
		}
		want := "before"
		if tt.status == 200 && tt.path == "/to" {
			want = "data"
		}
		if got := signed(t, s, "GET /to", bucketHost, "").Body.String(); got != want {
			t.Errorf("%s with %q: afterwards the object is %q", tt.source, tt.header, got)
		}
		putBody(t, s, "/to", "before")
		if n := countFiles(t, s); n != 2 {
			t.Errorf("%s with %q: %d files are left", tt.source, tt.header, n)
		}
	}
	for source, want := range map[string]int{from: 400, "": 501} {
		if w := signed(t, s, "PUT /to", bucketHost, "body", "x-kss-copy-source: "+source); w.Code != want {
			t.Errorf("a body with the source %q: %d %s", source, w.Code, w.Body)
		}
	}
}

func TestPartsAreCopied(t *testing.T) {
	s := openAt(t, testNow())
	body := strings.Repeat("0123456789", minPartSize/10+1)
	putBody(t, s, "/from", body)
	tests := []struct {
		name   string
		header []string
		status int
		code   string
		want   string // bytes of the part
	}{
		{"whole", nil, 200, "", body},
		{"a range", []string{"x-kss-copy-source-range: bytes=3-12"}, 200, "", body[3:13]},
		{"one byte", []string{"x-kss-copy-source-range: bytes=0-0"}, 200, "", "0"},
		{"to the end", []string{fmt.Sprintf("x-kss-copy-source-range: bytes=5-%d", len(body)-1)}, 200, "", body[5:]},
		{"beyond the end", []string{fmt.Sprintf("x-kss-copy-source-range: bytes=5-%d", len(body))}, 416, "InvalidRange", ""},
		{"no end", []string{"x-kss-copy-source-range: bytes=5-"}, 400, "InvalidArgument", ""},
		{"no beginning", []string{"x-kss-copy-source-range: bytes=-5"}, 400, "InvalidArgument", ""},
		{"backwards", []string{"x-kss-copy-source-range: bytes=5-4"}, 400, "InvalidArgument", ""},
		{"another unit", []string{"x-kss-copy-source-range: 5-6"}, 400, "InvalidArgument", ""},
		{"a condition that fails", []string{`x-kss-copy-source-if-match: "x"`}, 412, "PreconditionFailed", ""},
	}
	for _, tt := range tests {
		id := initiate(t, s, "/to")
		w := signed(t, s, "PUT /to?partNumber=1&uploadId="+id, bucketHost, "", append(tt.header, "x-kss-copy-source: /my-bucket/from")...)
		if w.Code != tt.status || codeOf(w) != tt.code {
			t.Errorf("%s: %d, want %d %s: %s", tt.name, w.Code, tt.status, tt.code, w.Body)
		}
		if tt.status == 200 {
			etag := fmt.Sprintf("%x", md5.Sum([]byte(tt.want)))
			if !strings.Contains(w.Body.String(), "<CopyObjectResult ") || !strings.Contains(w.Body.String(), "<ETag>&#34;"+etag) {
				t.Errorf("%s: %s", tt.name, w.Body)
			}
			if w := completeParts(t, s, "/to", id, 1, etag); w.Code != 200 {
				t.Errorf("%s: complete: %d %s", tt.name, w.Code, w.Body)
			}
			if got := signed(t, s, "GET /to", bucketHost, "").Body.String(); got != tt.want {
				t.Errorf("%s: the object has %d bytes, want %d", tt.name, len(got), len(tt.want))
			}
		}
		signed(t, s, "DELETE /to", bucketHost, "")
		if n := countFiles(t, s); n != 1 {
			t.Errorf("%s: %d files are left", tt.name, n)
		}
	}
	w := signed(t, s, "PUT /to?partNumber=1&uploadId=x", bucketHost, "", "x-kss-copy-source: /my-bucket/from")
	if w.Code != 404 || codeOf(w) != "NoSuchUpload" {
		t.Errorf("to no upload: %d %s", w.Code, w.Body)
	}
}

func FuzzCopySources(f *testing.F) {
	for _, text := range []string{"/b/k", "b/k", "b%2Fk", "/b/a//b/", "/b/%", "//k", "b/k?versionId=null", "b/k?x", "/b/a+b%20c%3F"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		bucket, key, err := parseCopySource(text)
		if err != nil {
			if e, internal := asAPIError(err); internal != nil || e.status == 500 {
				t.Errorf("%q: %v", text, err)
			}
			return
		}
		if bucket == "" || key == "" || len(key) > maxKeyLength || strings.Contains(bucket, "/") {
			t.Errorf("%q is the key %q of %q", text, key, bucket)
		}
		again, same, err := parseCopySource("/" + ks3.EscapeQuery(bucket) + "/" + ks3.EscapeKey(key))
		if err != nil || again != bucket || same != key {
			t.Errorf("%q of %q came back as %q of %q, %v", key, bucket, same, again, err)
		}
	})
}

func FuzzRanges(f *testing.F) {
	for _, text := range []string{"bytes=0-0", "bytes=-1", "bytes=5-", "bytes=-", "bytes=0-99999999999999999999", "bytes=1-2,3-4", "bytes=+1-2", ""} {
		f.Add(text, int64(10))
	}
	f.Fuzz(func(t *testing.T, text string, size int64) {
		size = max(size, 0)
		first, length, ranged, err := parseRange(text, size)
		if err == nil && (first < 0 || length < 0 || first > size-length || ranged && length == 0) {
			t.Errorf("%q of %d: %d bytes from %d", text, size, length, first)
		}
		if err == nil && !ranged && (first != 0 || length != size) {
			t.Errorf("%q of %d is no range, and gives %d bytes from %d", text, size, length, first)
		}
		from, n, err := parseCopyRange(text, size)
		if err == nil && (from != first || n != length || n < 1 || !ranged) {
			t.Errorf("%q of %d: a copy has %d bytes from %d, a reader %d from %d", text, size, n, from, length, first)
		}
	})
}
