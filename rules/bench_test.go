package rules

import (
	"fmt"
	"testing"
)

// benchConfig has many rules over many buckets, as one with for_each would, and
// two protects.
func benchConfig(tb testing.TB, buckets int) *Config {
	c := &Config{Protects: []Protect{
		{Address: "protect.legal", Buckets: decideGlobs(tb, "media"), Prefixes: []string{"legal/"}},
		{Address: "protect.logs", Buckets: decideGlobs(tb, "log-*", "**-audit"), Prefixes: []string{""}},
	}}
	for i := range buckets {
		r := decideRule(fmt.Sprintf("r%04d", i), "raw/", "tmp/")
		r.Scan.Buckets = []string{fmt.Sprintf("bucket-%04d", i)}
		c.Rules = append(c.Rules, r)
	}
	r := decideRule("media", "raw/", "tmp/")
	r.Scan.Exclude = decideGlobs(tb, "raw/keep/**", "**/*.keep")
	c.Rules = append(c.Rules, r)
	return c
}

func TestDecideAllocatesNothing(t *testing.T) {
	c := benchConfig(t, 100)
	equal := &Config{Rules: []Rule{decideRule("b", "raw/"), decideRule("a", "raw/")}}
	old, young := decideUpload(10*decideDay), decideUpload(decideDay)
	far := decideUpload(10 * decideDay)
	far.Key = "elsewhere/a"
	accented := decideUpload(10 * decideDay)
	accented.Key = "raw/caf\u00e9"
	for name, run := range map[string]func() Verdict{
		"young":      func() Verdict { return c.Decide(&young, nil, decideNow()) },
		"need parts": func() Verdict { return c.Decide(&old, nil, decideNow()) },
		"filtered":   func() Verdict { return c.Decide(&far, nil, decideNow()) },
		"stale":      func() Verdict { return c.Decide(&old, benchParts, decideNow()) },
		"accented":   func() Verdict { return c.Decide(&accented, nil, decideNow()) },
		"two equals": func() Verdict { return equal.Decide(&old, benchParts, decideNow()) },
	} {
		if n := testing.AllocsPerRun(100, func() { run() }); n != 0 {
			t.Errorf("%s: %v allocations", name, n)
		}
	}
	var room [8]int
	if n := testing.AllocsPerRun(100, func() { c.Covering(room[:0], &old) }); n != 0 {
		t.Errorf("Covering: %v allocations", n)
	}
}

// benchParts is made once, because making it is no part of what is measured.
var benchParts = decideParts(2 * decideDay)

func BenchmarkDecide(b *testing.B) {
	old, young := decideUpload(10*decideDay), decideUpload(decideDay)
	old.Key, young.Key = "raw/2026/07/01/camera-1/clip-000123.mp4", "raw/2026/07/01/camera-1/clip-000124.mp4"
	now := decideNow()
	for _, rules := range []int{1, 1000} {
		c := benchConfig(b, rules)
		b.Run(fmt.Sprintf("young/rules=%d", rules), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				c.Decide(&young, nil, now)
			}
		})
		b.Run(fmt.Sprintf("stale/rules=%d", rules), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				c.Decide(&old, benchParts, now)
			}
		})
	}
}
