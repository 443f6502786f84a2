package emulator

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"offcut/engine/ks3"
)

// A hookedBody does something when it is first read.
type hookedBody struct {
	io.Reader
	hook func()
}

func (b *hookedBody) Read(p []byte) (int, error) {
	if b.hook != nil {
		b.hook()
		b.hook = nil
	}
	return b.Reader.Read(p)
}

// signedWith is a signed request whose body is ready once hook has returned, after
// the requester was judged.
func signedWith(t *testing.T, s *Server, line, body string, hook func()) *httptest.ResponseRecorder {
	t.Helper()
	method, target, _ := strings.Cut(line, " ")
	path, query, _ := strings.Cut(target, "?")
	values, err := url.ParseQuery(query)
	if err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequestWithContext(t.Context(), method, target, &hookedBody{strings.NewReader(body), hook})
	r.ContentLength = int64(len(body))
	r.Host = "localhost"
	date := ks3.FormatDate(s.now())
	r.Header.Set("Date", date)
	bucket, _, _ := strings.Cut(strings.TrimPrefix(path, "/"), "/")
	sum := ks3.SignV2(vectorSecret, ks3.StringToSignV2(ks3.Native, method, http.Header{}, date, ks3.ResourceV2(bucket, false, path, values)))
	r.Header.Set("Authorization", "KSS "+vectorKey+":"+sum)
	return answerTo(s, r)
}

// What is allowed in a bucket is not done in another of its name, which somebody
// made while the request was on its way.
func TestABucketThatIsMadeAnewIsAnother(t *testing.T) {
	tests := []struct{ line, body string }{
		{"PUT /shared/k", "mine"},
		{"PUT /shared/new", "mine"},
		{"POST /shared/k?uploads", ""},
		{"GET /shared/k", ""},
		{"HEAD /shared/k", ""},
		{"DELETE /shared/k", ""},
		{"DELETE /shared/none", ""},
		{"PUT /shared/k?tagging", "<Tagging><TagSet/></Tagging>"},
		{"GET /shared/k?tagging", ""},
		{"GET /shared", ""},
		{"GET /shared?uploads", ""},
		{"GET /shared?policy", ""},
		{"PUT /shared?policy", `{"Statement":[{"Effect":"Allow","Principal":"*","Action":"ks3:GetObject","Resource":"krn:ksc:ks3:::shared/*"}]}`},
		{"DELETE /shared?policy", ""},
		{"DELETE /shared?lifecycle", ""},
		{"DELETE /shared", ""},
	}
	for _, test := range tests {
		t.Run(test.line, func(t *testing.T) {
			s := openFor(t, BucketSpec{})
			if err := s.CreateBucket("shared", ""); err != nil {
				t.Fatal(err)
			}
			other := s.byKey["AKOTHER"]
			hooked := false
			w := signedWith(t, s, test.line, test.body, func() {
				hooked = true
				if w := signed(t, s, "DELETE /shared", "localhost", ""); w.Code != 204 {
					t.Fatal(w.Code, w.Body)
				}
				if err := s.CreateBucketFrom(BucketSpec{Name: "shared", Owner: "2"}); err != nil {
					t.Fatal(err)
				}
				if w := signedAs(t, s, other, "PUT /shared/k", "localhost", "theirs"); w.Code != 200 {
					t.Fatal(w.Code, w.Body)
				}
			})
			if !hooked || w.Code != 404 || !strings.HasPrefix(test.line, "HEAD") && !strings.Contains(w.Body.String(), "<Code>NoSuchBucket</Code>") {
				t.Errorf("%v, %d %s", hooked, w.Code, w.Body)
			}
			if w := signedAs(t, s, other, "GET /shared/k", "localhost", ""); w.Code != 200 || w.Body.String() != "theirs" {
				t.Errorf("theirs: %d %s", w.Code, w.Body)
			}
			checkState(t, s)
		})
	}
}

// homeOf gives a bucket as a call on it has it.
func homeOf(s *Server, name string) bucket {
	b, err := (&call{Server: s}).guardedBucket(name)
	if err != nil {
		panic(err)
	}
	return b
}
