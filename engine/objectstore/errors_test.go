package objectstore_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"offcut/engine"
	"offcut/engine/objectstore"
	"offcut/rules"
)

// Every text says what was done to what, what happened and what to do.
func TestErrorTexts(t *testing.T) {
	parts := func(c *objectstore.Client) error { _, err := c.ListParts(t.Context(), theRef()); return err }
	uploads := func(c *objectstore.Client) error { _, _, err := listed(t, c, ""); return err }
	buckets := func(c *objectstore.Client) error { _, err := c.ListBuckets(t.Context()); return err }
	abort := func(c *objectstore.Client) error { _, err := c.Abort(t.Context(), theRef(), soon()); return err }
	tests := []struct {
		name   string
		answer http.HandlerFunc
		as     string
		do     func(*objectstore.Client) error
		want   []string
	}{
		{"right to list parts", fault(403, "AccessDenied"), "ks3", parts, []string{
			"list parts of b/k (upload u): 403 AccessDenied: because AccessDenied (request id req-AccessDenied): ",
			"needs ks3:ListMultipartUploadParts on krn:ksc:ks3:::b/*"}},
		{"right to list parts, s3", fault(403, "AccessDenied"), "s3", parts, []string{"s3:ListMultipartUploadParts on arn:aws:s3:::b/*"}},
		{"right to list uploads", fault(403, "AccessDenied"), "ks3", uploads, []string{
			"list multipart uploads of b: 403", "ks3:ListBucketMultipartUploads on krn:ksc:ks3:::b"}},
		{"right to list buckets", fault(403, "AccessDenied"), "ks3", buckets, []string{"list buckets: 403", "ks3:ListBuckets"}},
		{"right to list buckets, s3", fault(403, "AccessDenied"), "s3", buckets, []string{"s3:ListAllMyBuckets"}},
		{"right to abort", fault(403, "AccessDenied"), "ks3", abort, []string{"abort b/k (upload u): 403", "ks3:AbortMultipartUpload on krn:ksc:ks3:::b/*"}},
		{"unknown key", fault(403, "InvalidAccessKeyId"), "ks3", uploads, []string{"AKEXAMPLE", "the test", "is not known"}},
		{"wrong secret", fault(403, "SignatureDoesNotMatch"), "ks3", uploads, []string{"secret key does not belong to access key"}},
		{"token", fault(403, "ExpiredToken"), "ks3", uploads, []string{"session token", "new temporary credentials"}},
		{"clock behind", fault(403, "RequestTimeTooSkewed", "Date", time.Now().Add(time.Hour).UTC().Format(http.TimeFormat)), "ks3", uploads,
			[]string{"store's clock", "ahead of this machine's"}},
		{"clock ahead", fault(403, "RequestTimeTooSkewed", "Date", time.Now().Add(-time.Hour).UTC().Format(http.TimeFormat)), "ks3", uploads,
			[]string{"behind this machine's"}},
		{"no bucket", fault(404, "NoSuchBucket"), "ks3", uploads, []string{"404 NoSuchBucket", "check the bucket's name"}},
		{"web page", say(200, "<!DOCTYPE html><html>Sign in</html>"), "ks3", uploads, []string{
			"not a whole ListMultipartUploadsResult", `begins with "<!DOCTYPE html>`, "S3 endpoint"}},
		{"web page as an error", say(404, "<html>nothing here</html>"), "ks3", uploads, []string{"404 Not Found", "web page"}},
		{"web page for buckets", say(200, "<html><p>"), "ks3", buckets, []string{"not a whole ListAllMyBucketsResult"}},
		{"not offered", fault(501, "NotImplemented"), "s3", uploads, []string{"does not offer the operation"}},
		{"another answer", say(200, "<ListBucketResult/>"), "s3", uploads, []string{"it is a <ListBucketResult>"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := open(t, serve(t, tt.answer).URL, as(tt.as, ""))
			err := tt.do(c)
			if err == nil {
				t.Fatal("no error")
			}
			for _, want := range tt.want {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("got %q, want %q in it", err, want)
				}
			}
		})
	}
}

func TestErrorsWithoutAnAnswer(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	closed := listener.Addr().String()
	if err := listener.Close(); err != nil {
		t.Fatal(err)
	}
	plain := strings.TrimPrefix(serve(t, say(200, "")).URL, "http://")
	secure := httptest.NewUnstartedServer(http.NotFoundHandler())
	secure.Config.ErrorLog = log.New(io.Discard, "", 0)
	secure.StartTLS()
	t.Cleanup(secure.Close)
	tests := map[string]struct {
		endpoint, want string
		temporary      bool
	}{
		"refused":           {"http://" + closed, "nothing listens at " + closed, true},
		"no TLS":            {"https://" + plain, "write http:// before the endpoint", false},
		"unknown authority": {secure.URL, "SSL_CERT_FILE", false},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := open(t, tt.endpoint).Abort(t.Context(), theRef(), soon())
			if err == nil || !strings.Contains(err.Error(), tt.want) || errors.Is(err, engine.ErrTemporary) != tt.temporary {
				t.Errorf("got %v, want %q", err, tt.want)
			}
		})
	}
}

