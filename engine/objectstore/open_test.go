package objectstore_test

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"offcut/engine/objectstore"
	"offcut/rules"
)

// env makes a Getenv of "NAME=value" texts.
func env(pairs ...string) func(string) string {
	values := make(map[string]string)
	for _, p := range pairs {
		name, value, _ := strings.Cut(p, "=")
		values[name] = value
	}
	return func(name string) string { return values[name] }
}

const (
	ks3ID     = "KS3_ACCESS_KEY_ID=AKIDEXAMPLE0123"
	ks3Secret = "KS3_ACCESS_KEY_SECRET=sk"
	awsID     = "AWS_ACCESS_KEY_ID=AKIAEXAMPLE0123"
	awsSecret = "AWS_SECRET_ACCESS_KEY=sk"
)

func TestOpenFindsEndpointAndCredentials(t *testing.T) {
	home := t.TempDir()
	config := "# made by ks3util\n[Other]\naccessKeyID=wrong\n[Credentials]\nlanguage=EN\naccessKeyID = FILEEXAMPLE\naccessKeySecret=sk\nendpoint=ks3-cn-guangzhou.ksyuncs.com\n"
	if err := os.WriteFile(filepath.Join(home, ".ks3utilconfig"), []byte(config), 0o600); err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name              string
		p                 rules.Provider
		env               []string
		home              string
		endpoint, region  string
		id, source        string
		signature         string
		proves, checks    bool
		requestsPerSecond float64
	}{
		{name: "region", p: rules.Provider{Kind: "ks3", Region: "beijing"}, env: []string{ks3ID, ks3Secret},
			endpoint: "https://ks3-cn-beijing.ksyuncs.com", region: "BEIJING", id: "AKID…0123", source: "environment (KS3_ACCESS_KEY_ID)", signature: "kss", proves: true},
		{name: "internal host", p: rules.Provider{Kind: "ks3", Internal: true, RequestsPerSecond: 20}, env: []string{ks3ID, ks3Secret, "KS3_REGION=SHANGHAI"},
			endpoint: "https://ks3-cn-shanghai-internal.ksyuncs.com", region: "SHANGHAI", id: "AKID…0123", source: "environment (KS3_ACCESS_KEY_ID)", signature: "kss", proves: true, requestsPerSecond: 20},
		{name: "old names", p: rules.Provider{Kind: "ks3", Region: "BEIJING"}, env: []string{"KS3_ACCESS_KEY=SHORT", "KS3_SECRET_KEY=s"},
			endpoint: "https://ks3-cn-beijing.ksyuncs.com", region: "BEIJING", id: "SHORT", source: "environment (KS3_ACCESS_KEY)", signature: "kss", proves: true},
		{name: "endpoint", p: rules.Provider{Kind: "ks3", Endpoint: "http://127.0.0.1:9000", Signature: "aws4", Region: "anywhere"}, env: []string{ks3ID, ks3Secret},
			endpoint: "http://127.0.0.1:9000", region: "anywhere", id: "AKID…0123", source: "environment (KS3_ACCESS_KEY_ID)", signature: "aws4"},
		{name: "endpoint of the environment", p: rules.Provider{Kind: "ks3"}, env: []string{ks3ID, ks3Secret, "KS3_ENDPOINT=ks3-rus.ksyuncs.com"},
			endpoint: "https://ks3-rus.ksyuncs.com", region: "RUSSIA", id: "AKID…0123", source: "environment (KS3_ACCESS_KEY_ID)", signature: "kss", proves: true},
		{name: "ks3util's file", p: rules.Provider{Kind: "ks3"}, home: home,
			endpoint: "https://ks3-cn-guangzhou.ksyuncs.com", region: "GUANGZHOU", id: "FILE…MPLE", source: "~/.ks3utilconfig", signature: "kss", proves: true},
		{name: "the environment goes before the file", p: rules.Provider{Kind: "ks3", Region: "BEIJING"}, home: home, env: []string{ks3ID, ks3Secret},
			endpoint: "https://ks3-cn-beijing.ksyuncs.com", region: "BEIJING", id: "AKID…0123", source: "environment (KS3_ACCESS_KEY_ID)", signature: "kss", proves: true},
		{name: "a gateway in KS3's name", p: rules.Provider{Kind: "ks3", Region: "BEIJING", Endpoint: "ks3.example.org"}, env: []string{ks3ID, ks3Secret},
			endpoint: "https://ks3.example.org", region: "BEIJING", id: "AKID…0123", source: "environment (KS3_ACCESS_KEY_ID)", signature: "kss"},
		{name: "AWS", p: rules.Provider{Kind: "s3", Region: "eu-west-1"}, env: []string{awsID, awsSecret},
			endpoint: "https://s3.eu-west-1.amazonaws.com", region: "eu-west-1", id: "AKIA…0123", source: "environment (AWS_ACCESS_KEY_ID)", signature: "aws4", proves: true},
		{name: "AWS in China", p: rules.Provider{Kind: "s3"}, env: []string{awsID, awsSecret, "AWS_REGION=cn-north-1"},
			endpoint: "https://s3.cn-north-1.amazonaws.com.cn", region: "cn-north-1", id: "AKIA…0123", source: "environment (AWS_ACCESS_KEY_ID)", signature: "aws4", proves: true},
		{name: "MinIO", p: rules.Provider{Kind: "s3", Region: "us-east-1", Endpoint: "http://localhost:9000"}, env: []string{awsID, awsSecret},
			endpoint: "http://localhost:9000", region: "us-east-1", id: "AKIA…0123", source: "environment (AWS_ACCESS_KEY_ID)", signature: "aws4", checks: true},
		{name: "MinIO that drops leftovers", p: rules.Provider{Kind: "s3", Region: "us-east-1", Endpoint: "http://localhost:9000", CheckCompleted: ptr(false)}, env: []string{awsID, awsSecret},
			endpoint: "http://localhost:9000", region: "us-east-1", id: "AKIA…0123", source: "environment (AWS_ACCESS_KEY_ID)", signature: "aws4"},
		{name: "AWS, checked all the same", p: rules.Provider{Kind: "s3", Region: "eu-west-1", CheckCompleted: ptr(true)}, env: []string{awsID, awsSecret},
			endpoint: "https://s3.eu-west-1.amazonaws.com", region: "eu-west-1", id: "AKIA…0123", source: "environment (AWS_ACCESS_KEY_ID)", signature: "aws4", proves: true, checks: true},
		{name: "KS3, checked all the same", p: rules.Provider{Kind: "ks3", Region: "BEIJING", CheckCompleted: ptr(true)}, env: []string{ks3ID, ks3Secret},
			endpoint: "https://ks3-cn-beijing.ksyuncs.com", region: "BEIJING", id: "AKID…0123", source: "environment (KS3_ACCESS_KEY_ID)", signature: "kss", proves: true, checks: true},
		{name: "a host that only looks like AWS", p: rules.Provider{Kind: "s3", Region: "us-east-1", Endpoint: "amazonaws.com.example.org"}, env: []string{awsID, awsSecret},
			endpoint: "https://amazonaws.com.example.org", region: "us-east-1", id: "AKIA…0123", source: "environment (AWS_ACCESS_KEY_ID)", signature: "aws4", checks: true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c, err := objectstore.Open(t.Context(), tt.p, objectstore.Settings{Getenv: env(tt.env...), HomeDir: tt.home})
			if err != nil {
				t.Fatal(err)
			}
			if tt.requestsPerSecond == 0 {
				tt.requestsPerSecond = 500
			}
			got := c.Identity()
			if got.Kind != tt.p.Kind || got.Endpoint != tt.endpoint || got.Region != tt.region || got.AccessKeyID != tt.id || got.CredentialSource != tt.source ||
				got.Signature != tt.signature || got.ListingProves != tt.proves || got.CheckCompleted != tt.checks || got.RequestsPerSecond != tt.requestsPerSecond || c.Requests() != 0 {
				t.Errorf("got %+v", got)
			}
		})
	}
}

