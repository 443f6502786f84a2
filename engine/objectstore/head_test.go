package objectstore_test

import (
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"offcut/engine"
)

const modified = "Sun, 01 Mar 2026 12:00:01 GMT"

func TestHead(t *testing.T) {
	at := time.Date(2026, 3, 1, 12, 0, 1, 0, time.UTC)
	for name, tt := range map[string]struct {
		answer http.HandlerFunc
		want   engine.Object
	}{
		"a completed upload":    {say(200, "", "ETag", `"0123-12"`, "Last-Modified", modified, "Content-Length", "7", "X-Kss-Request-Id", "r1"), engine.Object{Modified: at, ETag: "0123-12", Size: 7, RequestID: "r1"}},
		"a weak ETag":           {say(200, "", "ETag", `W/"0123-12"`, "Last-Modified", modified), engine.Object{Modified: at, ETag: "0123-12"}},
		"an ETag without marks": {say(200, "", "ETag", `0123-12`, "Last-Modified", modified), engine.Object{Modified: at, ETag: "0123-12"}},
		"a zone of its own":     {say(200, "", "ETag", `"e"`, "Last-Modified", "Sun, 01 Mar 2026 12:00:01 CST"), engine.Object{ETag: "e"}},
		"nothing told":          {say(200, ""), engine.Object{}},
	} {
		t.Run(name, func(t *testing.T) {
			s := serve(t, tt.answer)
			got, err := open(t, s.URL).Head(t.Context(), "b", "a b/ü")
			if err != nil || got != tt.want {
				t.Errorf("got %+v, %v; want %+v", got, err, tt.want)
			}
			if r := s.asked()[0]; len(s.asked()) != 1 || r.Method != http.MethodHead || r.RequestURI != "/b/a%20b/%C3%BC" {
				t.Errorf("asked %s %s", r.Method, r.RequestURI)
			}
		})
	}
}

// A HEAD has no body, so that only the status tells what an error is.
func TestHeadErrors(t *testing.T) {
	sentinels := []error{engine.ErrNoSuchKey, engine.ErrNoSuchUpload, engine.ErrNoSuchBucket, engine.ErrAccessDenied, engine.ErrTemporary}
	for name, tt := range map[string]struct {
		answer http.HandlerFunc
		kind   string
		is     error // of sentinels; nil: none
		want   []string
	}{
		"no object":               {say(404, ""), "ks3", engine.ErrNoSuchKey, []string{"look for the object b/k: 404 Not Found"}},
		"not allowed, ks3":        {say(403, "", "X-Kss-Request-Id", "r1"), "ks3", engine.ErrAccessDenied, []string{"403 Forbidden (request id r1): access key", "needs ks3:GetObject on krn:ksc:ks3:::b/*, and ks3:ListBucket on krn:ksc:ks3:::b: without it some stores answer so for a key that holds no object"}},
		"not allowed, s3":         {say(403, ""), "s3", engine.ErrAccessDenied, []string{"needs s3:GetObject on arn:aws:s3:::b/*, and s3:ListBucket on arn:aws:s3:::b"}},
		"throttled":               {say(503, "", "Retry-After", "2"), "s3", engine.ErrTemporary, []string{"503 Service Unavailable"}},
		"broken":                  {say(500, ""), "s3", engine.ErrTemporary, []string{"500"}},
		"not offered":             {say(405, ""), "s3", nil, []string{"405 Method Not Allowed", "does not offer the operation"}},
		"encrypted with a key":    {say(400, ""), "s3", nil, []string{"400 Bad Request"}},
		"no such thing as a body": {say(204, ""), "s3", nil, []string{"204 No Content: the store answered neither 200 nor 404"}},
		"moved, nowhere":          {say(301, "", "X-Amz-Bucket-Region", "eu-west-1"), "s3", nil, []string{"301 Moved Permanently", "the redirect is not followed: it names no address; the bucket is in region eu-west-1: set region in the provider block"}},
		"moved, to anybody":       {say(307, "", "Location", "http://elsewhere.example.org/b/k"), "s3", nil, []string{"is outside the provider's domain"}},
	} {
		t.Run(name, func(t *testing.T) {
			s := serve(t, tt.answer)
			_, err := open(t, s.URL, as(tt.kind, "")).Head(t.Context(), "b", "k")
			for _, sentinel := range sentinels {
				if errors.Is(err, sentinel) != errors.Is(tt.is, sentinel) {
					t.Errorf("%v: matches %q: %v", err, sentinel, errors.Is(err, sentinel))
				}
			}
			for _, want := range tt.want {
				if err == nil || !strings.Contains(err.Error(), want) {
					t.Errorf("got %v, want %q in it", err, want)
				}
			}
			if n := len(s.asked()); n != 1 {
				t.Errorf("%d requests; it is the engine that repeats them", n)
			}
		})
	}
}

// A 404 to anything else says nothing about an object.
func TestHeadAloneKnowsNoSuchKey(t *testing.T) {
	_, err := open(t, serve(t, say(404, "")).URL).ListParts(t.Context(), theRef())
	if err == nil || errors.Is(err, engine.ErrNoSuchKey) {
		t.Errorf("got %v", err)
	}
}

// TestHeadOfSomethingElse holds that nothing is sent whose answer would be about
// another thing: a bucket answers HEAD too.
func TestHeadOfSomethingElse(t *testing.T) {
	s := serve(t, say(200, ""))
	c := open(t, s.URL)
	for _, ref := range []engine.Ref{{Bucket: "b"}, {Key: "k"}, {Bucket: "b", Key: "a/../k"}} {
		if _, err := c.Head(t.Context(), ref.Bucket, ref.Key); err == nil || !strings.Contains(err.Error(), "not sent") {
			t.Errorf("%+v: %v", ref, err)
		}
	}
	if len(s.asked()) != 0 || c.Requests() != 0 {
		t.Errorf("%d requests", len(s.asked()))
	}
}

// TestHeadFollowsARedirect holds that a redirect on the store's own host is followed,
// as for every other request.
func TestHeadFollowsARedirect(t *testing.T) {
	var s *script
	s = serve(t, func(w http.ResponseWriter, r *http.Request) {
		say(307, "", "Location", s.URL+r.RequestURI)(w, r)
	}, say(200, "", "ETag", `"e-1"`, "Last-Modified", modified))
	c := open(t, s.URL)
	object, err := c.Head(t.Context(), "b", "k")
	if err != nil || object.ETag != "e-1" || len(s.asked()) != 2 {
		t.Errorf("got %+v, %v after %d requests", object, err, len(s.asked()))
	}
}
