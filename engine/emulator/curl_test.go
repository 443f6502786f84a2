package emulator

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"offcut/engine/ks3"
)

// A curl sends what curl would send: lines over a socket, each header as it is
// written here.
type curl struct {
	*testing.T
	s       *Server
	address string
	log     *[]Access
}

func newCurl(t *testing.T, s *Server) curl {
	log := []Access{}
	s.access = func(a Access) { log = append(log, a) }
	return curl{t, s, overSocket(t, s), &log}
}

// ask sends a request to the bucket of the tests, signed by u (not at all
// without a key) under Date, where the headers have none of their own.
func (w curl) askAs(u User, line, body string, headers ...string) (*http.Response, string) {
	w.Helper()
	method, target, _ := strings.Cut(line, " ")
	return exchange(w.T, w.address, method, w.text(u, line, target, body, headers))
}

func (w curl) ask(line, body string, headers ...string) (*http.Response, string) {
	w.Helper()
	return w.askAs(w.s.byKey[vectorKey], line, body, headers...)
}

func (w curl) text(u User, line, target, body string, headers []string) string {
	w.Helper()
	headers = slices.Clone(headers)
	path, query, _ := strings.Cut(target, "?")
	values, err := url.ParseQuery(query)
	if err != nil {
		w.Fatal(err)
	}
	h := http.Header{}
	for _, l := range headers {
		name, value, _ := strings.Cut(l, ":")
		h.Add(name, strings.Trim(value, " "))
	}
	if h.Get("Date") == "" && h.Get("X-Kss-Date") == "" {
		headers = append(headers, "Date: "+ks3.FormatDate(w.s.now()))
	}
	date := strings.TrimPrefix(headers[slices.IndexFunc(headers, func(l string) bool { return strings.Contains(strings.ToLower(l), "date: ") })], "Date: ")
	if h.Get("X-Kss-Date") != "" {
		date = ""
	}
	if u.AccessKeyID != "" {
		resource := ks3.ResourceV2("my-bucket", true, path, values)
		method, _, _ := strings.Cut(line, " ")
		sum := ks3.SignV2(u.SecretAccessKey, ks3.StringToSignV2(ks3.Native, method, h, date, resource))
		headers = append(headers, "Authorization: KSS "+u.AccessKeyID+":"+sum)
	}
	if h.Get("Content-Length") == "" && (strings.HasPrefix(line, "PUT") || body != "" && h.Get("Transfer-Encoding") == "") {
		headers = append(headers, fmt.Sprint("Content-Length: ", len(body)))
	}
	return line + " HTTP/1.1\r\nHost: " + bucketHost + "\r\n" + strings.Join(headers, "\r\n") + "\r\n\r\n" + body
}

// initiates expects a 200 and gives the upload's id.
func (w curl) initiates(path string, headers ...string) string {
	w.Helper()
	resp, body := w.ask("POST "+path+"?uploads", "", headers...)
	if resp.StatusCode != http.StatusOK {
		w.Fatalf("initiate with %q: %d %s", headers, resp.StatusCode, body)
	}
	return between(body, "<UploadId>", "<")
}

// refuses expects an error.
func (w curl) refuses(status int, code string, headers ...string) {
	w.Helper()
	resp, body := w.ask("POST /k?uploads", "", headers...)
	if resp.StatusCode != status || between(body, "<Code>", "<") != code {
		w.Errorf("%q: %d %s, want %d %s", headers, resp.StatusCode, body, status, code)
	}
}

// completes uploads one part and completes; part headers go with both.
func (w curl) completes(path, id string, headers ...string) {
	w.Helper()
	resp, body := w.ask("PUT "+path+"?partNumber=1&uploadId="+id, "data", headers...)
	if resp.StatusCode != http.StatusOK {
		w.Fatalf("put a part: %d %s", resp.StatusCode, body)
	}
	resp, body = w.ask("POST "+path+"?uploadId="+id, completeBody(1, resp.Header.Get("ETag")), headers...)
	if resp.StatusCode != http.StatusOK {
		w.Fatalf("complete: %d %s", resp.StatusCode, body)
	}
}

// shows expects headers of GET and HEAD, each a "Name: value"; a line without a
// value is a header that must not be there.
func (w curl) shows(path string, want ...string) {
	w.Helper()
	for _, method := range [...]string{"GET", "HEAD"} {
		resp, body := w.ask(method+" "+path, "")
		if resp.StatusCode != http.StatusOK || method == "GET" && body != "data" {
			w.Fatalf("%s %s: %d %s", method, path, resp.StatusCode, body)
		}
		for _, line := range want {
			name, value, there := strings.Cut(line, ": ")
			if got := resp.Header.Values(name); there != (len(got) == 1) || there && got[0] != value {
				w.Errorf("%s answers %s: %q, want %q", method, name, got, value)
			}
		}
	}
}

// uploads is a whole upload with the headers, and what GET and HEAD show then.
func (w curl) uploads(path string, headers []string, want ...string) {
	w.Helper()
	w.completes(path, w.initiates(path, headers...))
	w.shows(path, want...)
}
