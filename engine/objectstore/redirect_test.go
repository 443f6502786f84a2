package objectstore

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"offcut/engine"
	"offcut/rules"
)

// A world is a server that stands for every host there is, over plain HTTP.
type world struct {
	mu      sync.Mutex
	asked   []string // "GET host/path?query"
	headers []http.Header
	answer  func(r *http.Request) (status int, location, body string)
}

func (w *world) ServeHTTP(rw http.ResponseWriter, r *http.Request) {
	w.mu.Lock()
	w.asked = append(w.asked, r.Method+" "+r.Host+r.URL.RequestURI())
	w.headers = append(w.headers, r.Header.Clone())
	w.mu.Unlock()
	status, location, body := w.answer(r)
	if location != "" {
		rw.Header().Set("Location", location)
	}
	rw.WriteHeader(status)
	_, _ = io.WriteString(rw, body)
}

// client opens a client whose every connection ends in the world.
func (w *world) client(t *testing.T, p rules.Provider) *Client {
	t.Helper()
	server := httptest.NewServer(w)
	t.Cleanup(server.Close)
	return clientOf(t, server, p)
}

// clientOf opens a client whose every connection ends at a server.
func clientOf(t *testing.T, server *httptest.Server, p rules.Provider) *Client {
	t.Helper()
	p.Address, p.RequestsPerSecond = p.Kind, 1e6
	c, err := Open(t.Context(), p, Settings{Credentials: &Credentials{AccessKeyID: "AKEXAMPLE", SecretAccessKey: "SKEXAMPLE"}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	c.transport.Proxy = nil
	c.transport.DialContext = func(ctx context.Context, network, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, network, server.Listener.Addr().String())
	}
	return c
}

const emptyList = "<ListMultipartUploadsResult><IsTruncated>false</IsTruncated></ListMultipartUploadsResult>"

func list(t *testing.T, c *Client, bucket string) error {
	t.Helper()
	for _, err := range c.ListUploads(t.Context(), bucket, "") {
		if err != nil {
			return err
		}
	}
	return nil
}

func beijing() rules.Provider {
	return rules.Provider{Kind: kindKS3, Endpoint: "http://ks3-cn-beijing.ksyuncs.com"}
}

func TestRedirectIsFollowedSignedAgainAndRemembered(t *testing.T) {
	for _, signature := range []string{signKSS, signKSS4, signAWS4} {
		t.Run(signature, func(t *testing.T) {
			w := &world{answer: func(r *http.Request) (int, string, string) {
				if strings.Contains(r.Host, "beijing") {
					return 307, "http://media.ks3-cn-shanghai.ksyuncs.com/?uploads&Signature=x", "<Error><Code>TemporaryRedirect</Code></Error>"
				}
				return 200, "", emptyList
			}}
			p := beijing()
			p.Signature = signature
			c := w.client(t, p)
			for range 2 {
				if err := list(t, c, "media"); err != nil {
					t.Fatal(err)
				}
			}
			const query = "/?encoding-type=url&max-uploads=1000&uploads="
			want := []string{
				"GET media.ks3-cn-beijing.ksyuncs.com" + query,
				"GET media.ks3-cn-shanghai.ksyuncs.com" + query,
				"GET media.ks3-cn-shanghai.ksyuncs.com" + query,
			}
			if !slices.Equal(w.asked, want) {
				t.Errorf("got %q, want %q", w.asked, want)
			}
			first, second := w.headers[0].Get("Authorization"), w.headers[1].Get("Authorization")
			if signature != signKSS && (first == second || !strings.Contains(second, "/SHANGHAI/")) {
				t.Errorf("V4 covers host and region: got %s after %s", second, first)
			}
			if c.Requests() != 3 {
				t.Errorf("%d requests counted", c.Requests())
			}
		})
	}
}

func TestRedirectToAPath(t *testing.T) {
	w := &world{answer: func(r *http.Request) (int, string, string) {
		if strings.Contains(r.Host, "beijing") {
			return 301, "http://ks3-cn-shanghai.ksyuncs.com/media", ""
		}
		return 200, "", emptyList
	}}
	if err := list(t, w.client(t, beijing()), "media"); err != nil {
		t.Fatal(err)
	}
	if got, want := w.asked[1], "GET ks3-cn-shanghai.ksyuncs.com/media/?encoding-type=url&max-uploads=1000&uploads="; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestRedirectOfAnAbort(t *testing.T) {
	w := &world{answer: func(r *http.Request) (int, string, string) {
		if strings.Contains(r.Host, "beijing") {
			return 307, "http://media.ks3-cn-shanghai.ksyuncs.com/a%20b?uploadId=u", ""
		}
		return 204, "", ""
	}}
	c := w.client(t, beijing())
	if _, err := c.Abort(t.Context(), engine.Ref{Bucket: "media", Key: "a b", ID: "u"}, time.Now().Add(time.Minute)); err != nil {
		t.Fatal(err)
	}
	if got, want := w.asked[len(w.asked)-1], "DELETE media.ks3-cn-shanghai.ksyuncs.com/a%20b?uploadId=u"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// A signed request never goes outside the provider's domain, to another object,
// or from https to http.
func TestRedirectIsRefused(t *testing.T) {
	aws := rules.Provider{Kind: kindS3, Endpoint: "http://s3.us-east-1.amazonaws.com", Region: "us-east-1"}
	tests := []struct {
		name     string
		p        rules.Provider
		location string
		want     string
	}{
		{"nowhere", beijing(), "", "names no address"},
		{"relative", beijing(), "/other", "cannot be read"},
		{"with a user", beijing(), "http://user@media.ks3-cn-shanghai.ksyuncs.com/k", "cannot be read"},
		{"another domain", beijing(), "http://media.example.org/k", "outside the provider's domain"},
		{"a domain that ends alike", beijing(), "http://media.evilksyuncs.com/k", "outside the provider's domain"},
		{"a domain that begins alike", beijing(), "http://media.ks3-cn-beijing.ksyuncs.com.example.org/k", "outside the provider's domain"},
		{"another key", beijing(), "http://media.ks3-cn-shanghai.ksyuncs.com/other", "another bucket or key"},
		{"another bucket", beijing(), "http://logs.ks3-cn-shanghai.ksyuncs.com/k", "another bucket or key"},
		{"no key", beijing(), "http://media.ks3-cn-shanghai.ksyuncs.com/", "another bucket or key"},
		{"another scheme", beijing(), "ftp://media.ks3-cn-shanghai.ksyuncs.com/k", "neither http nor https"},
		{"s3 to another host", aws, "http://media.s3.eu-west-1.amazonaws.com/k", "outside the provider's domain"},
		{"s3 to KS3", aws, "http://media.ks3-cn-shanghai.ksyuncs.com/k", "outside the provider's domain"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := &world{answer: func(*http.Request) (int, string, string) { return 307, tt.location, "" }}
			c := w.client(t, tt.p)
			_, err := c.Abort(t.Context(), engine.Ref{Bucket: "media", Key: "k", ID: "u"}, time.Now().Add(time.Minute))
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, want %q", err, tt.want)
			}
			if len(w.asked) != 1 {
				t.Errorf("asked %q", w.asked)
			}
		})
	}
}

func TestRedirectFromHTTPSToHTTP(t *testing.T) {
	c := &Client{kind: kindKS3, where: &atlas{}}
	from := site{scheme: "https", host: "ks3-cn-beijing.ksyuncs.com"}
	ans := answer{header: http.Header{"Location": {"http://media.ks3-cn-shanghai.ksyuncs.com/k"}}}
	if _, err := c.follow(&call{bucket: "media", key: "k"}, from, ans); err == nil || !strings.Contains(err.Error(), "from https to http") {
		t.Errorf("got %v", err)
	}
	ans.header.Set("Location", "https://media.ks3-cn-shanghai.ksyuncs.com/k")
	to, err := c.follow(&call{bucket: "media", key: "k"}, from, ans)
	if want := (site{scheme: "https", host: "ks3-cn-shanghai.ksyuncs.com", region: "SHANGHAI"}); err != nil || to != want {
		t.Errorf("got %+v, %v", to, err)
	}
}

func TestRedirectsEnd(t *testing.T) {
	n := 0
	w := &world{}
	w.answer = func(*http.Request) (int, string, string) {
		n++
		return 307, fmt.Sprintf("http://media.r%d.ksyuncs.com/", n), ""
	}
	err := list(t, w.client(t, beijing()), "media")
	if err == nil || !strings.Contains(err.Error(), "more than 3 redirects") || n != 4 {
		t.Errorf("after %d requests: %v", n, err)
	}
}

func TestRedirectOfAWSNamesTheRegion(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("X-Amz-Bucket-Region", "eu-west-1")
		w.WriteHeader(http.StatusMovedPermanently)
	}))
	t.Cleanup(server.Close)
	c, err := Open(t.Context(), rules.Provider{Kind: kindS3, Endpoint: server.URL, Region: "us-east-1"},
		Settings{Credentials: &Credentials{AccessKeyID: "a", SecretAccessKey: "s"}})
	if err != nil {
		t.Fatal(err)
	}
	if err := list(t, c, "media"); err == nil || !strings.Contains(err.Error(), "region eu-west-1") {
		t.Errorf("got %v", err)
	}
}