func ptr[T any](v T) *T { return &v }

func TestOpenRefuses(t *testing.T) {
	half := t.TempDir()
	if err := os.WriteFile(filepath.Join(half, ".ks3utilconfig"), []byte("[Credentials]\naccessKeyID=a\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name string
		p    rules.Provider
		env  []string
		home string
		want []string
	}{
		{"no credentials", rules.Provider{Kind: "ks3", Region: "BEIJING"}, nil, "", []string{"KS3_ACCESS_KEY_ID", "KS3_ACCESS_KEY_SECRET", "~/.ks3utilconfig"}},
		{"no secret", rules.Provider{Kind: "ks3", Region: "BEIJING"}, []string{ks3ID}, "", []string{"KS3_ACCESS_KEY_SECRET is not"}},
		{"no id", rules.Provider{Kind: "ks3", Region: "BEIJING"}, []string{ks3Secret}, "", []string{"KS3_ACCESS_KEY_ID is not"}},
		{"half of the old names", rules.Provider{Kind: "ks3", Region: "BEIJING"}, []string{"KS3_SECRET_KEY=s"}, "", []string{"KS3_ACCESS_KEY is not"}},
		{"half a file", rules.Provider{Kind: "ks3", Region: "BEIJING"}, nil, half, []string{"only one of accessKeyID and accessKeySecret"}},
		{"half an AWS pair", rules.Provider{Kind: "s3", Region: "x"}, []string{awsID}, "", []string{"AWS_SECRET_ACCESS_KEY is not"}},
		{"no endpoint", rules.Provider{Kind: "ks3"}, []string{ks3ID, ks3Secret}, "", []string{"KS3_REGION", "BEIJING, ", "KS3_ENDPOINT"}},
		{"unknown region", rules.Provider{Kind: "ks3", Region: "MARS"}, []string{ks3ID, ks3Secret}, "", []string{`no region "MARS"`, "GUANGZHOU", "SINGAPORE"}},
		{"no internal host", rules.Provider{Kind: "ks3", Region: "HANGZHOU", Internal: true}, []string{ks3ID, ks3Secret}, "", []string{"no known internal host"}},
		{"region and endpoint differ", rules.Provider{Kind: "ks3", Region: "BEIJING", Endpoint: "ks3-cn-shanghai.ksyuncs.com"}, []string{ks3ID, ks3Secret}, "",
			[]string{"contradict each other", "SHANGHAI"}},
		{"bucket in the endpoint", rules.Provider{Kind: "ks3", Endpoint: "https://b.ks3-cn-shanghai.ksyuncs.com"}, []string{ks3ID, ks3Secret}, "", []string{`the bucket "b"`}},
		{"V4 without a region", rules.Provider{Kind: "ks3", Endpoint: "http://127.0.0.1:1", Signature: "kss4"}, []string{ks3ID, ks3Secret}, "", []string{"covers the region"}},
		{"no region for s3", rules.Provider{Kind: "s3", Endpoint: "http://127.0.0.1:1"}, []string{awsID, awsSecret}, "", []string{"no region for S3", "AWS_REGION"}},
		{"scheme", rules.Provider{Kind: "ks3", Endpoint: "ftp://x"}, []string{ks3ID, ks3Secret}, "", []string{"http or https"}},
		{"path", rules.Provider{Kind: "ks3", Endpoint: "https://x/bucket"}, []string{ks3ID, ks3Secret}, "", []string{"only scheme, host and port"}},
		{"user in the endpoint", rules.Provider{Kind: "ks3", Endpoint: "https://a:b@x"}, []string{ks3ID, ks3Secret}, "", []string{"has credentials in it"}},
		{"no host", rules.Provider{Kind: "ks3", Endpoint: "https://"}, []string{ks3ID, ks3Secret}, "", []string{"is no address"}},
		{"addressing", rules.Provider{Kind: "ks3", Region: "BEIJING", Addressing: "dns"}, []string{ks3ID, ks3Secret}, "", []string{`"virtual" or "path"`}},
		{"virtual on an IP", rules.Provider{Kind: "ks3", Endpoint: "http://127.0.0.1:1", Addressing: "virtual"}, []string{ks3ID, ks3Secret}, "", []string{`addressing = "path"`}},
		{"signature", rules.Provider{Kind: "ks3", Region: "BEIJING", Signature: "v2"}, []string{ks3ID, ks3Secret}, "", []string{`"kss", "kss4" or "aws4"`}},
		{"kind", rules.Provider{Kind: "gcs"}, nil, "", []string{"signature"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			tt.p.Address = tt.p.Kind + ".x"
			_, err := objectstore.Open(t.Context(), tt.p, objectstore.Settings{Getenv: env(tt.env...), HomeDir: tt.home})
			if err == nil {
				t.Fatal("no error")
			}
			for _, want := range append(tt.want, "open provider "+tt.p.Address) {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("got %q, want %q in it", err, want)
				}
			}
		})
	}
}

