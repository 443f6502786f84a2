package rules

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// overlapText writes overlaps one a line.
func overlapText(all []Overlap) string {
	var b strings.Builder
	for _, o := range all {
		fmt.Fprintf(&b, "%s %s %q %s", o.Provider, strings.Join(o.Buckets, ","), o.Prefix, strings.Join(o.Deciders, "+"))
		if len(o.Over) > 0 {
			fmt.Fprintf(&b, " over %s %q", strings.Join(o.Over, "+"), o.Within)
		}
		if o.Excludes {
			b.WriteString(" but excludes")
		}
		b.WriteString("\n")
	}
	return b.String()
}

func overlapRule(name string, buckets []string, prefixes ...string) Rule {
	r := decideRule(name, prefixes...)
	r.Scan.Buckets = buckets
	return r
}

func TestOverlaps(t *testing.T) {
	media, both := []string{"media"}, []string{"logs", "media"}
	excluding := overlapRule("b", media, "raw/a/")
	excluding.Scan.Exclude = decideGlobs(t, "raw/a/keep/**")
	elsewhere := excluding
	elsewhere.Scan.Exclude = decideGlobs(t, "tmp/**")
	other := overlapRule("b", media, "raw/a/")
	other.Provider = "s3.minio"
	for name, tt := range map[string]struct {
		rules []Rule
		want  string
	}{
		"apart":               {[]Rule{overlapRule("a", media, "raw/"), overlapRule("b", media, "tmp/", "rax")}, ""},
		"other buckets":       {[]Rule{overlapRule("a", media, "raw/"), overlapRule("b", []string{"logs"}, "raw/")}, ""},
		"other providers":     {[]Rule{overlapRule("a", media, "raw/"), other}, ""},
		"one rule alone":      {[]Rule{overlapRule("a", media, "raw/", "raw/a/")}, ""},
		"longer":              {[]Rule{overlapRule("a", media, "raw/"), overlapRule("b", media, "raw/a/")}, `ks3 media "raw/a/" rule.b over rule.a "raw/"`},
		"in any order":        {[]Rule{overlapRule("b", media, "raw/a/"), overlapRule("a", media, "raw/")}, `ks3 media "raw/a/" rule.b over rule.a "raw/"`},
		"whole bucket":        {[]Rule{overlapRule("a", media, ""), overlapRule("b", media, "raw/")}, `ks3 media "raw/" rule.b over rule.a ""`},
		"several buckets":     {[]Rule{overlapRule("a", both, "raw/"), overlapRule("b", both, "raw/a/")}, `ks3 logs,media "raw/a/" rule.b over rule.a "raw/"`},
		"equal":               {[]Rule{overlapRule("a", both, "raw/"), overlapRule("b", media, "raw/")}, `ks3 media "raw/" rule.a+rule.b`},
		"excluding":           {[]Rule{overlapRule("a", media, "raw/"), excluding}, `ks3 media "raw/a/" rule.b over rule.a "raw/" but excludes`},
		"excluding elsewhere": {[]Rule{overlapRule("a", media, "raw/"), elsewhere}, `ks3 media "raw/a/" rule.b over rule.a "raw/"`},
		"nested": {[]Rule{overlapRule("a", media, ""), overlapRule("b", media, "raw/"), overlapRule("c", media, "raw/a/", "tmp/")},
			"ks3 media \"raw/\" rule.b over rule.a \"\"\nks3 media \"raw/a/\" rule.c over rule.b \"raw/\"\nks3 media \"tmp/\" rule.c over rule.a \"\""},
		"one of two goes further": {[]Rule{overlapRule("a", media, "raw/"), overlapRule("b", media, "raw/", "raw/a/")},
			"ks3 media \"raw/\" rule.a+rule.b\nks3 media \"raw/a/\" rule.b over rule.a \"raw/\""},
		"two over one": {[]Rule{overlapRule("a", media, "raw/"), overlapRule("b", media, "raw/a/"), overlapRule("c", media, "raw/a/")},
			"ks3 media \"raw/a/\" rule.b+rule.c\nks3 media \"raw/a/\" rule.b+rule.c over rule.a \"raw/\""},
		"a bucket of its own": {[]Rule{overlapRule("a", both, "raw/"), overlapRule("b", media, "raw/a/"), overlapRule("c", []string{"logs"}, "raw/a/")},
			"ks3 logs \"raw/a/\" rule.c over rule.a \"raw/\"\nks3 media \"raw/a/\" rule.b over rule.a \"raw/\""},
	} {
		t.Run(name, func(t *testing.T) {
			c := &Config{Rules: tt.rules}
			if got := strings.TrimSuffix(overlapText(c.Overlaps()), "\n"); got != tt.want {
				t.Errorf("got:\n%s\nwant:\n%s", got, tt.want)
			}
		})
	}
}

// TestOverlaps_SayWhoDecides holds every overlap against the verdict on a key in it,
// and that wherever a rule looks at a key without deciding about it, an overlap says so.
func TestOverlaps_SayWhoDecides(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := drawWorld(t)
		for i := range w.rules {
			w.rules[i].Scan.Exclude = nil
		}
		c := w.config()
		said := map[string]bool{}
		for _, o := range c.Overlaps() {
			for _, bucket := range o.Buckets {
				u := Upload{Provider: o.Provider, Bucket: bucket, Key: o.Prefix + "\x01"}
				var got []string
				for _, i := range c.deciders(nil, c.indexed(), &u) {
					got = append(got, c.Rules[i].Address)
				}
				if !slices.Equal(got, o.Deciders) {
					t.Fatalf("%+v, but %v decide", o, got)
				}
				for _, r := range o.Over {
					said[o.Provider+" "+bucket+" "+r] = true
				}
			}
		}
		w.upload.Bucket = rapid.SampledFrom([]string{"a", "b"}).Draw(t, "bucket of the key")
		deciders := c.deciders(nil, c.indexed(), &w.upload)
		for _, i := range c.Covering(nil, &w.upload) {
			r := c.Rules[i].Address
			if !slices.Contains(deciders, i) && !said[w.upload.Provider+" "+w.upload.Bucket+" "+r] {
				t.Fatalf("%s does not decide about %q, and nothing says so: %s", r, w.upload.Key, overlapText(c.Overlaps()))
			}
		}
	})
}

// manyScopes are 500 rules with ten prefixes each in one bucket, nested in each other.
func manyScopes() *Config {
	c := &Config{}
	for i := range 500 {
		var prefixes []string
		for j := range 10 {
			prefixes = append(prefixes, strings.Repeat("d/", j)+fmt.Sprintf("p%03d/", (i*7+j)%300))
		}
		c.Rules = append(c.Rules, overlapRule(fmt.Sprintf("r%03d", i), []string{"media", "logs"}, append(prefixes, strings.Repeat("n", i+1))...))
	}
	return c
}

func BenchmarkOverlaps(b *testing.B) {
	c := manyScopes()
	if n := len(c.Overlaps()); n < 1000 {
		b.Fatalf("%d overlaps", n)
	}
	for b.Loop() {
		c.Overlaps()
	}
}
