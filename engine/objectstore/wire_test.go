package objectstore_test

import (
	"bufio"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"offcut/engine"
)

// rawServer answers every connection's requests with 204 and hands out the first
// line of each, byte for byte as it was sent.
func rawServer(t *testing.T) (url string, lines <-chan string) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	first := make(chan string, 100)
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go func() {
				defer func() { _ = conn.Close() }()
				r := bufio.NewReader(conn)
				for {
					line, err := r.ReadString('\n')
					if err != nil {
						return
					}
					first <- strings.TrimSpace(line)
					for line != "\r\n" {
						if line, err = r.ReadString('\n'); err != nil {
							return
						}
					}
					if _, err := conn.Write([]byte("HTTP/1.1 204 No Content\r\n\r\n")); err != nil {
						return
					}
				}
			}()
		}
	}()
	return "http://" + listener.Addr().String(), first
}

func TestKeyBytesOnTheWire(t *testing.T) {
	url, lines := rawServer(t)
	tests := []struct{ key, ks3, s3 string }{
		{"a.txt", "/b/a.txt", "/b/a.txt"},
		{"a b", "/b/a%20b", "/b/a%20b"},
		{"a+b", "/b/a%2Bb", "/b/a%2Bb"},
		{"100%", "/b/100%25", "/b/100%25"},
		{"a%2Fb", "/b/a%252Fb", "/b/a%252Fb"},
		{"a//b", "/b/a/%2Fb", "/b/a//b"},
		{"/a", "/b/%2Fa", "/b//a"},
		{"a/", "/b/a/", "/b/a/"},
		{"中文", "/b/%E4%B8%AD%E6%96%87", "/b/%E4%B8%AD%E6%96%87"},
		{"a\nb", "/b/a%0Ab", "/b/a%0Ab"},
		{"\x1b[31m", "/b/%1B%5B31m", "/b/%1B%5B31m"},
		{"a/./b/../c", "/b/a/./b/../c", "/b/a/./b/../c"},
		{"..", "/b/..", "/b/.."},
		{"a?b#c&d=e", "/b/a%3Fb%23c%26d%3De", "/b/a%3Fb%23c%26d%3De"},
		{"a;b:c@d!$'()*,[]", "/b/a%3Bb%3Ac%40d%21%24%27%28%29%2A%2C%5B%5D", "/b/a%3Bb%3Ac%40d%21%24%27%28%29%2A%2C%5B%5D"},
		{"~-._", "/b/~-._", "/b/~-._"},
		{"\xff", "/b/%FF", "/b/%FF"},
	}
	native, aws := open(t, url), open(t, url, as("s3", ""))
	for _, tt := range tests {
		ref := engine.Ref{Bucket: "b", Key: tt.key, ID: "u/+ 1"}
		for _, client := range []struct {
			store engine.Store
			want  string
		}{{native, tt.ks3}, {aws, tt.s3}} {
			// A 204 is no list of parts; what was sent is looked at here.
			if _, err := client.store.ListParts(t.Context(), ref); err == nil {
				t.Errorf("%q: an empty answer passed for a list of parts", tt.key)
			}
			want := "GET " + client.want + "?max-parts=1000&uploadId=u%2F%2B%201 HTTP/1.1"
			if strings.ContainsAny(tt.key, "\n\x1b") || !utf8.ValidString(tt.key) { // what XML cannot carry is asked for encoded
				want = strings.Replace(want, "?", "?encoding-type=url&", 1)
			}
			if got := <-lines; got != want {
				t.Errorf("%q:\n got %s\nwant %s", tt.key, got, want)
			}
		}
	}
}

func TestAbortOnTheWire(t *testing.T) {
	url, lines := rawServer(t)
	receipt, err := open(t, url).Abort(t.Context(), engine.Ref{Bucket: "b", Key: "dir/my video.mp4", ID: "u1"}, time.Now().Add(time.Minute))
	if err != nil || receipt.Status != http.StatusNoContent {
		t.Fatalf("got %+v, %v", receipt, err)
	}
	if got, want := <-lines, "DELETE /b/dir/my%20video.mp4?uploadId=u1 HTTP/1.1"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// What must never be sent is not sent, and said.
func TestPromise1_NothingIsSentWithoutAWholeAddress(t *testing.T) {
	url, lines := rawServer(t)
	c := open(t, url)
	for name, ref := range map[string]engine.Ref{
		"no bucket":       {Key: "k", ID: "u"},
		"no key":          {Bucket: "b", ID: "u"},
		"no id":           {Bucket: "b", Key: "k"},
		"dot":             {Bucket: "b", Key: "a/./b", ID: "u"},
		"dot dot":         {Bucket: "b", Key: "..", ID: "u"},
		"dot dot at end":  {Bucket: "b", Key: "a/..", ID: "u"},
		"slash in bucket": {Bucket: "b/c", Key: "k", ID: "u"},
		"dots as bucket":  {Bucket: "..", Key: "k", ID: "u"},
	} {
		if _, err := c.Abort(t.Context(), ref, time.Now().Add(time.Minute)); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	if c.Requests() != 0 || len(lines) != 0 {
		t.Errorf("%d requests were sent", c.Requests())
	}
}