// An endpoint with credentials in it is refused, and they are not repeated.
func TestPromise12_NoErrorQuotesTheUserOfAnEndpoint(t *testing.T) {
	for _, endpoint := range []string{
		"https://AKID:TOPSECRET@host.example", "http://AKID:TOP%SECRET@h", "AKID:TOPSECRET@host.example", "ftp://AKID:TOPSECRET@host.example",
		"https://AKID:TOP@SECRET@host.example", "https://AKID:TOP/SECRET@host.example", "https://AKID:TOP?SECRET@host.example",
		"https://AKID:TOP://SECRET@host.example/path", "https://host.example/?X-Amz-Signature=TOPSECRET", "https://AKID:TOPSECRET@media.ks3-cn-beijing.ksyuncs.com",
	} {
		for _, p := range []rules.Provider{{Kind: "s3", Region: "us-east-1"}, {Kind: "ks3"}, {Kind: "ks3", Internal: true}} {
			p.Endpoint = endpoint
			_, err := objectstore.Open(t.Context(), p, objectstore.Settings{Getenv: env(ks3ID, ks3Secret, awsID, awsSecret)})
			_, realm := objectstore.Realm(p, objectstore.Settings{Getenv: env()})
			for _, err := range []error{err, realm} {
				if err == nil {
					t.Errorf("%s passes", endpoint)
				} else if strings.Contains(err.Error(), "TOP") || strings.Contains(err.Error(), "SECRET@") || strings.Contains(err.Error(), "AKID") {
					t.Errorf("%s: got %v", endpoint, err)
				}
			}
		}
	}
}

