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
			cfg, d := set.Resolve(nil)
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

// TestRulesForTheComposedKeyCanKeep has a longer prefix that only fits the key's
// composed form: its rule keeps, and never aborts.
func TestRulesForTheComposedKeyCanKeep(t *testing.T) {
	strict, loose := decideRule("strict", "raw/caf\u00e9/"), decideRule("strict", "raw/caf\u00e9/")
	strict.Stale.OlderThan = 90 * decideDay
	loose.Stale = Stale{OlderThan: decideDay, IdleFor: decideDay}
	wide := decideRule("wide", "raw/")
	key := decideKey("raw/cafe\u0301/x")
	parts := decideParts(2 * decideDay)
	runDecideCases(t, []decideCase{
		{name: "stricter", rules: []Rule{strict, wide}, edit: key, want: Verdict{Reason: KeepYoung, Rules: []string{"rule.strict"}}},
		{name: "stricter, parts read", rules: []Rule{strict, wide}, edit: key, parts: parts, want: Verdict{Reason: KeepYoung, Rules: []string{"rule.strict"}}},
		{name: "looser", rules: []Rule{loose, wide}, edit: key, parts: parts, want: Verdict{Action: Abort, Reason: AbortStale, Rules: []string{"rule.wide"}}},
		{name: "looser, young for the other", rules: []Rule{loose, wide}, parts: parts,
			edit: func(u *Upload) { *u = decideUpload(2 * decideDay); key(u) }, want: Verdict{Reason: KeepYoung, Rules: []string{"rule.wide"}}},
		{name: "alone", rules: []Rule{loose}, edit: key, parts: parts, want: Verdict{Reason: KeepFiltered}},
	})
}

// TestAnotherFormNeverAddsAnAbort holds that a key in another form is aborted only
// where the composed one is, whatever rules and protects say.
func TestAnotherFormNeverAddsAnAbort(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := drawWorld(t)
		prefix, key := drawAccented(t)
		for i := range w.rules {
			scan := &w.rules[i].Scan
			if rapid.Bool().Draw(t, "accented") {
				scan.Prefixes = append(append([]string(nil), scan.Prefixes...), norm.NFC.String(prefix))
			}
		}
		w.upload.Key = norm.NFC.String(key)
		composed := w.decide()
		w.upload.Key = norm.NFD.String(key)
		if got := w.decide(); got.Action == Abort && composed.Action == Keep {
			t.Fatalf("%+v, but composed %+v", got, composed)
		}
	})
}
