package objectstore

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"offcut/engine"
	"offcut/engine/ks3"
	"offcut/rules"
)

// AWS's own signer and this project's V4 agree on what goes on the wire.
func TestAWSSignerAgreesWithTheProtocol(t *testing.T) {
	at := time.Date(2024, 3, 1, 12, 0, 0, 0, time.UTC)
	c, err := Open(t.Context(), rules.Provider{Kind: kindKS3, Region: "BEIJING", Signature: signAWS4}, Settings{
		Credentials: &Credentials{AccessKeyID: "AKEXAMPLE", SecretAccessKey: "SKEXAMPLE"}, Clock: func() time.Time { return at }})
	if err != nil {
		t.Fatal(err)
	}
	for _, key := range []string{"dir/my video.mp4", "a//b", "/a", "中\n+%20", "*'()!"} {
		cl := c.partsCall(engine.Ref{Bucket: "my-bucket", Key: key, ID: "u/+ ="}, 0)
		s := c.where.of("my-bucket")
		req, err := c.request(t.Context(), cl, s)
		if err != nil {
			t.Fatal(err)
		}
		_, names, _ := strings.Cut(req.Header.Get("Authorization"), "SignedHeaders=")
		names, signature, _ := strings.Cut(names, ", Signature=")
		want, _ := ks3.SignV4(ks3.AWS, "SKEXAMPLE", ks3.RequestV4{
			Method: cl.method, EscapedPath: req.URL.RawPath, Query: cl.query, Header: req.Header, Host: req.URL.Host,
			SignedHeaders: strings.Split(names, ";"), PayloadHash: hexSHA256(nil), Time: at, Region: "BEIJING",
		})
		if signature != want || !strings.Contains(names, "host") {
			t.Errorf("%q: got %s over %s, want %s", key, signature, names, want)
		}
	}
}

