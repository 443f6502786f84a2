package emulator

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"offcut/engine/ks3"
)

// overSocket serves s on a loopback port until the test ends.
func overSocket(t *testing.T, s *Server) (address string) {
	t.Helper()
	web := httptest.NewUnstartedServer(nil)
	web.Config = s.HTTPServer()
	web.Start()
	t.Cleanup(web.Close)
	return web.Listener.Addr().String()
}

// overPipes serves h within the bubble of a test, where time passes when everybody
// waits. A connection of it holds nothing: what one side writes, the other side reads.
func overPipes(t *testing.T, server *http.Server) (dial func() net.Conn) {
	t.Helper()
	l := &pipeListener{dialed: make(chan net.Conn), closed: make(chan struct{})}
	served := make(chan error)
	go func() { served <- server.Serve(l) }()
	t.Cleanup(func() {
		if err := server.Close(); err != nil {
			t.Error(err)
		}
		if err := <-served; !errors.Is(err, http.ErrServerClosed) {
			t.Error(err)
		}
	})
	return func() net.Conn {
		client, conn := net.Pipe()
		t.Cleanup(func() { _ = client.Close() })
		l.dialed <- conn
		return client
	}
}

// A pipeListener hands out what was dialed.
type pipeListener struct {
	dialed chan net.Conn
	closed chan struct{}
	once   sync.Once
}

func (l *pipeListener) Accept() (net.Conn, error) {
	select {
	case conn := <-l.dialed:
		return conn, nil
	case <-l.closed:
		return nil, net.ErrClosed
	}
}

func (l *pipeListener) Close() error {
	l.once.Do(func() { close(l.closed) })
	return nil
}

func (l *pipeListener) Addr() net.Addr { return &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1)} }

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

// exchange writes raw bytes and reads one answer to the method.
func exchange(t *testing.T, address, method, raw string) (*http.Response, string) {
	t.Helper()
	conn := connect(t, address)
	defer conn.Close() //nolint:errcheck // The answer has been read.
	write(t, conn, raw)
	return readAnswer(t, conn, method)
}

// rawRequest writes a request line with the path as it is, and signs it as it is.
func rawRequest(s *Server, method, path, query, host, extra string) string {
	date := ks3.FormatDate(s.now())
	resource := path
	if query != "" {
		resource += "?" + query
		query = "?" + query
	}
	if label, _, inHost := strings.Cut(host, ".localhost"); inHost {
		resource = "/" + label + resource
	}
	sum := ks3.SignV2(vectorSecret, method+"\n\n\n"+date+"\n"+resource)
	return fmt.Sprintf("%s %s%s HTTP/1.1\r\nHost: %s\r\nDate: %s\r\nAuthorization: KSS %s:%s\r\n%s\r\n",
		method, path, query, host, date, vectorKey, sum, extra)
}

// The HTTP library must not tidy a path up on its way.
func TestPathsSurviveTheSocket(t *testing.T) {
	s := openAt(t, testNow())
	address := overSocket(t, s)
	for _, tt := range []struct{ path, host, key string }{
		{"//a", bucketHost, "/a"},
		{"/a//b/", bucketHost, "a//b/"},
		{"/./..", bucketHost, "./.."},
		{"/../../etc/passwd", bucketHost, "../../etc/passwd"},
		{"/%2e%2E/%2f", bucketHost, "..//"},
		{"/a+b%20c%2Bd", bucketHost, "a+b c+d"},
		{"/a*(b)!'", bucketHost, "a*(b)!'"},
		{"/%E5%A4%9C", bucketHost, "夜"},
		{"/my-bucket//a", "127.0.0.1", "/a"},
		{"/my-bucket/../a", "127.0.0.1", "../a"},
		{"/my-bucket/a", "[::1]:9000", "a"},
	} {
		resp, body := exchange(t, address, "POST", rawRequest(s, "POST", tt.path, "uploads", tt.host, "Content-Length: 0\r\n"))
		if resp.StatusCode != http.StatusOK {
			t.Errorf("%s at %s: %d %s", tt.path, tt.host, resp.StatusCode, body)
			continue
		}
		found := false
		err := s.store.view(func(tb tables) (err error) {
			_, found, err = tb.upload("my-bucket", tt.key, between(body, "<UploadId>", "<"))
			return err
		})
		if err != nil || !found {
			t.Errorf("%s at %s is not the key %q (%v): %s", tt.path, tt.host, tt.key, err, body)
		}
		if resp.ContentLength != int64(len(body)) || resp.TransferEncoding != nil {
			t.Errorf("%s: Content-Length %d, %v", tt.path, resp.ContentLength, resp.TransferEncoding)
		}
	}
}

