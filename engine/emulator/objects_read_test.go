package emulator

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"offcut/engine/emulator/switches"
)

// A client that goes away in the middle of a Put Object leaves the object before
// and no file of its own.
func TestABrokenPutLeavesTheObjectBefore(t *testing.T) {
	s := openAt(t, testNow())
	putBody(t, s, "/k", "before")
	logged := make(chan Access, 1)
	s.access = func(a Access) { logged <- a }
	conn, err := net.Dial("tcp", overSocket(t, s))
	if err != nil {
		t.Fatal(err)
	}
	raw := rawRequest(s, "PUT", "/k", "", bucketHost, "Content-Length: 1000\r\n")
	if _, err := io.WriteString(conn, raw+"only this"); err != nil {
		t.Fatal(err)
	}
	if err := conn.Close(); err != nil {
		t.Fatal(err)
	}
	if a := <-logged; a.Action != "PutObject" || a.Status != 400 || a.Err != nil {
		t.Errorf("%+v", a)
	}
	s.access = nil
	if got := signed(t, s, "GET /k", bucketHost, "").Body.String(); got != "before" || countFiles(t, s) != 1 {
		t.Errorf("the object is %q, with %d files", got, countFiles(t, s))
	}
}

func TestPutObjectNeedsToKnowTheSize(t *testing.T) {
	s := openAt(t, testNow())
	address := overSocket(t, s)
	for extra, want := range map[string]string{
		"Transfer-Encoding: chunked\r\n\r\n0\r\n": "<Code>MissingContentLength</Code>",
		"Content-Length: 5368709121\r\n":          "<Code>EntityTooLarge</Code>",
		"Content-Length: 4\r\n\r\ndata...":        "",
	} {
		resp, body := exchange(t, address, "PUT", strings.TrimSuffix(rawRequest(s, "PUT", "/k", "", bucketHost, extra), "...\r\n"))
		if !strings.Contains(body, want) || (resp.StatusCode == http.StatusOK) != (want == "") {
			t.Errorf("%q: %d %s", extra, resp.StatusCode, body)
		}
	}
}

// A reader that has begun finishes with the object that it began with.
func TestAReaderFinishesWithTheObjectBefore(t *testing.T) {
	s := openAt(t, testNow())
	const size = 32 << 20 // More than the socket's buffers hold.
	putBody(t, s, "/k", strings.Repeat("a", size))
	for _, end := range []string{"PUT /k", "DELETE /k"} {
		logged := make(chan Access, 1)
		s.access = func(a Access) {
			if a.Action == "GetObject" {
				logged <- a
			}
		}
		conn, err := net.Dial("tcp", overSocket(t, s))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(conn, rawRequest(s, "GET", "/k", "", bucketHost, "")); err != nil {
			t.Fatal(err)
		}
		resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
		if err != nil {
			t.Fatal(err)
		}
		if w := signed(t, s, end, bucketHost, ""); w.Code >= 300 {
			t.Fatalf("%s: %d %s", end, w.Code, w.Body)
		}
		body, err := io.ReadAll(resp.Body)
		if err != nil || int64(len(body)) != resp.ContentLength || strings.Trim(string(body), "a") != "" {
			t.Errorf("after %s: %d bytes of %d, %v", end, len(body), resp.ContentLength, err)
		}
		if err := conn.Close(); err != nil {
			t.Error(err)
		}
		if a := <-logged; a.Err != nil {
			t.Error(a.Err)
		}
		want := map[string]int{"PUT /k": 1, "DELETE /k": 0}[end]
		if n := countFiles(t, s); n != want {
			t.Errorf("after %s %d files are left, want %d", end, n, want)
		}
		if end == "PUT /k" {
			putBody(t, s, "/k", strings.Repeat("a", size))
		}
	}
}