func TestEachBucketIsAskedInItsOwnRegion(t *testing.T) {
	const buckets = `<ListAllMyBucketsResult><Owner><ID>me</ID></Owner><Buckets>
		<Bucket><Name>here</Name><CreationDate>2009-02-03T16:45:09.000Z</CreationDate><Type>NORMAL</Type><Region>BEIJING</Region></Bucket>
		<Bucket><Name>there</Name><Region>SHANGHAI</Region></Bucket>
		<Bucket><Name>nowhere</Name><Region>MARS</Region></Bucket></Buckets></ListAllMyBucketsResult>`
	tests := []struct{ endpoint, here, there, nowhere string }{
		{"ks3-cn-beijing.ksyuncs.com", "here.ks3-cn-beijing.ksyuncs.com", "there.ks3-cn-shanghai.ksyuncs.com", "nowhere.ks3-cn-beijing.ksyuncs.com"},
		{"ks3-cn-beijing-internal.ksyuncs.com", "here.ks3-cn-beijing-internal.ksyuncs.com",
			"there.ks3-cn-shanghai-internal.ksyuncs.com", "nowhere.ks3-cn-beijing-internal.ksyuncs.com"},
		{"ks3-cn-beijing.ksyun.com", "here.ks3-cn-beijing.ksyun.com", "there.ks3-cn-shanghai.ksyuncs.com", "nowhere.ks3-cn-beijing.ksyun.com"},
		{"store.example.org", "here.store.example.org", "there.store.example.org", "nowhere.store.example.org"},
	}
	for _, tt := range tests {
		w := &world{answer: func(r *http.Request) (int, string, string) {
			if !r.URL.Query().Has("uploads") {
				return 200, "", buckets
			}
			return 200, "", emptyList
		}}
		c := w.client(t, rules.Provider{Kind: kindKS3, Endpoint: "http://" + tt.endpoint})
		got, err := c.ListBuckets(t.Context())
		created := time.Date(2009, 2, 3, 16, 45, 9, 0, time.UTC)
		if err != nil || len(got) != 3 || got[0] != (engine.Bucket{Name: "here", Region: "BEIJING", Type: "NORMAL", Created: created, Owner: "me"}) {
			t.Fatalf("got %+v, %v", got, err)
		}
		for _, b := range got {
			if err := list(t, c, b.Name); err != nil {
				t.Fatal(err)
			}
		}
		for i, host := range []string{tt.endpoint, tt.here, tt.there, tt.nowhere} {
			if !strings.HasPrefix(w.asked[i], "GET "+host+"/?") && w.asked[i] != "GET "+host+"/" {
				t.Errorf("%s: request %d was %s, want %s", tt.endpoint, i, w.asked[i], host)
			}
		}
	}
}