// The AWS chain is asked where the environment that was given has no keys.
func TestOpenReadsTheAWSFiles(t *testing.T) {
	dir := t.TempDir()
	credentials, config := filepath.Join(dir, "credentials"), filepath.Join(dir, "config")
	for name, text := range map[string]string{
		credentials: "[default]\naws_access_key_id=AKIAFILEEXAMPLE\naws_secret_access_key=sk\naws_session_token=tok\n",
		config:      "[default]\nregion=eu-north-1\n",
	} {
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"AWS_ACCESS_KEY_ID", "AWS_ACCESS_KEY", "AWS_SECRET_ACCESS_KEY", "AWS_SECRET_KEY", "AWS_PROFILE", "AWS_REGION", "AWS_DEFAULT_REGION",
		"AWS_ROLE_ARN", "AWS_WEB_IDENTITY_TOKEN_FILE", "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "AWS_CONTAINER_CREDENTIALS_FULL_URI"} {
		t.Setenv(name, "")
	}
	t.Setenv("AWS_SHARED_CREDENTIALS_FILE", credentials)
	t.Setenv("AWS_CONFIG_FILE", config)
	t.Setenv("AWS_EC2_METADATA_DISABLED", "true")
	s := serve(t, say(200, uploadsXML("")))
	c, err := objectstore.Open(t.Context(), rules.Provider{Address: "s3", Kind: "s3", Endpoint: s.URL}, objectstore.Settings{})
	if err != nil {
		t.Fatal(err)
	}
	if id := c.Identity(); id.Region != "eu-north-1" || id.AccessKeyID != "AKIA…MPLE" || !strings.Contains(id.CredentialSource, "SharedConfigCredentials") {
		t.Errorf("got %+v", id)
	}
	if _, _, err := listed(t, c, ""); err != nil {
		t.Fatal(err)
	}
	if got := s.asked()[0].Header.Get("X-Amz-Security-Token"); got != "tok" {
		t.Errorf("token: got %q", got)
	}

	// Nothing anywhere: said at the first use, where a service could have been asked.
	if err := os.WriteFile(credentials, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	c, err = objectstore.Open(t.Context(), rules.Provider{Address: "s3", Kind: "s3", Endpoint: s.URL}, objectstore.Settings{})
	if err != nil {
		t.Fatal(err)
	}
	if id := c.Identity(); id.AccessKeyID != "" || !strings.Contains(id.CredentialSource, "not asked yet") {
		t.Errorf("got %+v", id)
	}
	if _, _, err := listed(t, c, ""); err == nil || !strings.Contains(err.Error(), "set AWS_ACCESS_KEY_ID") {
		t.Errorf("got %v", err)
	}
}

func TestSessionTokenIsSentAndSigned(t *testing.T) {
	tests := []struct{ kind, signature, header, signed string }{
		{"ks3", "kss", "X-Kss-Security-Token", ""},
		{"ks3", "kss4", "X-Kss-Security-Token", "x-kss-security-token"},
		{"ks3", "aws4", "X-Amz-Security-Token", "x-amz-security-token"},
		{"s3", "aws4", "X-Amz-Security-Token", "x-amz-security-token"},
	}
	for _, tt := range tests {
		s := serve(t, say(200, uploadsXML("")))
		c := open(t, s.URL, as(tt.kind, tt.signature), func(_ *rules.Provider, s *objectstore.Settings) { s.Credentials.SessionToken = "TOKENEXAMPLE" })
		if _, _, err := listed(t, c, ""); err != nil {
			t.Fatal(err)
		}
		h := s.asked()[0].Header
		if h.Get(tt.header) != "TOKENEXAMPLE" || !strings.Contains(h.Get("Authorization"), tt.signed) {
			t.Errorf("%s %s: got %v", tt.kind, tt.signature, h)
		}
	}
}

func TestAddressing(t *testing.T) {
	s := serve(t, say(200, uploadsXML("")))
	port := s.URL[strings.LastIndex(s.URL, ":"):]
	tests := []struct{ endpoint, addressing, host, path string }{
		{"http://127.0.0.1" + port, "", "127.0.0.1" + port, "/b/"},
		{"http://localhost" + port, "", "localhost" + port, "/b/"},
		{"http://localhost" + port, "path", "localhost" + port, "/b/"},
	}
	for _, tt := range tests {
		c := open(t, tt.endpoint, func(p *rules.Provider, _ *objectstore.Settings) { p.Addressing = tt.addressing })
		if _, _, err := listed(t, c, ""); err != nil {
			t.Fatal(err)
		}
		asked := s.asked()
		if r := asked[len(asked)-1]; r.Host != tt.host || r.URL.Path != tt.path {
			t.Errorf("%s %s: asked %s%s, want %s%s", tt.endpoint, tt.addressing, r.Host, r.URL.Path, tt.host, tt.path)
		}
	}
}

func TestHeadersOfInitiate(t *testing.T) {
	s := serve(t, say(200, "<InitiateMultipartUploadResult><Bucket>b</Bucket><Key>k</Key><UploadId>u</UploadId></InitiateMultipartUploadResult>"))
	h := http.Header{"Content-Type": {"video/mp4"}, "x-kss-storage-class": {"STANDARD_IA"}}
	id, err := open(t, s.URL).Initiate(t.Context(), "b", "k", h)
	if r := s.asked()[0]; err != nil || id != "u" || r.Header.Get("Content-Type") != "video/mp4" || r.Header.Get("X-Kss-Storage-Class") != "STANDARD_IA" {
		t.Errorf("got %s, %v; sent %v", id, err, r.Header)
	}
	if len(h) != 2 {
		t.Errorf("the caller's headers were changed: %v", h)
	}
}
