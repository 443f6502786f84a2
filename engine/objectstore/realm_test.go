package objectstore

import (
	"testing"

	"offcut/rules"
)

func TestRealm(t *testing.T) {
	for _, c := range []struct {
		p    rules.Provider
		env  map[string]string
		want string
	}{
		{rules.Provider{Kind: "ks3", Region: "BEIJING"}, nil, "ks3"},
		{rules.Provider{Kind: "ks3", Region: "SHANGHAI"}, nil, "ks3"},
		{rules.Provider{Kind: "ks3", Region: "BEIJING", Internal: true}, nil, "ks3"},
		{rules.Provider{Kind: "ks3", Endpoint: "ks3-cn-beijing.ksyun.com"}, nil, "ks3"},
		{rules.Provider{Kind: "s3", Endpoint: "https://ks3-cn-beijing.ksyuncs.com"}, nil, "ks3"},
		{rules.Provider{Kind: "ks3"}, map[string]string{"KS3_ENDPOINT": "http://127.0.0.1:9000"}, "127.0.0.1:9000"},
		{rules.Provider{Kind: "s3", Endpoint: "http://LOCALHOST:9000"}, nil, "localhost:9000"},
		{rules.Provider{Kind: "s3", Region: "us-east-1"}, nil, "aws"},
		{rules.Provider{Kind: "s3"}, map[string]string{"AWS_REGION": "eu-central-1"}, "aws"},
		{rules.Provider{Kind: "s3", Region: "cn-north-1"}, nil, "aws-cn"},
	} {
		got, err := Realm(c.p, Settings{Getenv: func(name string) string { return c.env[name] }})
		if err != nil || got != c.want {
			t.Errorf("%+v with %v: %q, %v, want %q", c.p, c.env, got, err, c.want)
		}
	}
	if got, err := Realm(rules.Provider{Kind: "ks3", Region: "BEIJING", Internal: true}, Settings{
		Getenv: func(string) string { return "http://127.0.0.1:9000" },
	}); err == nil {
		t.Errorf("internal = true beside an endpoint is taken: %q", got)
	}
}
