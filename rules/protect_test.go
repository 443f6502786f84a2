package rules

import (
	"encoding/base64"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// protectOf is a protect over bucket "media", changed by edit.
func protectOf(t *testing.T, edit func(*Protect)) []Protect {
	t.Helper()
	p := Protect{Address: "protect.hold", Buckets: decideGlobs(t, "media")}
	edit(&p)
	return []Protect{p}
}

// TestDecide_ProtectedKeys holds what keys, prefixes and owners of a protect cover.
func TestDecide_ProtectedKeys(t *testing.T) {
	keys := func(texts ...string) []Protect {
		return protectOf(t, func(p *Protect) { p.Keys = decideGlobs(t, texts...) })
	}
	owners := func(provider, told string) func(*Upload) {
		return func(u *Upload) { u.Provider, u.Owner = provider, told }
	}
	of := func(accounts ...string) []Protect {
		return protectOf(t, func(p *Protect) { p.Prefixes, p.Owners = []string{""}, accounts })
	}
	everywhere := decideRule("raw", "raw/")
	elsewhere := everywhere
	elsewhere.Address, elsewhere.Provider = "rule.other", "s3.minio"
	two := []Rule{everywhere, elsewhere}
	protected := Verdict{Reason: KeepProtected, By: "protect.hold"}
	stale := Verdict{Action: Abort, Reason: AbortStale, Rules: []string{"rule.raw"}}
	staleElsewhere := Verdict{Action: Abort, Reason: AbortStale, Rules: []string{"rule.other"}}
	idle := decideParts(2 * decideDay)
	runDecideCases(t, []decideCase{
		{name: "a glob that matches the whole key", protects: keys("raw/*"), parts: idle, want: protected},
		{name: "one of several", protects: keys("x", "**/a"), parts: idle, want: protected},
		{name: "only the beginning matches", protects: keys("raw/*"), edit: decideKey("raw/a/b"), parts: idle, want: stale},
		{name: "only the end matches", protects: keys("a"), parts: idle, want: stale},
		{name: "composed form", protects: keys("raw/*\u00e9"), edit: decideKey("raw/cafe\u0301"), parts: idle, want: protected},
		{name: "a newline is a character", protects: keys("raw/*"), edit: decideKey("raw/a\nb"), parts: idle, want: protected},
		{name: "prefix or key", protects: protectOf(t, func(p *Protect) {
			p.Prefixes, p.Keys = []string{"raw/b/"}, decideGlobs(t, "**/a")
		}), parts: idle, want: protected},
		{name: "neither prefix nor key", protects: protectOf(t, func(p *Protect) {
			p.Prefixes, p.Keys = []string{"raw/b/"}, decideGlobs(t, "**/b")
		}), parts: idle, want: stale},
		{name: "a key in another bucket", protects: protectOf(t, func(p *Protect) {
			p.Buckets, p.Keys = decideGlobs(t, "logs"), decideGlobs(t, "**")
		}), parts: idle, want: stale},

		{name: "an owner as it is told", rules: two, protects: of("7"), edit: owners("s3.minio", "7"), parts: idle, want: protected},
		{name: "another owner", rules: two, protects: of("7"), edit: owners("s3.minio", "8"), parts: idle, want: staleElsewhere},
		{name: "an owner who is not told", rules: two, protects: of("7"), edit: owners("s3.minio", ""), parts: idle, want: protected},
		{name: "an owner in Base64 on KS3", protects: of("7"), edit: owners("ks3", "Nw=="), parts: idle, want: protected},
		{name: "Base64 as the store tells it", protects: of("Nw=="), edit: owners("ks3", "Nw=="), parts: idle, want: protected},
		{name: "Base64 of another owner", protects: of("8"), edit: owners("ks3", "Nw=="), parts: idle, want: stale},
		{name: "Base64 means nothing on s3", rules: two, protects: of("7"), edit: owners("s3.minio", "Nw=="), parts: idle, want: staleElsewhere},
		{name: "the owner, but another key", protects: protectOf(t, func(p *Protect) {
			p.Keys, p.Owners = decideGlobs(t, "**/b"), []string{"7"}
		}), edit: owners("ks3", "Nw=="), parts: idle, want: stale},
		{name: "over, with keys and owners", protects: protectOf(t, func(p *Protect) {
			p.Keys, p.Owners, p.Until = decideGlobs(t, "**"), []string{"7"}, decideNow()
		}), edit: owners("ks3", "Nw=="), parts: idle, want: stale},
		{name: "a nanosecond left", protects: protectOf(t, func(p *Protect) {
			p.Keys, p.Until = decideGlobs(t, "**"), decideNow().Add(time.Nanosecond)
		}), parts: idle, want: protected},
	})
}

// TestSameAccount_KnowsBase64OfKS3 compares with the plain meaning of the words.
func TestSameAccount_KnowsBase64OfKS3(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		account := rapid.StringMatching(`[0-9A-Za-z=]{0,80}`).Draw(t, "account")
		encoded := base64.StdEncoding.EncodeToString([]byte(account))
		owner := rapid.SampledFrom([]string{account, encoded, account + "A", encoded + "A", ""}).Draw(t, "owner")
		for _, kind := range []string{"ks3", "s3", ""} {
			want := account == owner || kind == "ks3" && owner == encoded
			if got := SameAccount(kind, account, owner); got != want {
				t.Fatalf("SameAccount(%q, %q, %q) is %v", kind, account, owner, got)
			}
		}
	})
}