// No text of the store or of a key reaches a terminal with its escapes, and no
// secret or signature is in an error.
func TestPromise12_ErrorsAreSafeToShow(t *testing.T) {
	body := "<Error><Code>Bad\x7f</Code><Message>\u202egnp.exe&#27;[31m</Message><RequestId>r&#10;x</RequestId></Error>"
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		say(403, strings.Replace(body, "gnp", r.Header.Get("X-Kss-Security-Token"), 1))(w, r)
	})
	c := open(t, s.URL, func(_ *rules.Provider, s *objectstore.Settings) { s.Credentials.SessionToken = "t" })
	_, err := c.ListParts(t.Context(), engine.Ref{Bucket: "b", Key: "a\x1b[2Jb\n" + strings.Repeat("k", 5000), ID: "u\r"})
	if err == nil {
		t.Fatal("no error")
	}
	text := err.Error()
	for _, r := range text {
		if r < ' ' || r == '\x7f' || r == '\u202e' {
			t.Errorf("%q holds %q", text, r)
		}
	}
	if len(text) > 2000 {
		t.Errorf("%d bytes", len(text))
	}
	for _, secret := range []string{"SKEXAMPLE", strings.TrimPrefix(s.asked()[0].Header.Get("Authorization"), "KSS AKEXAMPLE:")} {
		if strings.Contains(text, secret) {
			t.Errorf("%q holds a secret", text)
		}
	}
}

// A server that repeats what it was sent, and the secrets besides, gets none of
// them into an error, in any place where a store's text goes.
func TestPromise12_NoSecretThatAStoreRepeatsIsInAnError(t *testing.T) {
	const secret, token = "SK+EXAMPLE/0123456789", "TOKEN+EXAMPLE/0123456789=="
	places := map[string]func(w http.ResponseWriter, echo string){
		"message": func(w http.ResponseWriter, echo string) {
			say(403, "<Error><Code>Denied</Code><Message>"+echo+"</Message></Error>")(w, nil)
		},
		"code":       func(w http.ResponseWriter, echo string) { say(403, "<Error><Code>"+echo+"</Code></Error>")(w, nil) },
		"request id": func(w http.ResponseWriter, echo string) { say(403, "", "X-Kss-Request-Id", echo)(w, nil) },
		"id in a body": func(w http.ResponseWriter, echo string) {
			say(403, "<Error><Code>C</Code><RequestId>"+echo+"</RequestId></Error>")(w, nil)
		},
		"body": func(w http.ResponseWriter, echo string) { say(200, echo)(w, nil) },
		"root element": func(w http.ResponseWriter, echo string) {
			say(200, "<Got"+strings.NewReplacer(" ", "_", ":", "_").Replace(echo)+"/>")(w, nil)
		},
		"bucket": func(w http.ResponseWriter, echo string) {
			say(200, strings.Replace(uploadsXML(""), ">b<", ">"+echo+"<", 1))(w, nil)
		},
		"redirect": func(w http.ResponseWriter, echo string) {
			say(307, "", "Location", "http://h/"+url.QueryEscape(echo), "X-Amz-Bucket-Region", echo)(w, nil)
		},
	}
	for _, signature := range []string{"kss", "kss4", "aws4"} {
		for name, place := range places {
			for _, echo := range []string{"Authorization", "signature", "token", "secret"} {
				sent := ""
				s := serve(t, func(w http.ResponseWriter, r *http.Request) {
					authorization := r.Header.Get("Authorization")
					switch echo {
					case "Authorization":
						sent = authorization
					case "signature":
						sent = authorization[max(strings.LastIndex(authorization, ":"), strings.LastIndex(authorization, "Signature=")+9)+1:]
					case "token":
						sent = token
					case "secret":
						sent = secret
					}
					place(w, sent)
				})
				c := open(t, s.URL, as("ks3", signature), func(_ *rules.Provider, s *objectstore.Settings) {
					s.Credentials.SecretAccessKey, s.Credentials.SessionToken = secret, token
				})
				_, _, err := listed(t, c, "")
				if err == nil || len(sent) < 20 {
					t.Fatalf("%s, %s in the %s: got %v, sent %q", signature, echo, name, err, sent)
				}
				for _, form := range []string{sent[:20], sent[len(sent)-20:], url.QueryEscape(sent)} {
					if strings.Contains(err.Error(), form) {
						t.Errorf("%s, %s in the %s: got %v", signature, echo, name, err)
					}
				}
			}
		}
	}
}

