package emulator

import (
	"bytes"
	"crypto/rand"
	"fmt"
	"io"
	"io/fs"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"offcut/engine/ks3"
)

func TestCompleteRefuses(t *testing.T) {
	const big = 100 << 10
	full, small := strings.Repeat("x", big), strings.Repeat("x", big-1)
	tests := []struct {
		name   string
		parts  []string // part 1, 2, ...
		body   func(etags []string) string
		status int
		code   string
	}{
		{"nothing", nil, func([]string) string { return "" }, 400, "MalformedXML"},
		{"empty list", nil, func([]string) string { return "<CompleteMultipartUpload/>" }, 400, "MalformedXML"},
		{"another document", nil, func([]string) string { return "<Delete/>" }, 400, "MalformedXML"},
		{"truncated", []string{full}, func(e []string) string { return strings.TrimSuffix(completeBody(1, e...), ">") }, 400, "MalformedXML"},
		{"two documents", []string{full}, func(e []string) string { return completeBody(1, e...) + "<x/>" }, 400, "MalformedXML"},
		{"too long", []string{full}, func(e []string) string { return completeBody(1, e...) + strings.Repeat(" ", maxCompleteBody) }, 400, "EntityTooLarge"},
		{"a part that never was", []string{full}, func(e []string) string { return completeBody(1, e[0], e[0]) }, 400, "InvalidPart"},
		{"another ETag", []string{full}, func([]string) string { return completeBody(1, `"00"`) }, 400, "InvalidPart"},
		{"number 0", []string{full}, func(e []string) string { return completeBody(0, e...) }, 400, "InvalidPartNum"},
		{"number 10001", []string{full}, func(e []string) string { return completeBody(10001, e...) }, 400, "InvalidPartNum"},
		{"twice", []string{full}, func(e []string) string {
			one := between(completeBody(1, e...), "<CompleteMultipartUpload>", "</CompleteM")
			return "<CompleteMultipartUpload>" + one + one + "</CompleteMultipartUpload>"
		}, 400, "InvalidPartOrder"},
		{"a gap", []string{full, full, full}, func(e []string) string {
			three := between(completeBody(3, e[2]), "<CompleteMultipartUpload>", "</CompleteM")
			return strings.Replace(completeBody(1, e[0]), "</CompleteM", three+"</CompleteM", 1)
		}, 400, "InvalidPartOrder"},
		{"small before the last", []string{small, full}, func(e []string) string { return completeBody(1, e...) }, 413, "EntityTooSmall"},
		{"small last", []string{full, small}, func(e []string) string { return completeBody(1, e...) }, 200, ""},
		{"begins above 1", []string{full, full, "x"}, func(e []string) string { return completeBody(2, e[1:]...) }, 200, ""},
		{"without quotes", []string{full}, func(e []string) string { return completeBody(1, strings.Trim(e[0], `"`)) }, 200, ""},
	}
	for _, tt := range tests {
		s := openAt(t, testNow())
		id := initiate(t, s, "/k")
		var etags []string
		for i, body := range tt.parts {
			etags = append(etags, putPart(t, s, "/k", id, i+1, body))
		}
		w := signed(t, s, "POST /k?uploadId="+id, bucketHost, tt.body(etags))
		if w.Code != tt.status || tt.code != "" && !strings.Contains(w.Body.String(), "<Code>"+tt.code+"</Code>") {
			t.Errorf("%s: %d, want %d %s: %.300s", tt.name, w.Code, tt.status, tt.code, w.Body)
		}
		left := signed(t, s, "GET /k?uploadId="+id, bucketHost, "")
		if open := left.Code == 200; open != (tt.status != 200) {
			t.Errorf("%s: afterwards the upload answers %d", tt.name, left.Code)
		}
		wantFiles := len(tt.parts)
		if tt.name == "begins above 1" {
			wantFiles-- // Part 1 was not listed: its bytes are gone.
		}
		if n := countFiles(t, s); n != wantFiles {
			t.Errorf("%s: %d files are left, want %d", tt.name, n, wantFiles)
		}
	}
}

