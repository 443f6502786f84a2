package rules

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// quoted lists n texts in a format.
func elements(n int, format string) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, format+",\n", i)
	}
	return b.String()
}

func TestCheckSwallowed_AGlobIsToldOnce(t *testing.T) {
	for _, tt := range []struct{ prefixes, exclude, want string }{
		{`"raw/", "tmp/"`, `"raw/**"`, `"raw/**" excludes every key under "raw/", so`},
		{`"raw/", "raw/a/", "tmp/"`, `"**"`, `"**" excludes every key under "raw/" and under 1 more of its prefixes, so`},
		{`"raw/", "tmp/", "var/"`, `"**/*", "**/*"`, `"**/*" excludes every key under "raw/" and under 2 more of its prefixes, so`},
	} {
		_, d := loadText(changed(t, smallRule, `prefixes = ["raw/"]`, "prefixes = ["+tt.prefixes+"]\nexclude = ["+tt.exclude+"]"))
		text := plainText(t, d)
		if strings.Count(text, "Exclude of a whole prefix") != 1 || !strings.Contains(text, tt.want) {
			t.Errorf("%q is not told once in:\n%s", tt.want, text)
		}
	}
}

// TestCheckScopes_ManyBuckets holds that a rule set over all buckets of a large account
// loads, and that its warnings are those of one bucket.
func TestCheckScopes_ManyBuckets(t *testing.T) {
	over := func(name string) string {
		text := changed(t, smallRule, `"r"`, `"`+name+`"`)
		return changed(t, changed(t, text, `["media"]`, "local.buckets"), `["raw/"]`, "local.prefixes")
	}
	_, d := loadText("locals {\n  buckets = [for i in range(1000) : \"bucket-${i}\"]\n  prefixes = [for i in range(1000) : \"p${i}/\"]\n}\n" +
		over("a") + over("b") + over("c") +
		"protect \"p\" {\n  buckets = [\"bucket-*\"]\n  whole_bucket = true\n}\nprotect \"q\" {\n  buckets = [\"bucket-7\"]\n  keys = [\"**\"]\n}\n")
	want := []string{
		"Rule that can abort nothing", "Rule that can abort nothing", "Rules with the same prefix",
		"Rule that can abort nothing", "Rules with the same prefix",
	}
	var got []string
	for _, diag := range d.list {
		got = append(got, diag.Summary)
	}
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) || !strings.Contains(plainText(t, d), "protect.p covers every key that rule.c looks at") {
		t.Errorf("got %q:\n%s", got, plainText(t, d))
	}
}

func TestCheckScopes_WhatTakesTooLongIsRefused(t *testing.T) {
	_, d := loadText(changed(t, smallRule, `["raw/"]`, "["+elements(7000, "\"p%d/\"")+"]\nexclude = ["+elements(7000, "\"**/x%d/**\"")+"]"))
	if got := headsOf(d); len(got) != 1 || !strings.Contains(got[0], "Lists too long") {
		t.Errorf("got %q", got)
	}
}

func TestPrefixesMeet(t *testing.T) {
	for _, tt := range []struct {
		a, b []string
		want bool
	}{
		{[]string{"raw/"}, []string{"raw/a/"}, true},
		{[]string{"raw/a/"}, []string{"tmp/", "raw/"}, true},
		{[]string{"raw/a/"}, []string{"raw/", "raw/0/", "raw/0/1/", "raw/b"}, true},
		{[]string{"raw/a"}, []string{"raw/b", "raw", "ra/", "rax"}, true},
		{[]string{""}, []string{"raw/"}, true},
		{[]string{"caf\u00e9/"}, []string{"cafe\u0301/a/"}, true},
		{[]string{"a", "c"}, []string{"b", "d"}, false},
		{nil, []string{""}, false},
	} {
		if got := prefixesMeet(outermost(tt.a), outermost(tt.b)); got != tt.want {
			t.Errorf("%q and %q: %v", tt.a, tt.b, got)
		}
		if got := prefixesMeet(outermost(tt.b), outermost(tt.a)); got != tt.want {
			t.Errorf("%q and %q: %v", tt.b, tt.a, got)
		}
	}
}
