package rules

import (
	"strings"
	"testing"

	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"
)

// drawAccented draws a key whose forms differ, and a beginning of it.
func drawAccented(t *rapid.T) (prefix, key string) {
	word := rapid.SampledFrom([]string{"caf\u00e9", "\u00c5ngstr\u00f6m", "\ud55c\uae00", "\u30ac\u30e9\u30b9", "\u1ec7", "plain"})
	segments := rapid.SliceOfN(word, 1, 4).Draw(t, "segments")
	n := rapid.IntRange(1, len(segments)).Draw(t, "segments of the prefix")
	return strings.Join(segments[:n], "/") + "/", strings.Join(segments, "/") + "/x"
}

func inForms(key string) []string { return []string{norm.NFC.String(key), norm.NFD.String(key)} }

// TestAProtectCoversANameInEveryForm goes through HCL, which composes
// what the file holds, whichever form that has.
func TestAProtectCoversANameInEveryForm(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		prefix, key := drawAccented(t)
		for _, written := range inForms(prefix) {
			set, _ := loadText(strings.Replace(smallRule, `["raw/"]`, `["`+prefix+`"]`, 1) +
				"protect \"p\" {\n buckets = [\"media\"]\n prefixes = [\"" + written + "\"]\n}\n")
			cfg, d := set.Resolve()
			if cfg == nil {
				t.Fatalf("%+v", headsOf(d))
			}
			for _, k := range inForms(key) {
				u := decideUpload(10 * decideDay)
				u.Key = k
				if v := cfg.Decide(&u, decideParts(2*decideDay), decideNow()); v.Reason != KeepProtected {
					t.Fatalf("prefix %+q, key %+q: %+v", written, k, v)
				}
			}
		}
	})
}

func TestAnExcludeCoversANameInEveryForm(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		prefix, key := drawAccented(t)
		glob, err := ParseGlob(norm.NFC.String(prefix) + "**")
		if err != nil {
			t.Fatal(err)
		}
		r := decideRule("r", "")
		r.Scan.Exclude = []Glob{glob}
		c := &Config{Rules: []Rule{r}}
		for _, k := range inForms(key) {
			u := decideUpload(10 * decideDay)
			u.Key = k
			if v := c.Decide(&u, decideParts(2*decideDay), decideNow()); v.Reason != KeepFiltered {
				t.Fatalf("glob %+q, key %+q: %+v", glob.String(), k, v)
			}
			if (&Config{Rules: []Rule{decideRule("r", "")}}).Decide(&u, decideParts(2*decideDay), decideNow()).Action != Abort {
				t.Fatalf("%+q is kept without the exclude", k)
			}
		}
	})
}