// Any range over any parts is what cutting the whole object would give.
func TestRangesAgainstAModel(t *testing.T) {
	s := openAt(t, testNow())
	rapid.Check(t, func(t *rapid.T) {
		var whole strings.Builder
		o := object{etag: "x-2", attributes: attributes{class: "STANDARD"}}
		for range rapid.IntRange(0, 4).Draw(t, "pieces") {
			text := rapid.StringMatching("[a-z]{0,5}").Draw(t, "piece")
			id, err := s.files.receive(func(w io.Writer) error {
				_, err := io.WriteString(w, text)
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			whole.WriteString(text)
			o.pieces = append(o.pieces, piece{id, int64(len(text))})
		}
		o.size = int64(whole.Len())
		first := rapid.Int64Range(0, o.size).Draw(t, "first")
		length := rapid.Int64Range(0, o.size-first).Draw(t, "length")
		var got strings.Builder
		if err := s.files.copyRange(&got, o.pieces, first, length); err != nil {
			t.Fatal(err)
		}
		if want := whole.String()[first : first+length]; got.String() != want {
			t.Fatalf("%d bytes from %d of %q: %q", length, first, whole.String(), got.String())
		}
	})
}

func TestIfRange(t *testing.T) {
	s := openAt(t, testNow())
	etag := putBody(t, s, "/k", "0123456789")
	for validator, status := range map[string]int{
		etag: 206, `"other"`: 200, "W/" + etag: 200,
		"Sun, 01 Mar 2026 12:00:00 GMT": 206, "Sun, 01 Mar 2026 11:59:59 GMT": 200,
	} {
		if w := signed(t, s, "GET /k", bucketHost, "", "Range: bytes=0-1", "If-Range: "+validator); w.Code != status {
			t.Errorf("If-Range %s: %d, want %d", validator, w.Code, status)
		}
	}
}

// Before 2025 ETag conditions did not hold for objects of multipart uploads.
func TestConditionsOnObjectsOfParts(t *testing.T) {
	s := openAt(t, testNow())
	id := initiate(t, s, "/parts")
	completeParts(t, s, "/parts", id, 1, putPart(t, s, "/parts", id, 1, "data"))
	putBody(t, s, "/whole", "data")
	for _, tt := range []struct {
		quirk, path, header string
		status              int
	}{
		{"", "/parts", `If-Match: "x"`, 412}, {"", "/parts", "If-None-Match: *", 304},
		{"ignored", "/parts", `If-Match: "x"`, 200}, {"ignored", "/parts", "If-None-Match: *", 200},
		{"ignored", "/parts", "If-Modified-Since: Sun, 01 Mar 2026 12:00:00 GMT", 304},
		{"ignored", "/whole", `If-Match: "x"`, 412}, {"ignored", "/whole", "If-None-Match: *", 304},
	} {
		if err := s.Switches().Replace(switches.Set{Quirks: switches.Quirks{Conditions: tt.quirk}}); err != nil {
			t.Fatal(err)
		}
		if w := signed(t, s, "HEAD "+tt.path, bucketHost, "", tt.header); w.Code != tt.status {
			t.Errorf("%q: %s with %s: %d, want %d", tt.quirk, tt.path, tt.header, w.Code, tt.status)
		}
	}
}

func TestWhoMayNotListLearnsNoKeys(t *testing.T) {
	s := openAt(t, testNow())
	if w := signed(t, s, "PUT /k?acl", bucketHost, "", "x-kss-acl: public-read"); w.Code != 404 || codeOf(w) != "NoSuchKey" {
		t.Errorf("the owner: %d %s", w.Code, w.Body)
	}
	putBody(t, s, "/k", "data", "x-kss-acl: public-read")
	if w := send(t, s, "GET /none", bucketHost); w.Code != 403 || codeOf(w) != "AccessDenied" {
		t.Errorf("everybody, a key that is not there: %d %s", w.Code, w.Body)
	}
	if w := send(t, s, "GET /k", bucketHost); w.Code != 200 || w.Body.String() != "data" {
		t.Errorf("everybody, a public object: %d %s", w.Code, w.Body)
	}
	// A link to a public object must not make it something else.
	w := send(t, s, "GET /k?response-content-type=text%2Fhtml", bucketHost)
	if w.Code != 400 || codeOf(w) != "InvalidRequest" {
		t.Errorf("everybody, with an override: %d %s", w.Code, w.Body)
	}
}