func TestCompleteNamesMetadataOnlyParts(t *testing.T) {
	s := openAt(t, testNow())
	err := s.Seed(t.Context(), func(yield func(SeedUpload) bool) {
		yield(SeedUpload{Bucket: "my-bucket", Key: "k", ID: "seeded", Age: time.Hour, Parts: []SeedPart{{3, 1 << 20, 0}, {1, 5 << 20, time.Minute}}})
	})
	if err != nil {
		t.Fatal(err)
	}
	list := signed(t, s, "GET /k?uploadId=seeded", bucketHost, "").Body.String()
	if !strings.Contains(list, "<PartNumber>1</PartNumber><LastModified>2026-03-01T11:59:00.000Z</LastModified>") ||
		!strings.Contains(list, "<Size>5242880</Size></Part><Part><PartNumber>3</PartNumber>") {
		t.Error(list)
	}
	w := completeParts(t, s, "/k", "seeded", 1, between(list, "<ETag>&#34;", "&"))
	if w.Code != 400 || !strings.Contains(w.Body.String(), "metadata only") {
		t.Error(w.Code, w.Body)
	}
	// A part with bytes takes the place of the seeded one.
	etag := putPart(t, s, "/k", "seeded", 1, "data")
	list = signed(t, s, "GET /k?uploadId=seeded&max-parts=1", bucketHost, "").Body.String()
	if !strings.Contains(list, "<NextPartNumberMarker>1</NextPartNumberMarker>") || !strings.Contains(list, "<Size>4</Size>") {
		t.Error(list)
	}
	if list := signed(t, s, "GET /k?uploadId=seeded&part-number-marker=1", bucketHost, "").Body.String(); strings.Contains(list, "<PartNumber>1<") || !strings.Contains(list, "<PartNumber>3<") {
		t.Error(list)
	}
	if w := completeParts(t, s, "/k", "seeded", 1, etag); w.Code != 200 {
		t.Error(w.Code, w.Body)
	}
}

func TestAnObjectOutlivesItsKeysUploads(t *testing.T) {
	s := openAt(t, testNow())
	id := initiate(t, s, "/k")
	completeParts(t, s, "/k", id, 1, putPart(t, s, "/k", id, 1, "first"))
	for _, end := range []string{"abort", "complete"} {
		id := initiate(t, s, "/k")
		etag := putPart(t, s, "/k", id, 1, "second")
		if got := signed(t, s, "GET /k", bucketHost, "").Body.String(); got != "first" {
			t.Errorf("with an open upload the object is %q", got)
		}
		want := "first"
		if end == "complete" {
			want = "second"
			if w := completeParts(t, s, "/k", id, 1, etag); w.Code != 200 {
				t.Fatal(w.Code, w.Body)
			}
		} else if w := signed(t, s, "DELETE /k?uploadId="+id, bucketHost, ""); w.Code != 204 {
			t.Fatal(w.Code, w.Body)
		}
		if got := signed(t, s, "GET /k", bucketHost, "").Body.String(); got != want {
			t.Errorf("after %s the object is %q, want %q", end, got, want)
		}
		if n := countFiles(t, s); n != 1 {
			t.Errorf("after %s %d files are left", end, n)
		}
		if w := signed(t, s, "DELETE /k?uploadId="+id, bucketHost, ""); w.Code != 404 {
			t.Errorf("abort after %s: %d", end, w.Code)
		}
	}
	for _, tt := range []struct {
		header string
		status int
	}{{"If-None-Match: *", 412}, {`If-Match: "x"`, 412}, {"If-Match: *", 200}} {
		id := initiate(t, s, "/k")
		etag := putPart(t, s, "/k", id, 1, "third")
		w := signed(t, s, "POST /k?uploadId="+id, bucketHost, completeBody(1, etag), tt.header)
		if w.Code != tt.status {
			t.Errorf("complete with %s: %d %s", tt.header, w.Code, w.Body)
		}
	}
}

