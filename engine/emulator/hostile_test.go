package emulator

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"go.uber.org/goleak"
)

// Whatever a key looks like, nothing is made beside the state, and the object
// comes back under exactly that key.
func TestNoKeyLeavesTheDirectory(t *testing.T) {
	outer := t.TempDir()
	s, err := Open(Options{Dir: filepath.Join(outer, "in", "state"), Users: killUsers()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	if err := s.CreateBucket("my-bucket", ""); err != nil {
		t.Fatal(err)
	}
	address := overSocket(t, s)
	for sent, key := range map[string]string{
		"../../escaped":                    "../../escaped",
		"%2e%2e/%2e%2e/escaped":            "../../escaped",
		"..%2F..%2Fescaped":                "../../escaped",
		"%252e%252e%252fescaped":           "%2e%2e%2fescaped",
		"%2Fetc%2Fpasswd":                  "/etc/passwd",
		"a%00b":                            "a\x00b",
		"..%5C..%5Cescaped":                `..\..\escaped`,
		"state.db":                         "state.db",
		"../state.db":                      "../state.db",
		"parts/00/00000000000000000000000": "parts/00/00000000000000000000000",
		"tmp/":                             "tmp/",
		".":                                ".",
		"..":                               "..",
		"%c0%ae%c0%ae/":                    "\xc0\xae\xc0\xae/",
		"con:%0d%0a":                       "con:\r\n",
		strings.Repeat("../", 341) + "x":   strings.Repeat("../", 341) + "x",
		strings.Repeat("%2e", 1024):        strings.Repeat(".", 1024),
	} {
		raw := rawRequest(s, "PUT", "/"+sent, "", bucketHost, fmt.Sprintf("Content-Length: %d\r\n", len(sent)))
		if resp, body := exchange(t, address, "PUT", raw+sent); resp.StatusCode != http.StatusOK {
			t.Errorf("put %.40q: %d %s", sent, resp.StatusCode, body)
			continue
		}
		if row := objectRowOf(t, s, key); len(row) == 0 {
			t.Errorf("%.40q is not the key %.40q", sent, key)
		}
		resp, body := exchange(t, address, "GET", rawRequest(s, "GET", "/"+sent, "", bucketHost, ""))
		if resp.StatusCode != http.StatusOK || body != sent {
			t.Errorf("get %.40q: %d %.100q", sent, resp.StatusCode, body)
		}
	}
	for _, path := range []string{"/" + strings.Repeat("k", 1025), "/" + strings.Repeat("%2e", 1025)} {
		if resp, body := exchange(t, address, "PUT", rawRequest(s, "PUT", path, "", bucketHost, "Content-Length: 0\r\n")); resp.StatusCode != http.StatusBadRequest {
			t.Errorf("a key of 1,025 bytes: %d %s", resp.StatusCode, body)
		}
	}
	for _, bucket := range []string{"..", "%2e%2e", "..%2fx", "%2Fetc", "a%00b", `..%5cx`, "state.db", "a%0d%0aX-Evil:1"} {
		resp, body := exchange(t, address, "PUT", rawRequest(s, "PUT", "/"+bucket, "", "127.0.0.1", "Content-Length: 0\r\n"))
		if resp.StatusCode < 400 || resp.StatusCode >= 500 || resp.Header.Get("X-Evil") != "" {
			t.Errorf("bucket %s: %d %s", bucket, resp.StatusCode, body)
		}
	}
	checkState(t, s)
	checkOnly(t, outer, filepath.Join(outer, "in", "state"))
}

var partFile = regexp.MustCompile(`^(state\.db|parts/([0-9a-f]{2})/[0-9a-f]{32})$`)

// checkOnly wants the state's files below outer and no other.
func checkOnly(t *testing.T, outer, state string) {
	t.Helper()
	err := filepath.WalkDir(outer, func(path string, d os.DirEntry, err error) error {
		name, inside := strings.CutPrefix(path, state+"/")
		if err == nil && !d.IsDir() && (!inside || !partFile.MatchString(name)) {
			t.Errorf("there is a file %s", path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// No answer has a header that a client has smuggled in, whether into what the
// object keeps, what the query asks for, or what is told back.
func TestNoHeaderIsSmuggledIntoAnAnswer(t *testing.T) {
	s := openAt(t, testNow())
	address := overSocket(t, s)
	evil := "%0d%0aX-Evil:%201%0d%0a%0d%0aevil"
	if w := signed(t, s, "PUT /k", bucketHost, "data"); w.Code != http.StatusOK {
		t.Fatal(w.Code, w.Body)
	}
	requests := map[string]string{}
	for _, name := range overridable() {
		requests["response-"+name] = rawSigned(t, s, "GET /k?response-"+strings.ToLower(name)+"=x"+evil)
	}
	for name, raw := range map[string]string{
		"a key of Complete's Location": rawSigned(t, s, "POST /"+evil+"?uploads", "Content-Length: 0"),
		"a missing key":                rawSigned(t, s, "GET /"+evil),
		"a bucket's Location":          rawRequest(s, "PUT", "/"+evil, "", "127.0.0.1", "Content-Length: 0\r\n"),
		"a redirect":                   strings.Replace(rawSigned(t, s, "GET /"+evil), bucketHost, "my-bucket.ks3-cn-shanghai.ksyuncs.com", 1),
		"an upload id":                 rawSigned(t, s, "GET /k?uploadId="+evil),
		"an own Content-Type":          rawSigned(t, s, "PUT /t", "Content-Length: 0", "Content-Type: text/plain\rX-Evil: 1"),
		"own metadata":                 rawSigned(t, s, "PUT /t", "Content-Length: 0", "X-Kss-Meta-A: b\rX-Evil: 1"),
		"a folded header":              rawSigned(t, s, "PUT /t", "Content-Length: 0", "X-Kss-Meta-A: b\r\n\tX-Evil: 1"),
		"a zero byte":                  rawSigned(t, s, "PUT /t", "Content-Length: 0", "X-Kss-Meta-A: b\x00X-Evil: 1"),
		"an own redirect":              rawSigned(t, s, "PUT /t", "Content-Length: 0", "X-Kss-Website-Redirect-Location: /a\rX-Evil: 1"),
		"a name with a space":          rawSigned(t, s, "PUT /t", "Content-Length: 0", "X-Kss-Meta-A : 1"),
		"a host":                       strings.Replace(rawSigned(t, s, "GET /"), "Host: ", "Host: x\rX-Evil: 1", 1),
	} {
		requests[name] = raw
	}
	for name, raw := range requests {
		method, _, _ := strings.Cut(raw, " ")
		resp, body := exchange(t, address, method, raw)
		if resp.Header.Get("X-Evil") != "" || body == "evil" || resp.StatusCode >= 500 {
			t.Errorf("%s: %d %v %q", name, resp.StatusCode, resp.Header, body)
		}
	}
	// What such a request stored, if anything, is read back just as safely.
	resp, body := exchange(t, address, "GET", rawSigned(t, s, "GET /t"))
	if resp.Header.Get("X-Evil") != "" || strings.Contains(fmt.Sprint(resp.Header), "\x00") || resp.StatusCode >= 500 {
		t.Errorf("%d %v %q", resp.StatusCode, resp.Header, body)
	}
}

// Heads that are too large, and lengths that contradict one another, are refused
// before anything is done, and in bounded time.
func TestHeadsThatAreRefused(t *testing.T) {
	s := openAt(t, testNow())
	address := overSocket(t, s)
	many := func(format string, n int) (headers []string) {
		for i := range n {
			headers = append(headers, fmt.Sprintf(format, i))
		}
		return headers
	}
	for name, tt := range map[string]struct {
		raw    string
		status int
	}{
		"one long header":           {rawSigned(t, s, "GET /", "X-Long: "+strings.Repeat("x", 80<<10)), 431},
		"many headers":              {rawSigned(t, s, "GET /", many("X-%d: y", 10_000)...), 431},
		"a long URL":                {rawSigned(t, s, "GET /"+strings.Repeat("x", 80<<10)), 431},
		"a long query":              {rawSigned(t, s, "GET /?prefix="+strings.Repeat("x", 80<<10)), 431},
		"a query of many":           {"GET /?" + strings.Repeat("&a", 30_000) + " HTTP/1.1\r\nHost: " + bucketHost + "\r\n\r\n", 400},
		"a query of 9,000":          {rawSigned(t, s, "GET /?"+strings.Repeat("&a", 9_000)), 200},
		"100,000 parameters":        {"GET /?" + strings.Repeat("&a", 100_000) + " HTTP/1.1\r\nHost: " + bucketHost + "\r\n\r\n", 431},
		"much metadata":             {rawSigned(t, s, "PUT /k", append(many("X-Kss-Meta-%d: "+strings.Repeat("y", 90), 100), "Content-Length: 0")...), 400},
		"tags of 60 KB":             {rawSigned(t, s, "PUT /k", "X-Kss-Tagging: "+strings.Repeat("a=b&", 15_000), "Content-Length: 0"), 400},
		"grants of 60 KB":           {rawSigned(t, s, "PUT /k", "X-Kss-Grant-Read: "+strings.Repeat(`id="1",`, 8_500), "Content-Length: 0"), 400},
		"ranges of 60 KB":           {rawSigned(t, s, "GET /none", "Range: bytes="+strings.Repeat("0-0,", 15_000)), 404},
		"ETags of 60 KB":            {rawSigned(t, s, "GET /none", "If-None-Match: "+strings.Repeat(`"a",`, 15_000)), 404},
		"a negative length":         {rawSigned(t, s, "PUT /k", "Content-Length: -1"), 400},
		"a length with a sign":      {rawSigned(t, s, "PUT /k", "Content-Length: +1") + "x", 400},
		"two lengths":               {rawSigned(t, s, "PUT /k", "Content-Length: 1", "Content-Length: 2") + "xx", 400},
		"a list of lengths":         {rawSigned(t, s, "PUT /k", "Content-Length: 1, 2") + "xx", 400},
		"a length beyond all":       {rawSigned(t, s, "PUT /k", "Content-Length: 99999999999999999999"), 400},
		"an endless object":         {rawSigned(t, s, "PUT /k", "Content-Length: 9223372036854775807", "Expect: 100-continue"), 400},
		"an endless document":       {rawSigned(t, s, "PUT /?policy", "Content-Length: 9223372036854775807") + strings.Repeat("[", 30<<10), 400},
		"a length and chunks":       {rawSigned(t, s, "PUT /k", "Content-Length: 1", "Transfer-Encoding: chunked") + "1\r\nx\r\n0\r\n\r\n", 411},
		"chunks without a length":   {rawSigned(t, s, "PUT /k", "Transfer-Encoding: chunked") + "1\r\nx\r\n0\r\n\r\n", 411},
		"an unknown coding":         {rawSigned(t, s, "PUT /k", "Transfer-Encoding: gzip"), 501},
		"two codings":               {rawSigned(t, s, "PUT /k", "Transfer-Encoding: gzip, chunked") + "0\r\n\r\n", 501},
		"a hidden coding":           {rawSigned(t, s, "PUT /k", "Transfer-Encoding: \x0bchunked", "Content-Length: 5") + "0\r\n\r\n", 400},
		"a chunk beyond all":        {rawSigned(t, s, "PUT /?policy", "Transfer-Encoding: chunked") + "fffffffffffffffff\r\nx", 400},
		"an expectation of another": {rawSigned(t, s, "PUT /k", "Expect: 200-ok", "Content-Length: 0"), 417},
	} {
		method, _, _ := strings.Cut(tt.raw, " ")
		var resp *http.Response
		var body string
		cost(t, name, func() { resp, body = exchange(t, address, method, tt.raw) })
		if resp.StatusCode != tt.status {
			t.Errorf("%s: %d, want %d: %.300s", name, resp.StatusCode, tt.status, body)
		}
		if w := signed(t, s, "HEAD /k", bucketHost, ""); w.Code != http.StatusNotFound {
			t.Fatalf("%s has made an object", name)
		}
	}
	// A bare server takes the same handler with larger heads.
	long := "X-Kss-Tagging: " + strings.Repeat("a=b&", 1<<18)
	cost(t, "tags of 1 MiB", func() {
		if w := signed(t, s, "PUT /k", bucketHost, "", long); w.Code != http.StatusBadRequest {
			t.Error(w.Code, w.Body)
		}
	})
	cost(t, "grants of 1 MiB", func() {
		if w := signed(t, s, "PUT /k", bucketHost, "", "X-Kss-Grant-Read: "+strings.Repeat(`id="1",`, 1<<17)); w.Code != http.StatusBadRequest {
			t.Error(w.Code, w.Body)
		}
	})
	cost(t, "100,000 parameters", func() {
		w := send(t, s, "GET /?"+strings.Repeat("&a", 100_000), bucketHost)
		if w.Code != http.StatusBadRequest {
			t.Error(w.Code, w.Body)
		}
	})
}

// Ten thousand parts become an object, and nothing of the other lists does.
func TestTenThousandPartsAreCompleted(t *testing.T) {
	s := openAt(t, testNow())
	id := initiate(t, s, "/k")
	etags := manyParts(t, s, id)
	refused := func(name, body string) {
		cost(t, name, func() {
			if w := signed(t, s, "POST /k?uploadId="+id, bucketHost, body); w.Code != http.StatusBadRequest {
				t.Errorf("%s: %d %.300s", name, w.Code, w.Body)
			}
		})
	}
	one, two := completeBody(1, etags[0]), completeBody(2, etags[1])
	first, second := between(one, "<Part>", "</Part>"), between(two, "<Part>", "</Part>")
	whole := completeBody(1, etags...)
	refused("the wrong order", strings.Replace(strings.Replace(strings.Replace(whole, first, "?", 1), second, first, 1), "?", second, 1))
	refused("a part twice", strings.Replace(whole, second, first, 1))
	refused("10,001 parts", completeBody(1, append(etags[:maxPartNumber:maxPartNumber], etags[0])...))
	cost(t, "10,000 parts", func() {
		w := signed(t, s, "POST /k?uploadId="+id, bucketHost, whole)
		if want := "-" + strconv.Itoa(maxPartNumber); w.Code != http.StatusOK || !strings.Contains(w.Body.String(), want) {
			t.Errorf("%d %.300s", w.Code, w.Body)
		}
	})
	w := signed(t, s, "HEAD /k", bucketHost, "")
	if want := strconv.Itoa(maxPartNumber * minPartSize); w.Header().Get("Content-Length") != want {
		t.Errorf("%d %v, want %s bytes", w.Code, w.Header(), want)
	}
	if w := signed(t, s, "DELETE /k", bucketHost, ""); w.Code != http.StatusNoContent {
		t.Error(w.Code, w.Body)
	}
	checkState(t, s)
}

// manyParts gives an upload of the key "k" as many parts as it may have: their
// metadata, which is all that Complete looks at.
func manyParts(t *testing.T, s *Server, id string) (etags []string) {
	t.Helper()
	err := s.store.change(func(tb tables) error {
		u, err := tb.mustHave("my-bucket", "k", id)
		if err != nil {
			return err
		}
		etags = nil
		for n := range maxPartNumber {
			p := part{number: n + 1, size: minPartSize, file: newFileID(), etag: [16]byte{byte(n), byte(n >> 8)}}
			if err := errors.Join(tb.files.Put(p.file[:], []byte{recordVersion}), tb.parts.Put(partKey(u.serial, p.number), p.encode())); err != nil {
				return err
			}
			etags = append(etags, quote(p.tag(id)))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return etags
}

// When everything is closed, no goroutine is left, whatever the clients were doing.
func TestClosedServersLeaveNoGoroutine(t *testing.T) {
	none := goleak.IgnoreCurrent()
	s, err := Open(Options{Users: killUsers()})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.CreateBucket("my-bucket", ""); err != nil {
		t.Fatal(err)
	}
	web := httptest.NewUnstartedServer(nil)
	web.Config = s.HTTPServer()
	web.Start()
	address := web.Listener.Addr().String()
	if w := signed(t, s, "PUT /large", bucketHost, strings.Repeat("x", 16<<20)); w.Code != http.StatusOK {
		t.Fatal(w.Code, w.Body)
	}
	for _, raw := range []string{
		"", "GET / HT", rawSigned(t, s, "GET /large"), rawSigned(t, s, "GET /?uploads"),
		rawSigned(t, s, "PUT /k", "Content-Length: 1000") + "half", rawSigned(t, s, "PUT /k", "Content-Length: 9", "Expect: 100-continue"),
	} {
		write(t, connect(t, address), raw)
	}
	conn := connect(t, address)
	write(t, conn, rawSigned(t, s, "GET /large"))
	if _, err := io.CopyN(io.Discard, conn, 1000); err != nil {
		t.Fatal(err)
	}
	web.CloseClientConnections()
	web.Close()
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	goleak.VerifyNone(t, none)
}
