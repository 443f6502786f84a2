package emulator

import (
	"bufio"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"offcut/engine/ks3"
)

// hurry is little patience, and ease is long against what a busy machine may hold up,
// for the tests that need the kernel's buffers and so the time of the real clock. The
// others run in a bubble, with the patience of the real server.
const (
	hurry = 100 * time.Millisecond
	ease  = 600 * time.Millisecond
)

// impatient serves s with little patience, and notes what is logged.
func impatient(t *testing.T, s *Server, wait time.Duration) (address string, logged chan Access) {
	t.Helper()
	s.patience = patience{body: wait, answer: 3 * wait}
	return overSocket(t, s), noteAccess(s)
}

func noteAccess(s *Server) (logged chan Access) {
	logged = make(chan Access, 100)
	s.access = func(a Access) { logged <- a }
	return logged
}

// Every operation that takes a body gives up when nothing more of it comes, and
// keeps nothing of what came; a request that is refused unread does so, too.
func TestABodyThatStopsIsGivenUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := openAt(t, testNow())
		logged, dial := noteAccess(s), overPipes(t, s.HTTPServer())
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
			conn, begun := dial(), time.Now()
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
			if took := time.Since(begun); took != s.patience.body {
				t.Errorf("%s: given up after %s", name, took)
			}
			if a := <-logged; a.Code != codeRequestTimeout || a.Err != nil {
				t.Errorf("%s: %+v", name, a)
			}
			if n := countFiles(t, s); n != 0 {
				t.Fatalf("%s: %d files", name, n)
			}
		}
		conn := dial()
		write(t, conn, "PUT /my-bucket/k HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\nx")
		if resp, body := readAnswer(t, conn, "PUT"); resp.StatusCode != http.StatusForbidden || !resp.Close {
			t.Errorf("a refused body that stops: %d %s", resp.StatusCode, body)
		}
	})
}

// What comes slowly, but comes, is taken, however long it takes in all; and the
// deadlines of one request are not the next one's.
func TestASlowBodyIsTaken(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := openAt(t, testNow())
		server := s.HTTPServer()
		server.IdleTimeout = 2 * s.patience.answer // it is not what cuts here
		conn := overPipes(t, server)()
		for range 2 {
			write(t, conn, rawRequest(s, "PUT", "/k", "", bucketHost, "Content-Length: 100\r\n"))
			for range 100 {
				time.Sleep(s.patience.body - time.Millisecond)
				write(t, conn, "x")
			}
			if resp, body := readAnswer(t, conn, "PUT"); resp.StatusCode != http.StatusOK {
				t.Fatalf("%d %s", resp.StatusCode, body)
			}
			time.Sleep(s.patience.answer + time.Second)
		}
	})
}

// A client that sends its headers byte by byte is cut when their time is over,
// and keeps nobody else from being served.
func TestDrippedHeadersAreCut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := openAt(t, testNow())
		dial, begun := overPipes(t, s.HTTPServer()), time.Now()
		cut := make(chan time.Duration)
		const clients = 50
		for range clients {
			conn := dial()
			write(t, conn, "GET / HTTP/1.1\r\nX-Slow: ")
			go func() { _, _ = io.Copy(io.Discard, conn) }()
			go func() {
				for {
					if _, err := io.WriteString(conn, "x"); err != nil {
						cut <- time.Since(begun)
						return
					}
					time.Sleep(time.Second)
				}
			}()
		}
		time.Sleep(headerPatience / 2)
		conn := dial()
		write(t, conn, rawRequest(s, "GET", "/", "uploads", bucketHost, ""))
		if resp, body := readAnswer(t, conn, "GET"); resp.StatusCode != http.StatusOK {
			t.Errorf("meanwhile: %d %s", resp.StatusCode, body)
		}
		for range clients {
			if after := <-cut; after < headerPatience || after > headerPatience+2*time.Second {
				t.Errorf("cut after %s", after)
			}
		}
	})
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
		<-time.After(ease / 4) // real time: what is tested is that it passes
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
	synctest.Test(t, func(t *testing.T) {
		s := openAt(t, testNow())
		dial := overPipes(t, &http.Server{Handler: s.Admin(), ReadHeaderTimeout: headerPatience})
		for _, line := range []string{"POST /-/age", "PUT /-/switches", "PATCH /-/switches"} {
			conn, begun := dial(), time.Now()
			write(t, conn, line+" HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\n{")
			method, _, _ := strings.Cut(line, " ")
			if resp, body := readAnswer(t, conn, method); resp.StatusCode != http.StatusBadRequest || !strings.Contains(body, codeRequestTimeout) {
				t.Errorf("%s: %d %s", line, resp.StatusCode, body)
			}
			if took := time.Since(begun); took != s.patience.body {
				t.Errorf("%s: given up after %s", line, took)
			}
		}
	})
}