func TestRangesAndConditions(t *testing.T) {
	s := openAt(t, testNow())
	id := initiate(t, s, "/k")
	w := completeParts(t, s, "/k", id, 1, putPart(t, s, "/k", id, 1, "0123456789"))
	etag := strings.ReplaceAll(between(w.Body.String(), "<ETag>", "</ETag>"), "&#34;", `"`)
	tests := []struct {
		header string
		status int
		body   string
		span   string // Content-Range
	}{
		{"Range: bytes=2-4", 206, "234", "bytes 2-4/10"},
		{"Range: bytes=8-", 206, "89", "bytes 8-9/10"},
		{"Range: bytes=-3", 206, "789", "bytes 7-9/10"},
		{"Range: bytes=-30", 206, "0123456789", "bytes 0-9/10"},
		{"Range: bytes=5-99", 206, "56789", "bytes 5-9/10"},
		{"Range: bytes=10-", 416, "", "bytes */10"},
		{"Range: bytes=-0", 416, "", "bytes */10"},
		{"Range: bytes=-", 200, "0123456789", ""},
		{"Range: bytes=3-99999999999999999999", 206, "3456789", "bytes 3-9/10"},
		{"Range: bytes=4-2", 200, "0123456789", ""},
		{"Range: bytes=0-1,3-4", 200, "0123456789", ""},
		{"Range: lines=1-2", 200, "0123456789", ""},
		{"Range: bytes=x-y", 200, "0123456789", ""},
		{"If-Match: " + etag, 200, "0123456789", ""},
		{`If-Match: "other"`, 412, "", ""},
		{"If-None-Match: " + etag, 304, "", ""},
		{`If-None-Match: "other"`, 200, "0123456789", ""},
		{"If-Modified-Since: Sun, 01 Mar 2026 12:00:00 GMT", 304, "", ""},
		{"If-Modified-Since: Sun, 01 Mar 2026 11:59:59 GMT", 200, "0123456789", ""},
		{"If-Unmodified-Since: Sun, 01 Mar 2026 11:59:59 GMT", 412, "", ""},
		{"If-Unmodified-Since: Sun, 01 Mar 2026 12:00:00 GMT", 200, "0123456789", ""},
	}
	for _, tt := range tests {
		w := signed(t, s, "GET /k", bucketHost, "", tt.header)
		if w.Code != tt.status || w.Header().Get("Content-Range") != tt.span || tt.status < 300 && w.Body.String() != tt.body {
			t.Errorf("%s: %d, Content-Range %q, body %q", tt.header, w.Code, w.Header().Get("Content-Range"), w.Body)
		}
	}
	w = signed(t, s, "GET /k?response-content-type=text%2Fplain", bucketHost, "")
	if got := w.Header().Get("Content-Type"); got != "text/plain" {
		t.Errorf("response-content-type: %q", got)
	}
}

func TestPartsAreReplacedByNumber(t *testing.T) {
	s := openAt(t, testNow())
	id := initiate(t, s, "/k")
	first := putPart(t, s, "/k", id, 7, "first")
	second := putPart(t, s, "/k", id, 7, "second")
	if n := countFiles(t, s); n != 1 {
		t.Errorf("%d files of one part", n)
	}
	if w := completeParts(t, s, "/k", id, 7, first); w.Code != 400 {
		t.Errorf("complete with the replaced part's ETag: %d", w.Code)
	}
	if w := completeParts(t, s, "/k", id, 7, second); w.Code != 200 {
		t.Errorf("complete: %d %s", w.Code, w.Body)
	}
	if got := signed(t, s, "GET /k", bucketHost, "").Body.String(); got != "second" {
		t.Errorf("the object is %q", got)
	}
}

