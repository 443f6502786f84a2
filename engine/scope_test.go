package engine

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"offcut/rules"
)

func TestScopesAreTheFewestListings(t *testing.T) {
	a, b, c := testRule("a", "media", "raw/", "raw/deep/", "tmp/"), testRule("b", "media", "raw/deep/x", "z"), testRule("c", "logs", "")
	c.Scan.Buckets = []string{"archive", "logs"}
	d := testRule("d", "media", "raw/")
	d.Provider = "s3"
	scopes, err := scopesOf([]*rules.Rule{&a, &b, &c, &d})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for i := range scopes {
		s := &scopes[i]
		got = append(got, fmt.Sprintf("%s %s/%s by %s", s.Provider, s.Bucket, s.Prefix, strings.Join(s.Rules, "+")))
	}
	want := []string{
		"ks3 archive/ by rule.c",
		"ks3 logs/ by rule.c",
		"ks3 media/raw/ by rule.a+rule.b",
		"ks3 media/tmp/ by rule.a",
		"ks3 media/z by rule.b",
		"s3 media/raw/ by rule.d",
	}
	if !slices.Equal(got, want) {
		t.Errorf("scopes\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func TestPrefixRawIsNotRawSlash(t *testing.T) {
	s := newMemStore("media")
	s.put("media", "raw/a", "1", 9*day)
	s.put("media", "rawdata", "1", 9*day)
	wantPlanned(t, buildPlan(t, s, testConfig(testRule("a", "media", "raw/")), testOptions(t)), "media/raw/a 1")
	wantPlanned(t, buildPlan(t, s, testConfig(testRule("a", "media", "raw")), testOptions(t)), "media/raw/a 1", "media/rawdata 1")
}

// Every key that a prefix covers is covered by exactly one of the shortest.
func TestShortestPrefixesCoverTheSameKeysOnce(t *testing.T) {
	word := rapid.StringOfN(rapid.RuneFrom([]rune("ab/")), 0, 4, -1)
	rapid.Check(t, func(t *rapid.T) {
		prefixes := rapid.SliceOfN(word, 1, 8).Draw(t, "prefixes")
		short := shortest(prefixes)
		key := word.Draw(t, "key")
		covers := func(p string) bool { return strings.HasPrefix(key, p) }
		n := 0
		for _, p := range short {
			if covers(p) {
				n++
			}
		}
		want := 0
		if slices.ContainsFunc(prefixes, covers) {
			want = 1
		}
		if n != want {
			t.Fatalf("%q is covered by %d of %q, want %d (%q)", key, n, short, want, prefixes)
		}
	})
}
