package objectstore_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"

	"offcut/engine"
	"offcut/engine/ks3"
	"offcut/engine/objectstore"
	"offcut/rules"
)

func TestObjects(t *testing.T) {
	bodies := make(map[string]string)
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		bodies[r.Method+" "+r.URL.RequestURI()] = string(body) + " " + r.Header.Get("Content-MD5")
		switch r.Method {
		case http.MethodPut:
			w.Header().Set("ETag", `"e1"`)
		case http.MethodHead, http.MethodGet:
			w.Header().Set("X-Kss-Meta-A", "b")
			_, _ = io.WriteString(w, "content")
		default:
			_, _ = io.WriteString(w, "<CompleteMultipartUploadResult><ETag>x</ETag></CompleteMultipartUploadResult>")
		}
	})
	c, ctx := open(t, s.URL), t.Context()
	if err := c.CreateBucket(ctx, "b"); err != nil {
		t.Error(err)
	}
	etag, err := c.UploadPart(ctx, theRef(), 7, []byte("hello"))
	if err != nil || etag != `"e1"` {
		t.Errorf("part: got %s, %v", etag, err)
	}
	if err := c.Complete(ctx, theRef(), []string{etag, `"e2"`}); err != nil {
		t.Error(err)
	}
	r, h, err := c.GetObject(ctx, "b", "k")
	if err != nil {
		t.Fatal(err)
	}
	content, err := io.ReadAll(r)
	if err != nil || string(content) != "content" || h.Get("X-Kss-Meta-A") != "b" || r.Close() != nil {
		t.Errorf("object: got %q, %v, %v", content, h, err)
	}
	if h, err := c.HeadObject(ctx, "b", "k"); err != nil || h.Get("X-Kss-Meta-A") != "b" {
		t.Errorf("head: got %v, %v", h, err)
	}
	for request, want := range map[string]string{
		"PUT /b/":                          " ",
		"PUT /b/k?partNumber=7&uploadId=u": "hello XUFAKrxLKna5cZ2REBfFkg==",
		"POST /b/k?uploadId=u": "<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>&#34;e1&#34;</ETag></Part>" +
			"<Part><PartNumber>2</PartNumber><ETag>&#34;e2&#34;</ETag></Part></CompleteMultipartUpload> ",
		"GET /b/k":  " ",
		"HEAD /b/k": " ",
	} {
		if got := bodies[request]; got != want {
			t.Errorf("%s: got %q, want %q", request, got, want)
		}
	}
}

func TestObjectErrors(t *testing.T) {
	tests := []struct {
		name   string
		answer http.HandlerFunc
		do     func(*objectstore.Client) error
		want   string
	}{
		{"complete that fails with 200", fault(200, ks3.CodeInvalidPart), func(c *objectstore.Client) error {
			return c.Complete(t.Context(), theRef(), []string{"e"})
		}, "complete b/k (upload u): 200 InvalidPart"},
		{"part without an ETag", say(200, ""), func(c *objectstore.Client) error {
			_, err := c.UploadPart(t.Context(), theRef(), 1, nil)
			return err
		}, "no ETag"},
		{"initiate without an id", say(200, "<InitiateMultipartUploadResult/>"), func(c *objectstore.Client) error {
			_, err := c.Initiate(t.Context(), "b", "k", nil)
			return err
		}, "no upload id"},
		{"initiate answered by a page", say(200, "<html>"), func(c *objectstore.Client) error {
			_, err := c.Initiate(t.Context(), "b", "k", nil)
			return err
		}, "not a whole InitiateMultipartUploadResult"},
		{"object that is not there", fault(404, ks3.CodeNoSuchKey), func(c *objectstore.Client) error {
			_, _, err := c.GetObject(t.Context(), "b", "k")
			return err
		}, "get b/k: 404 NoSuchKey"},
		{"head that is denied", say(403, ""), func(c *objectstore.Client) error {
			_, err := c.HeadObject(t.Context(), "b", "k")
			return err
		}, "needs ks3:GetObject on krn:ksc:ks3:::b/*"},
		{"bucket that exists", fault(409, ks3.CodeBucketAlreadyExists), func(c *objectstore.Client) error {
			return c.CreateBucket(t.Context(), "b")
		}, "create bucket b: 409 BucketAlreadyExists"},
		{"a page to sign in", say(302, "", "Location", "https://login.example.org"), func(c *objectstore.Client) error {
			_, err := c.ListBuckets(t.Context())
			return err
		}, "302 Found: no store answers so"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if err := tt.do(open(t, serve(t, tt.answer).URL)); err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, want %q", err, tt.want)
			}
		})
	}
}

func TestCancelledBetweenAttempts(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	s := serve(t, fault(503, "SlowDown", "Retry-After", "30"))
	c := open(t, s.URL, func(_ *rules.Provider, s *objectstore.Settings) {
		s.OnRequest = func(objectstore.RequestEvent) { cancel() }
	})
	_, err := c.ListBuckets(ctx)
	if !errors.Is(err, context.Canceled) || errors.Is(err, engine.ErrTemporary) || !strings.Contains(err.Error(), "503 SlowDown") {
		t.Errorf("got %v", err)
	}
}
