package emulator

import (
	"strings"
	"testing"

	"offcut/engine/emulator/policy"
)

func TestBucketPoliciesComeBackByteForByte(t *testing.T) {
	s := openFor(t, BucketSpec{})
	for _, text := range []string{
		onMyBucket("*", "Allow", "ks3:GetObject"),
		"\n {\t\"Statement\":{\"Sid\":\"\\u00e9 <&>\",\"Effect\":\"Deny\",\"Principal\":[\"krn:ksc:iam::2:root\"],\"Action\":\"ks3:*\",\"Resource\":\"krn:ksc:ks3:::my-bucket/é*\"}}\r\n",
		// As the Go SDK's test against the live service has it, which wants it back like that.
		`{ "Statement": [ { "Effect": "Allow", "Action": [ "ks3:ListBucket", "ks3:ListBucketMultipartUploads", "ks3:GetObject", "ks3:GetObjectAcl", "ks3:ListMultipartUploadParts" ],
		"Principal": { "KSC": [ "*" ] }, "Resource": [ "krn:ksc:ks3:::my-bucket", "krn:ksc:ks3:::my-bucket/*" ] } ] }`,
	} {
		wants(t, "put "+text, as(t, s, "1", "PUT /?policy", text), 204, "")
		w := as(t, s, "1", "GET /?policy", "")
		if w.Code != 200 || w.Body.String() != text || w.Header().Get("Content-Type") != "application/json" {
			t.Errorf("%d %q, want %q", w.Code, w.Body, text)
		}
	}
	wants(t, "a guest lists", as(t, s, "2", "GET /", ""), 200, "")
	wants(t, "delete", as(t, s, "1", "DELETE /?policy", ""), 204, "")
	wants(t, "a guest lists", as(t, s, "2", "GET /", ""), 403, "AccessDenied")
	wants(t, "get none", as(t, s, "1", "GET /?policy", ""), 404, "NoSuchBucketPolicy")
	wants(t, "delete none", as(t, s, "1", "DELETE /?policy", ""), 204, "")
}

func TestABucketsPolicyGoesWithIt(t *testing.T) {
	s := openFor(t, BucketSpec{Policy: onMyBucket("*", "Allow", "*")})
	wants(t, "delete the bucket", as(t, s, "1", "DELETE /", ""), 204, "")
	wants(t, "make it anew", as(t, s, "1", "PUT /", ""), 200, "")
	wants(t, "its policy", as(t, s, "1", "GET /?policy", ""), 404, "NoSuchBucketPolicy")
	wants(t, "a guest", as(t, s, "2", "GET /", ""), 403, "AccessDenied")
}

func TestBucketPoliciesThatAreRefused(t *testing.T) {
	s := openFor(t, BucketSpec{})
	good := onMyBucket("*", "Allow", "ks3:GetObject")
	wants(t, "put", as(t, s, "1", "PUT /?policy", good), 204, "")
	for _, tt := range []struct{ name, text, code, says string }{
		{"nothing", "", "MalformedPolicy", "ends too early"},
		{"no JSON", "<x/>", "MalformedPolicy", "not JSON"},
		{"a user policy", allowing("Allow", "krn:ksc:ks3:::my-bucket/*", "*"), "MalformedPolicy", "Principal"},
		{"another bucket", strings.ReplaceAll(good, "my-bucket", "my-bucket2"), "MalformedPolicy", "not of this bucket"},
		{"every bucket", policyOf("*", "Allow", "*", "*"), "MalformedPolicy", "not of this bucket"},
		{"a mistyped action", onMyBucket("*", "Deny", "ks3:AbortMultipartUplaod"), "MalformedPolicy", "ks3:AbortMultipartUpload"},
		{"an action without its resource", policyOf("*", "Allow", "krn:ksc:ks3:::my-bucket", "ks3:GetObject"), "MalformedPolicy", "applies to no Resource"},
		{"a mistyped user", onMyBucket("krn:ksc:iam::1:user/subb", "Deny", "*"), "MalformedPolicy", "&#34;sub&#34;"},
		{"a display name of an account", onMyBucket("krn:ksc:iam::1:user/vector", "Deny", "*"), "MalformedPolicy", "vector"},
		{"too long", good + strings.Repeat(" ", policy.MaxSize), "EntityTooLarge", "20480"},
	} {
		w := as(t, s, "1", "PUT /?policy", tt.text)
		wants(t, tt.name, w, 400, tt.code)
		if !strings.Contains(w.Body.String(), tt.says) {
			t.Errorf("%s: it does not say %s: %s", tt.name, tt.says, w.Body)
		}
	}
	if got := as(t, s, "1", "GET /?policy", "").Body.String(); got != good {
		t.Errorf("a refused policy left %s", got)
	}
	wants(t, "a user of another account", as(t, s, "1", "PUT /?policy", onMyBucket("krn:ksc:iam::77:user/any", "Deny", "*")), 204, "")
}

func TestPoliciesOfManyBucketsAreKeptApart(t *testing.T) {
	var cache policyCache
	for i := range 3 * maxCachedPolicies {
		effect := "Allow"
		if i%2 == 1 {
			effect = "Deny"
		}
		row := []byte(onMyBucket("krn:ksc:iam::"+strings.Repeat("1", i+1)+":root", effect, "*"))
		for range 2 {
			d, err := cache.read(row)
			if err != nil {
				t.Fatal(err)
			}
			want := policy.Allow + policy.Effect(i%2)
			ask := policy.Request{Action: "ks3:GetObject", Resource: policy.Resource("my-bucket", "k"), Principal: policy.Principal{Account: strings.Repeat("1", i+1)}}
			if got := d.Evaluate(ask); got != want {
				t.Fatalf("policy %d: %d, want %d", i, got, want)
			}
		}
		if len(cache.byText) > maxCachedPolicies {
			t.Fatalf("%d policies are kept", len(cache.byText))
		}
	}
	if _, err := cache.read([]byte("{")); err == nil {
		t.Error("a damaged row was taken for no policy")
	}
}

// A policy that can't be read, in a damaged state file, lets nobody in.
func TestADamagedPolicyAllowsNothing(t *testing.T) {
	s := openFor(t, BucketSpec{ACL: "public-read"})
	err := s.store.change(func(t tables) error {
		return t.settings.Put(settingKey("my-bucket", settingPolicy), []byte("{"))
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, id := range []string{"1", "2", "11"} {
		wants(t, id, as(t, s, id, "GET /", ""), 500, "InternalError")
	}
}