func TestAnswersWithoutABody(t *testing.T) {
	s := openAt(t, testNow())
	address := overSocket(t, s)
	for _, tt := range []struct {
		method, path, query string
		status              int
	}{
		{"HEAD", "/none", "", 404}, {"HEAD", "/", "", 200}, {"HEAD", "/none", "uploadId=x", 404},
		{"DELETE", "/dir/my%20video.mp4", "uploadId=" + vectorID, 204},
	} {
		resp, body := exchange(t, address, tt.method, rawRequest(s, tt.method, tt.path, tt.query, bucketHost, ""))
		if resp.StatusCode != tt.status || body != "" || tt.status == 204 && len(resp.Header["Content-Length"]) > 0 {
			t.Errorf("%s %s: %d %q %v", tt.method, tt.path, resp.StatusCode, body, resp.Header)
		}
		if resp.Header.Get("Server") != "Tengine" || len(resp.Header.Get("X-Kss-Request-Id")) != 32 || len(resp.Header["Date"]) != 1 {
			t.Errorf("%s %s: %v", tt.method, tt.path, resp.Header)
		}
	}
}

// A client that waits for "100 Continue" is told of a refusal before it sends
// gigabytes.
func TestRefusalBeforeTheBody(t *testing.T) {
	s := openAt(t, testNow())
	address := overSocket(t, s)
	raw := rawRequest(s, "PUT", "/k", "partNumber=1&uploadId=none", bucketHost, "Content-Length: 4000000000\r\nExpect: 100-continue\r\n")
	resp, body := exchange(t, address, "PUT", raw)
	if resp.StatusCode != http.StatusNotFound || !strings.Contains(body, "NoSuchUpload") {
		t.Errorf("%d %s", resp.StatusCode, body)
	}
	for length, status := range map[string]int{"Transfer-Encoding: chunked": 411, "Content-Length: 5368709121": 400} {
		raw := rawRequest(s, "PUT", "/dir/my%20video.mp4", "partNumber=1&uploadId="+vectorID, bucketHost, length+"\r\nExpect: 100-continue\r\n")
		if resp, body := exchange(t, address, "PUT", raw); resp.StatusCode != status {
			t.Errorf("%s: %d %s", length, resp.StatusCode, body)
		}
	}
}

// A part whose sender goes away half-way is not there, and leaves nothing.
func TestABrokenUploadLeavesNothing(t *testing.T) {
	s := openAt(t, testNow())
	logged := make(chan Access, 1)
	s.access = func(a Access) { logged <- a }
	address := overSocket(t, s)
	conn, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	raw := rawRequest(s, "PUT", "/dir/my%20video.mp4", "partNumber=1&uploadId="+vectorID, bucketHost, "Content-Length: 1000\r\n")
	if _, err := io.WriteString(conn, raw+"only this"); err != nil {
		t.Fatal(err)
	}
	if err := conn.Close(); err != nil {
		t.Fatal(err)
	}
	if a := <-logged; a.Action != "UploadPart" || a.Status != 400 || a.Err != nil {
		t.Errorf("%+v", a)
	}
	if n := countFiles(t, s); n != 0 {
		t.Errorf("%d files", n)
	}
}

// When an object's bytes can't be read the client must not take what came for
// the whole.
func TestABrokenDownloadIsNotWhole(t *testing.T) {
	s := openAt(t, testNow())
	id := initiate(t, s, "/k")
	full := strings.Repeat("x", minPartSize)
	completeParts(t, s, "/k", id, 1, putPart(t, s, "/k", id, 1, full), putPart(t, s, "/k", id, 2, full))
	o, err := decodeObject(objectRowOf(t, s, "k"))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(s.files.path(o.pieces[1].file)); err != nil {
		t.Fatal(err)
	}
	logged := make(chan Access, 1)
	s.access = func(a Access) { logged <- a }
	conn, err := net.Dial("tcp", overSocket(t, s))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close() //nolint:errcheck // The test is over.
	if _, err := io.WriteString(conn, rawRequest(s, "GET", "/k", "", bucketHost, "")); err != nil {
		t.Fatal(err)
	}
	resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close() //nolint:errcheck // It is read as far as it goes.
	if body, err := io.ReadAll(resp.Body); err == nil || len(body) > minPartSize {
		t.Errorf("%d bytes, %v", len(body), err)
	}
	if a := <-logged; a.Err == nil || a.Code != ks3.CodeInternalError {
		t.Errorf("%+v", a)
	}
}

func objectRowOf(t *testing.T, s *Server, key string) (row []byte) {
	t.Helper()
	err := s.store.view(func(tb tables) error {
		row = append(row, tb.objects.Get(objectKey("my-bucket", key))...)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return row
}