func TestReadsAreRetried(t *testing.T) {
	ok := say(200, uploadsXML(""))
	drop := func(w http.ResponseWriter, _ *http.Request) {
		if conn, _, err := w.(http.Hijacker).Hijack(); err == nil {
			_ = conn.Close()
		}
	}
	short := func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "1000")
		_, _ = io.WriteString(w, "<ListMultipartUploadsResult>")
	}
	tests := []struct {
		name     string
		answers  []http.HandlerFunc
		requests int
		good     bool
	}{
		{"503 once", []http.HandlerFunc{fault(503, "SlowDown"), ok}, 2, true},
		{"500 and 429", []http.HandlerFunc{fault(500, "InternalError"), say(429, ""), ok}, 3, true},
		{"408", []http.HandlerFunc{say(408, ""), ok}, 2, true},
		{"an answer cut short", []http.HandlerFunc{short, ok}, 2, true},
		{"dropped connections", []http.HandlerFunc{drop, drop, ok}, 3, true},
		{"for ever", []http.HandlerFunc{say(502, "")}, 6, false},
		{"403 is final", []http.HandlerFunc{fault(403, "AccessDenied"), ok}, 1, false},
		{"404 is final", []http.HandlerFunc{fault(404, "NoSuchBucket"), ok}, 1, false},
		{"a cut page is final", []http.HandlerFunc{say(200, "<ListMultipartUploadsResult>"), ok}, 1, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := serve(t, tt.answers...)
			_, _, err := listed(t, open(t, s.URL), "")
			if n := len(s.asked()); (err == nil) != tt.good || n != tt.requests {
				t.Errorf("%d requests, error %v; want %d", n, err, tt.requests)
			}
			if tt.requests == 6 && (!errors.Is(err, engine.ErrTemporary) || !strings.Contains(err.Error(), "after 6 attempts")) {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestRetriesEndWithTheContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		cancel()
		fault(503, "SlowDown", "Retry-After", "30")(w, r)
	})
	for _, err := range open(t, s.URL).ListUploads(ctx, "b", "") {
		if !errors.Is(err, context.Canceled) || errors.Is(err, engine.ErrTemporary) {
			t.Errorf("got %v", err)
		}
	}
}

func TestRequestEvents(t *testing.T) {
	var events []objectstore.RequestEvent
	s := serve(t, fault(503, "SlowDown"), say(204, "", "X-Kss-Request-Id", "r2"))
	c := open(t, s.URL, func(_ *rules.Provider, s *objectstore.Settings) {
		s.OnRequest = func(e objectstore.RequestEvent) { events = append(events, e) }
	})
	for range 2 {
		_, _ = c.Abort(t.Context(), theRef(), soon())
	}
	if len(events) != 2 {
		t.Fatalf("got %+v", events)
	}
	first, second := events[0], events[1]
	if first.Provider != "ks3" || first.Action != "Abort" || first.Bucket != "b" || first.Key != "k" || first.ID != "u" ||
		first.Status != 503 || first.Code != "SlowDown" || first.RequestID != "req-SlowDown" || first.Err == nil || first.Duration <= 0 {
		t.Errorf("got %+v", first)
	}
	if second.Status != 204 || second.Err != nil || second.RequestID != "r2" {
		t.Errorf("got %+v", second)
	}
}

func TestAnswersHaveALimit(t *testing.T) {
	s := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		chunk := make([]byte, 1<<20)
		for range 65 {
			if _, err := w.Write(chunk); err != nil {
				return
			}
		}
	})
	_, _, err := listed(t, open(t, s.URL), "")
	if err == nil || !strings.Contains(err.Error(), "64 MiB") {
		t.Errorf("got %v", err)
	}
}

// A report names an upload and a request beside the error: said briefly, what failed
// for one reason has one text.
func TestErrorsInBriefAreEqualWhereTheirCauseIs(t *testing.T) {
	requests := 0
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		requests++
		fault(403, "AccessDenied", "X-Kss-Request-Id", fmt.Sprintf("req-%d", requests))(w, r)
	})
	var texts, ids []string
	for _, ref := range []engine.Ref{{Bucket: "b", Key: "raw/one", ID: "u1"}, {Bucket: "b", Key: "raw/two", ID: "u2"}} {
		_, err := open(t, s.URL).Abort(t.Context(), ref, soon())
		var brief interface{ Brief() (string, string) }
		if !errors.As(err, &brief) {
			t.Fatalf("%v has no brief text", err)
		}
		text, id := brief.Brief()
		texts, ids = append(texts, text), append(ids, id)
		if !strings.Contains(err.Error(), ref.Key) || !strings.Contains(err.Error(), id) {
			t.Errorf("%v names neither %s nor %s", err, ref.Key, id)
		}
	}
	want := "abort: 403 AccessDenied: because AccessDenied: access key AKEXAMPLE"
	if texts[0] != texts[1] || ids[0] == ids[1] || !strings.HasPrefix(texts[0], want) || !strings.HasSuffix(texts[0], "needs ks3:AbortMultipartUpload on krn:ksc:ks3:::b/*") {
		t.Errorf("%q of %q and %q of %q", texts[0], ids[0], texts[1], ids[1])
	}
}
