package emulator

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"offcut/engine/ks3"
)

// The server's patience in these tests: short where nothing comes, and long
// against what a busy machine may hold up where something does.
const (
	hurry = 100 * time.Millisecond
	ease  = 600 * time.Millisecond
)

// connect opens a connection that fails the test rather than hang for ever.
func connect(t *testing.T, address string) *net.TCPConn {
	t.Helper()
	conn, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	if err := conn.SetDeadline(time.Now().Add(30 * time.Second)); err != nil {
		t.Fatal(err)
	}
	return conn.(*net.TCPConn)
}

func write(t *testing.T, conn net.Conn, raw string) {
	t.Helper()
	if _, err := io.WriteString(conn, raw); err != nil {
		t.Fatal(err)
	}
}

// readAnswer reads one answer and what comes of its body.
func readAnswer(t *testing.T, conn net.Conn, method string) (*http.Response, string) {
	t.Helper()
	resp, err := http.ReadResponse(bufio.NewReader(conn), &http.Request{Method: method})
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close() //nolint:errcheck // It is read to its end here.
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp, string(body)
}

// impatient serves s with little patience, and notes what is logged.
func impatient(t *testing.T, s *Server, wait time.Duration) (address string, logged chan Access) {
	t.Helper()
	s.patience = patience{body: wait, answer: 3 * wait}
	logged = make(chan Access, 100)
	s.access = func(a Access) { logged <- a }
	return overSocket(t, s), logged
}

// Every operation that takes a body gives up when nothing more of it comes, and
// keeps nothing of what came; a request that is refused unread does so, too.
func TestABodyThatStopsIsGivenUp(t *testing.T) {
	t.Parallel()
	s := openAt(t, testNow())
	address, logged := impatient(t, s, hurry)
	part := "PUT /dir/my%20video.mp4?partNumber=1&uploadId=" + vectorID
	const sum = "Content-MD5: AAAAAAAAAAAAAAAAAAAAAA=="
	for _, tt := range []struct {
		line, body string
		header     []string
	}{
		{part, strings.Repeat("x", 999), nil},
		{part, "", []string{"Expect: 100-continue"}},
		{"PUT /k", "", nil},
		{"PUT /k", "3e8\r\nhal", []string{"X-Kss-Content-Sha256: " + ks3.StreamingUnsignedTrailer, "X-Kss-Decoded-Content-Length: 900"}},
		{"POST /dir/my%20video.mp4?uploadId=" + vectorID, "<CompleteMultipartUpload>", nil},
		{"POST /?delete", "<Delete>", []string{sum}},
		{"PUT /?acl", "<AccessControlPolicy>", nil},
		{"PUT /?lifecycle", "<LifecycleConfiguration>", []string{sum}},
		{"PUT /?policy", "{", nil},
		{"DELETE /k", "", nil},
	} {
		name := fmt.Sprint(tt.line, tt.header)
		conn := connect(t, address)
		write(t, conn, rawSigned(t, s, tt.line, append(tt.header, "Content-Length: 1000")...)+tt.body)
		answer := bufio.NewReader(conn)
		resp, err := http.ReadResponse(answer, nil)
		if err == nil && resp.StatusCode == http.StatusContinue {
			resp, err = http.ReadResponse(answer, nil)
		}
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		body, err := io.ReadAll(resp.Body)
		if err != nil || resp.StatusCode != http.StatusBadRequest || !strings.Contains(string(body), "<Code>RequestTimeout</Code>") || !resp.Close {
			t.Errorf("%s: %d %s, closes %v, %v", name, resp.StatusCode, body, resp.Close, err)
		}
		if a := <-logged; a.Code != codeRequestTimeout || a.Err != nil {
			t.Errorf("%s: %+v", name, a)
		}
		if n := countFiles(t, s); n != 0 {
			t.Fatalf("%s: %d files", name, n)
		}
	}
	conn := connect(t, address)
	write(t, conn, "PUT /my-bucket/k HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\nx")
	if resp, body := readAnswer(t, conn, "PUT"); resp.StatusCode != http.StatusForbidden || !resp.Close {
		t.Errorf("a refused body that stops: %d %s", resp.StatusCode, body)
	}
}

// What comes slowly, but comes, is taken, however long it takes in all; and the
// deadlines of one request are not the next one's.
func TestASlowBodyIsTaken(t *testing.T) {
	t.Parallel()
	s := openAt(t, testNow())
	address, _ := impatient(t, s, ease)
	conn := connect(t, address)
	for range 2 {
		begun := time.Now()
		write(t, conn, rawRequest(s, "PUT", "/k", "", bucketHost, "Content-Length: 12\r\n"))
		for range 12 {
			pause(ease / 8)
			write(t, conn, "x")
		}
		if resp, body := readAnswer(t, conn, "PUT"); resp.StatusCode != http.StatusOK || time.Since(begun) < ease {
			t.Fatalf("%d %s after %s", resp.StatusCode, body, time.Since(begun))
		}
		pause(ease * 3 / 2)
	}
}

