package objectstore_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"offcut/engine/objectstore"
	"offcut/rules"
)

// A script is a server that answers the same call with one answer after the
// other; the last one stays. It remembers what it was asked.
type script struct {
	*httptest.Server

	mu       sync.Mutex
	answers  []http.HandlerFunc
	requests []*http.Request
}

// serve starts a script.
func serve(t *testing.T, answers ...http.HandlerFunc) *script {
	t.Helper()
	s := &script{answers: answers}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		answer := s.answers[min(len(s.requests), len(s.answers)-1)]
		s.requests = append(s.requests, r.Clone(r.Context()))
		s.mu.Unlock()
		answer(w, r)
	}))
	t.Cleanup(s.Close)
	return s
}

// asked returns the requests so far.
func (s *script) asked() []*http.Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]*http.Request(nil), s.requests...)
}

// say answers with a status and a body.
func say(status int, body string, headers ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		for i := 0; i < len(headers); i += 2 {
			w.Header().Set(headers[i], headers[i+1])
		}
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}
}

// fault answers with an error of the protocol.
func fault(status int, code string, headers ...string) http.HandlerFunc {
	return say(status, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>"+code+"</Code><Message>because "+code+
		"</Message><Resource>/</Resource><RequestId>req-"+code+"</RequestId></Error>", headers...)
}

// open makes a client of a server, with credentials of the test's own.
func open(t *testing.T, url string, change ...func(*rules.Provider, *objectstore.Settings)) *objectstore.Client {
	t.Helper()
	p := rules.Provider{Address: "ks3", Kind: "ks3", Endpoint: url, RequestsPerSecond: 1e6}
	s := objectstore.Settings{Credentials: &objectstore.Credentials{
		AccessKeyID: "AKEXAMPLE", SecretAccessKey: "SKEXAMPLE", Source: "the test"}}
	for _, f := range change {
		f(&p, &s)
	}
	c, err := objectstore.Open(t.Context(), p, s)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c
}

// as makes a client of the given kind and signature.
func as(kind, signature string) func(*rules.Provider, *objectstore.Settings) {
	return func(p *rules.Provider, _ *objectstore.Settings) {
		p.Address, p.Kind, p.Signature, p.Region = kind, kind, signature, "us-east-1"
		if kind == "ks3" {
			p.Region = "BEIJING"
		}
	}
}

// uploads writes a page of a listing. Every upload is "key id initiated".
func uploadsXML(extra string, uploads ...string) string {
	var b strings.Builder
	b.WriteString("<ListMultipartUploadsResult><Bucket>b</Bucket>" + extra)
	if !strings.Contains(extra, "IsTruncated") {
		b.WriteString("<IsTruncated>false</IsTruncated>")
	}
	for _, u := range uploads {
		f := strings.Fields(u)
		fmt.Fprintf(&b, "<Upload><Key>%s</Key><UploadId>%s</UploadId><Initiated>%s</Initiated></Upload>", f[0], f[1], f[2])
	}
	return b.String() + "</ListMultipartUploadsResult>"
}