// A request as KS3's pages have it: the same vector as in the protocol's tests.
func TestNativeRequest(t *testing.T) {
	at := time.Date(2006, 3, 1, 12, 0, 0, 0, time.UTC)
	c, err := Open(t.Context(), rules.Provider{Kind: kindKS3, Region: "BEIJING"}, Settings{
		Credentials: &Credentials{AccessKeyID: "AKEXAMPLE", SecretAccessKey: "SKEXAMPLE", SessionToken: "TOKENEXAMPLE"},
		Clock:       func() time.Time { return at }})
	if err != nil {
		t.Fatal(err)
	}
	cl := c.objectCall(actionAbort, http.MethodDelete, engine.Ref{Bucket: "my-bucket", Key: "dir/my video.mp4"})
	cl.query.Set("uploadId", "1aa9cfad5e2e405c8f27965feb8b60cc")
	req, err := c.request(t.Context(), cl, c.where.of("my-bucket"))
	if err != nil {
		t.Fatal(err)
	}
	if got, want := req.Header.Get("Authorization"), "KSS AKEXAMPLE:Lfge3Oc8uGM0SzaffpA3VW74400="; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if got, want := req.URL.String(), "https://my-bucket.ks3-cn-beijing.ksyuncs.com/dir/my%20video.mp4?uploadId=1aa9cfad5e2e405c8f27965feb8b60cc"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestAtlas(t *testing.T) {
	plain := site{scheme: "https", host: "h"}
	tests := []struct {
		name   string
		a      *atlas
		bucket string
		path   bool
	}{
		{"virtual", &atlas{home: plain}, "media", false},
		{"a dot breaks a certificate", &atlas{home: plain}, "my.media", true},
		{"a dot without TLS", &atlas{home: site{scheme: "http", host: "h"}}, "my.media", false},
		{"virtual was asked for", &atlas{home: plain, forced: true}, "my.media", false},
		{"path", &atlas{home: site{scheme: "https", host: "h", pathStyle: true}}, "media", true},
	}
	for _, tt := range tests {
		if got := tt.a.of(tt.bucket); got.pathStyle != tt.path {
			t.Errorf("%s: got %+v", tt.name, got)
		}
	}
	for endpoint, want := range map[string]bool{"http://127.0.0.1:9000": true, "http://[::1]:9000": true, "localhost": true, "LOCALHOST:1": true, "s3.example.org": false} {
		home, err := parseEndpoint(endpoint)
		if err != nil {
			t.Fatal(err)
		}
		a := &atlas{home: home}
		if err := a.address(""); err != nil || a.home.pathStyle != want {
			t.Errorf("%s: path style %t, %v", endpoint, a.home.pathStyle, err)
		}
	}
}

func TestNetHints(t *testing.T) {
	s := site{scheme: "https", host: "store.example.org"}
	tests := []struct {
		err       error
		want      string
		temporary bool
	}{
		{&net.DNSError{Name: "b.store.example.org", IsNotFound: true}, `"path"`, false},
		{&net.DNSError{Name: "x", IsTemporary: true}, "this machine's DNS", true},
		{&net.OpError{Op: "dial", Err: os.NewSyscallError("connect", syscall.ECONNREFUSED)}, "nothing listens", true},
		{x509.HostnameError{Certificate: &x509.Certificate{}, Host: "x"}, "for another name", false},
		{fmt.Errorf("x: %w", x509.UnknownAuthorityError{}), "SSL_CERT_FILE", false},
		{x509.CertificateInvalidError{Reason: x509.Expired}, "not valid", false},
		{tls.RecordHeaderError{Msg: "first record does not look like a TLS handshake"}, "http:// before", false},
		{os.ErrDeadlineExceeded, "did not answer in time", true},
		{errors.New("EOF"), "check the network", true},
	}
	for _, tt := range tests {
		if hint, temporary := netHint(tt.err, s); !strings.Contains(hint, tt.want) || temporary != tt.temporary {
			t.Errorf("%v: got %q, %t; want %q", tt.err, hint, temporary, tt.want)
		}
	}
}

func TestBackoff(t *testing.T) {
	for n, most := range []time.Duration{1: 100 * time.Millisecond, 2: 200 * time.Millisecond, 5: 1600 * time.Millisecond, 7: 5 * time.Second} {
		if most == 0 {
			continue
		}
		waits := make([]time.Duration, 200)
		for i := range waits {
			waits[i] = backoff(n, http.Header{})
		}
		slices.Sort(waits)
		if waits[0] < 0 || waits[199] >= most || waits[199] < most/2 || waits[0] > most/2 {
			t.Errorf("after attempt %d: between %v and %v, want full jitter up to %v", n, waits[0], waits[199], most)
		}
	}
	const date = "Mon, 01 Nov 2010 20:34:56 GMT"
	tests := []struct {
		asked string
		want  time.Duration // 0: jitter
	}{
		{"2", 2 * time.Second}, {"3600", longestAsked}, {"Mon, 01 Nov 2010 20:35:06 GMT", 10 * time.Second},
		{"0", 0}, {"-5", 0}, {"soon", 0}, {"99999999999999999999", 0}, {"Mon, 01 Nov 2010 20:34:50 GMT", 0},
	}
	for _, tt := range tests {
		got := backoff(1, http.Header{"Retry-After": {tt.asked}, "Date": {date}})
		if tt.want != 0 && got != tt.want || tt.want == 0 && got >= firstBackoff {
			t.Errorf("%q: got %v, want %v", tt.asked, got, tt.want)
		}
	}
}

func TestCredentialsDoNotPrintTheirSecret(t *testing.T) {
	c := Credentials{AccessKeyID: "AKIDEXAMPLE0123", SecretAccessKey: "SECRET", SessionToken: "TOKEN", Source: "the test"}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q"} {
		for _, value := range []any{c, &c, Settings{Credentials: &c}} {
			if text := fmt.Sprintf(verb, value); strings.Contains(text, "SECRET") || strings.Contains(text, "TOKEN") {
				t.Errorf("%s: %s", verb, text)
			}
		}
	}
}
