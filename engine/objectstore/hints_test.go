package objectstore

import (
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"offcut/engine"
	"offcut/rules"
)

// What fails at a proxy is not the store's fault, and the proxy's password is
// nobody's business.
func TestAProxyIsNamed(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	closed := listener.Addr().String()
	if err := listener.Close(); err != nil {
		t.Fatal(err)
	}
	refusing := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusProxyAuthRequired)
	}))
	t.Cleanup(refusing.Close)
	const store = "store.example.org"
	tests := []struct {
		name, endpoint, proxy string
		want                  []string
	}{
		{"http, nothing there", "http://" + store, closed, []string{"media." + store + " go through the proxy http://" + closed + ", which could not be reached"}},
		{"https, nothing there", "https://" + store, closed, []string{"media." + store + " go through the proxy http://" + closed + ", which could not be reached"}},
		{"https, refused", "https://" + store, refusing.Listener.Addr().String(), []string{"Proxy Authentication Required", store + "; it is asked through the proxy http://" + refusing.Listener.Addr().String()}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := rules.Provider{Address: "ks3", Kind: kindKS3, Endpoint: tt.endpoint, RequestsPerSecond: 1e6}
			c, err := Open(t.Context(), p, Settings{Credentials: &Credentials{AccessKeyID: "AKEXAMPLE", SecretAccessKey: "SKEXAMPLE"}})
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(c.Close)
			c.transport.Proxy = http.ProxyURL(&url.URL{Scheme: "http", Host: tt.proxy, User: url.UserPassword("PROXYUSER", "TOPSECRET")})
			_, err = c.ListParts(t.Context(), engine.Ref{Bucket: "media", Key: "k", ID: "u"})
			if err == nil || !errors.Is(err, engine.ErrTemporary) {
				t.Fatalf("got %v", err)
			}
			for _, want := range tt.want {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("got %q, want %q in it", err, want)
				}
			}
			if strings.Contains(err.Error(), "TOPSECRET") || strings.Contains(err.Error(), "PROXYUSER") || strings.Contains(err.Error(), "nothing listens at") {
				t.Errorf("got %v", err)
			}
		})
	}
}