// What was acknowledged is there after the process is gone; what was not, is not.
func TestStateOutlivesTheProcess(t *testing.T) {
	dir := t.TempDir()
	open := func() *Server {
		s, err := Open(Options{Dir: dir, Users: []User{{ID: "1", AccessKeyID: vectorKey, SecretAccessKey: vectorSecret}}})
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	s := open()
	if err := s.CreateBucket("my-bucket", "SHANGHAI"); err != nil {
		t.Fatal(err)
	}
	id, done := initiate(t, s, "/open"), initiate(t, s, "/done")
	etag := putPart(t, s, "/open", id, 1, "part")
	completeParts(t, s, "/done", done, 1, putPart(t, s, "/done", done, 1, "object"))
	if _, err := Open(Options{Dir: dir}); err == nil || !strings.Contains(err.Error(), "another process") {
		t.Errorf("a second server on the same directory: %v", err)
	}
	before := signed(t, s, "GET /?uploads", bucketHost, "").Body.String()
	// A process that ends between storing a file and committing its metadata
	// leaves a file that nobody knows; one that ends earlier leaves one in tmp.
	orphan := s.files.path(newFileID())
	if err := os.MkdirAll(filepath.Dir(orphan), 0o700); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{orphan, filepath.Join(dir, "tmp", newFileID().name())} {
		if err := os.WriteFile(name, []byte("x"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s = open()
	defer s.Close() //nolint:errcheck // The test is over.
	if after := signed(t, s, "GET /?uploads", bucketHost, "").Body.String(); after != before {
		t.Errorf("uploads before\n%s\nand after\n%s", before, after)
	}
	if got := signed(t, s, "GET /done", bucketHost, "").Body.String(); got != "object" {
		t.Errorf("the object is %q", got)
	}
	if n := countFiles(t, s); n != 2 {
		t.Errorf("%d files, want those of one part and one object", n)
	}
	if w := completeParts(t, s, "/open", id, 1, etag); w.Code != 200 {
		t.Errorf("complete: %d %s", w.Code, w.Body)
	}
}

func TestTemporaryStateIsRemoved(t *testing.T) {
	s, err := Open(Options{})
	if err != nil {
		t.Fatal(err)
	}
	dir := s.temporary
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(dir); !os.IsNotExist(err) {
		t.Errorf("%s: %v", dir, err)
	}
}

// Of an abort and a complete of one upload exactly one is answered with success,
// and the object is there if and only if it was the complete.
func TestAbortAndCompleteRace(t *testing.T) {
	s := openAt(t, testNow())
	for i := range 50 {
		path := fmt.Sprintf("/k%d", i)
		id := initiate(t, s, path)
		etag := putPart(t, s, path, id, 1, "data")
		answers := make([]*httptest.ResponseRecorder, 4)
		var wg sync.WaitGroup
		for j := range answers {
			wg.Go(func() {
				if j%2 == 0 {
					answers[j] = signed(t, s, "DELETE "+path+"?uploadId="+id, bucketHost, "")
				} else {
					answers[j] = completeParts(t, s, path, id, 1, etag)
				}
			})
		}
		wg.Wait()
		var codes []int
		for _, w := range answers {
			codes = append(codes, w.Code)
		}
		won := slices.IndexFunc(codes, func(c int) bool { return c < 300 })
		lost := slices.DeleteFunc(slices.Clone(codes), func(c int) bool { return c != 404 })
		if won < 0 || len(lost) != len(codes)-1 {
			t.Fatalf("aborts and completes in turn answered %v", codes)
		}
		object := signed(t, s, "GET "+path, bucketHost, "")
		if (object.Code == 200) != (codes[won] == 200) || object.Code == 200 && object.Body.String() != "data" {
			t.Fatalf("%v, and the object answers %d %q", codes, object.Code, object.Body)
		}
	}
	if n := countFiles(t, s); n > 50 {
		t.Errorf("%d files", n)
	}
}

// Readers see one whole object or another, however often it is replaced.
func TestReadersSeeWholeObjects(t *testing.T) {
	s := openAt(t, testNow())
	put := func(fill byte) {
		id := initiate(t, s, "/k")
		body := strings.Repeat(string(fill), minPartSize)
		completeParts(t, s, "/k", id, 1, putPart(t, s, "/k", id, 1, body), putPart(t, s, "/k", id, 2, body))
	}
	put('a')
	var wg sync.WaitGroup
	wg.Go(func() {
		for fill := byte('b'); fill < 'm'; fill++ {
			put(fill)
		}
	})
	for range 4 {
		wg.Go(func() {
			for range 20 {
				w := signed(t, s, "GET /k", bucketHost, "")
				body := w.Body.Bytes()
				if w.Code != 200 || len(body) != 2*minPartSize || bytes.Count(body, body[:1]) != len(body) {
					t.Errorf("%d with %d bytes", w.Code, len(body))
				}
			}
		})
	}
	wg.Wait()
	if n := countFiles(t, s); n != 2 {
		t.Errorf("%d files are left of one object", n)
	}
}

func TestConcurrentPartsOnADurableServer(t *testing.T) {
	s, err := Open(Options{Dir: t.TempDir(), Users: []User{{ID: "1", AccessKeyID: vectorKey, SecretAccessKey: vectorSecret}}})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close() //nolint:errcheck // The test is over.
	if err := s.CreateBucket("my-bucket", ""); err != nil {
		t.Fatal(err)
	}
	id := initiate(t, s, "/k")
	etags := make([]string, 20)
	want := make([][]byte, len(etags))
	var wg sync.WaitGroup
	for i := range etags {
		want[i] = make([]byte, minPartSize)
		if _, err := rand.Read(want[i]); err != nil {
			t.Fatal(err)
		}
		wg.Go(func() { etags[i] = putPart(t, s, "/k", id, i+1, string(want[i])) })
	}
	wg.Wait()
	if w := completeParts(t, s, "/k", id, 1, etags...); w.Code != 200 {
		t.Fatal(w.Code, w.Body)
	}
	if got := signed(t, s, "GET /k", bucketHost, "").Body.Bytes(); !bytes.Equal(got, bytes.Join(want, nil)) {
		t.Errorf("%d bytes that are not the parts'", len(got))
	}
}

// countFiles counts the files of parts, received and being received.
func countFiles(t testing.TB, s *Server) int {
	t.Helper()
	n := 0
	for _, dir := range []string{s.files.dir, s.files.tmp} {
		err := filepath.WalkDir(dir, func(_ string, d fs.DirEntry, err error) error {
			if err == nil && !d.IsDir() {
				n++
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return n
}

// zeros is an endless body.
type zeros struct{}

func (zeros) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}

// A part's bytes go to the disk as they come.
func TestMemoryDoesNotGrowWithTheSizeOfAPart(t *testing.T) {
	s := openAt(t, testNow())
	const size = 64 << 20
	date := ks3.FormatDate(testNow())
	sum := ks3.SignV2(vectorSecret, "PUT\n\n\n"+date+"\n/my-bucket/dir/my%20video.mp4?partNumber=1&uploadId="+vectorID)
	r := httptest.NewRequestWithContext(t.Context(), "PUT", "/dir/my%20video.mp4?partNumber=1&uploadId="+vectorID, io.LimitReader(zeros{}, size))
	r.Host, r.ContentLength = bucketHost, size
	r.Header.Set("Date", date)
	r.Header.Set("Authorization", "KSS "+vectorKey+":"+sum)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	w := httptest.NewRecorder()
	s.Handler().ServeHTTP(w, r)
	runtime.ReadMemStats(&after)
	if w.Code != 200 {
		t.Fatal(w.Code, w.Body)
	}
	if n := after.TotalAlloc - before.TotalAlloc; n > 4<<20 {
		t.Errorf("a part of %d bytes allocated %d", size, n)
	}
}