// pause passes real time: what is tested is that it passes.
func pause(d time.Duration) { <-time.After(d) }

// A client that sends its headers byte by byte is cut when their time is over,
// and keeps nobody else from being served.
func TestDrippedHeadersAreCut(t *testing.T) {
	t.Parallel()
	s := openAt(t, testNow())
	web := httptest.NewUnstartedServer(nil)
	web.Config = s.HTTPServer()
	if web.Config.ReadHeaderTimeout != headerPatience {
		t.Fatalf("headers may take %s", web.Config.ReadHeaderTimeout)
	}
	web.Config.ReadHeaderTimeout = 3 * hurry
	web.Start()
	t.Cleanup(web.Close)
	address := web.Listener.Addr().String()
	var slow []*net.TCPConn
	for range 50 {
		conn := connect(t, address)
		write(t, conn, "GET / HTTP/1.1\r\nX-Slow: ")
		slow = append(slow, conn)
	}
	cut := make(chan error, len(slow))
	for _, conn := range slow {
		go func() {
			for {
				if _, err := io.WriteString(conn, "x"); err != nil {
					cut <- nil
					return
				}
				pause(hurry / 5)
			}
		}()
		go func() { _, _ = io.Copy(io.Discard, conn) }()
	}
	if resp, body := exchange(t, address, "GET", rawRequest(s, "GET", "/", "uploads", bucketHost, "")); resp.StatusCode != http.StatusOK {
		t.Errorf("meanwhile: %d %s", resp.StatusCode, body)
	}
	for range slow {
		if err := <-cut; err != nil {
			t.Error(err)
		}
	}
}

// A client that asks for an object and never reads it keeps neither its files
// nor the database.
func TestAReaderThatNeverReadsIsCut(t *testing.T) {
	t.Parallel()
	s := openAt(t, testNow())
	putLarge(t, s, 64<<20) // more than the kernel holds for two sockets
	address, logged := impatient(t, s, hurry)
	const readers = 3
	for range readers {
		conn := connect(t, address)
		if err := conn.SetReadBuffer(4 << 10); err != nil {
			t.Fatal(err)
		}
		write(t, conn, rawRequest(s, "GET", "/large", "", bucketHost, ""))
	}
	if resp, body := exchange(t, address, "DELETE", rawRequest(s, "DELETE", "/large", "", bucketHost, "")); resp.StatusCode != http.StatusNoContent {
		t.Errorf("meanwhile: %d %s", resp.StatusCode, body)
	}
	for range readers + 1 {
		if a := <-logged; a.Action == "GetObject" && a.Status == 200 && a.Err == nil {
			t.Errorf("%+v", a)
		}
	}
	if n := countFiles(t, s); n != 0 {
		t.Errorf("%d files", n)
	}
}

// A reader that is slow, but reads, gets all.
func TestASlowReaderGetsAll(t *testing.T) {
	t.Parallel()
	s := openAt(t, testNow())
	const size = 16 << 20
	putLarge(t, s, size)
	address, _ := impatient(t, s, ease)
	conn := connect(t, address)
	write(t, conn, rawRequest(s, "GET", "/large", "", bucketHost, "Connection: close\r\n"))
	begun, total := time.Now(), int64(0)
	for {
		n, err := io.CopyN(io.Discard, conn, size/16)
		if total += n; err != nil {
			break
		}
		pause(ease / 4)
	}
	if total < size || time.Since(begun) < 3*ease {
		t.Errorf("%d bytes in %s", total, time.Since(begun))
	}
}

func putLarge(t *testing.T, s *Server, size int) {
	t.Helper()
	if w := signed(t, s, "PUT /large", bucketHost, strings.Repeat("x", size)); w.Code != http.StatusOK {
		t.Fatal(w.Code, w.Body)
	}
}

// The admin port gives up likewise.
func TestTheAdminPortGivesUpABodyThatStops(t *testing.T) {
	t.Parallel()
	s := openAt(t, testNow())
	s.patience.body = hurry
	web := httptest.NewServer(s.Admin())
	t.Cleanup(web.Close)
	for _, line := range []string{"POST /-/age", "PUT /-/switches", "PATCH /-/switches"} {
		conn := connect(t, web.Listener.Addr().String())
		write(t, conn, line+" HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\n{")
		method, _, _ := strings.Cut(line, " ")
		if resp, body := readAnswer(t, conn, method); resp.StatusCode != http.StatusBadRequest || !strings.Contains(body, codeRequestTimeout) {
			t.Errorf("%s: %d %s", line, resp.StatusCode, body)
		}
	}
}
