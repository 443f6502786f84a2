package engine

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"offcut/rules"
)

// whereRule is testRule with a where over upload.
func whereRule(t testing.TB, expr, name, bucket string, prefixes ...string) rules.Rule {
	t.Helper()
	text := fmt.Sprintf("rule \"r\" {\n  scan {\n    buckets = [\"media\"]\n    prefixes = [\"raw/\"]\n  }\n  stale {\n    older_than = \"7d\"\n    where = %s\n  }\n}\n", expr)
	set, d := rules.Load(rules.Source{Rules: []rules.File{{Name: "main.hcl", Bytes: []byte(text)}}}, rules.Values{})
	if d.HasErrors() {
		t.Fatalf("%s does not load", expr)
	}
	cfg, _ := set.Resolve(nil)
	r := testRule(name, bucket, prefixes...)
	r.Stale.Where = cfg.Rules[0].Stale.Where
	return r
}

// TestBuild_WhereFilters: what where is false for is kept as filtered, and where it
// names nothing of the parts, they are never asked for.
func TestBuild_WhereFilters(t *testing.T) {
	for expr, want := range map[string]struct {
		planned  []string
		readings int
	}{
		`upload.parts > 1`:                         {[]string{"media/raw/a two"}, 2},
		`endswith(upload.key, "b")`:                {[]string{"media/raw/b one"}, 1},
		`upload.key == "raw/c" || upload.id == ""`: {[]string{}, 0},
	} {
		s := newMemStore("media")
		s.put("media", "raw/a", "two", 9*day, 8*day, 3*day)
		s.put("media", "raw/b", "one", 9*day, 8*day)
		p := buildPlan(t, s, testConfig(whereRule(t, expr, "stale", "media", "raw/")), testOptions(t))
		wantPlanned(t, p, want.planned...)
		wantKept(t, p, map[rules.Reason]int64{rules.KeepFiltered: int64(2 - len(want.planned))})
		if n := s.called("ListParts"); n != want.readings {
			t.Errorf("%s: the parts of %d uploads were read, want %d", expr, n, want.readings)
		}
		if notes := scopeOf(t, p, "media", "raw/").Notes; len(notes) > 0 {
			t.Errorf("%s: notes %q", expr, notes)
		}
	}
}

// TestPromise2_WhereWithoutAnAnswerKeepsAndSaysSo: the plan tells how many uploads, of
// which rule, and what is not known of the first.
func TestPromise2_WhereWithoutAnAnswerKeepsAndSaysSo(t *testing.T) {
	for expr, why := range map[string]string{
		`upload.owner == "7"`:                    "its value is not known: upload.owner is not told",
		`upload.size > 0 && upload.owner == "7"`: "its value is not known: upload.owner is not told",
		`regex("[0-9]", upload.key) == "7"`:      `error in function call: call to function "regex" failed: pattern did not match any part of the given string`,
	} {
		s := newMemStore("media")
		for _, key := range []string{"raw/c", "raw/a", "raw/b"} {
			s.edit(s.put("media", key, "u", 9*day, 8*day), func(u *memUpload) { u.Owner = "" })
		}
		opts := testOptions(t)
		opts.RecordKept = true
		p := buildPlan(t, s, testConfig(whereRule(t, expr, "stale", "media", "raw/")), opts)
		wantPlanned(t, p)
		wantKept(t, p, map[rules.Reason]int64{rules.KeepWhereFailed: 3})
		want := `where of rule.stale has no value for 3 uploads, kept as where-failed; for key "raw/a": ` + why
		if notes := scopeOf(t, p, "media", "raw/").Notes; !slices.Equal(notes, []string{want}) {
			t.Errorf("%s: notes %q, want %q", expr, notes, want)
		}
		for k, err := range p.KeptItems() {
			if err != nil || k.By != "rule.stale" || k.Reason != rules.KeepWhereFailed {
				t.Errorf("kept %+v (%v)", k, err)
			}
		}
		if !p.Whole() {
			t.Error("the plan is not whole")
		}
	}
}

// TestPromise3_WhereIsAskedAgainRightBeforeTheAbort: it is asked about the parts that
// are there then.
func TestPromise3_WhereIsAskedAgainRightBeforeTheAbort(t *testing.T) {
	old := func(size int64) func(*memUpload) {
		return func(u *memUpload) { u.parts = append(u.parts, memPart{size: size, modified: epoch.Add(-21 * day)}) }
	}
	tests := map[string]struct {
		expr   string
		change func(*memUpload)
		want   Result
		text   string
	}{
		"no longer true": {`upload.size < bytes("4MiB")`, old(5 << 20), BecameActive,
			"filtered: where of rule.raw is no longer true for it, which now has 3 parts of 7340032 bytes"},
		"still true":     {`upload.size < bytes("4MiB")`, func(*memUpload) {}, Aborted, ""},
		"true but grown": {`upload.size > 0`, old(1), BecameActive, "active: it has grown"},
		"no value": {`upload.size < bytes("4MiB")`, func(u *memUpload) { u.parts[0].size = -9 << 20 }, Failed,
			"where-failed: where of rule.raw has no value for it any more: its value is not known: upload.size is not told"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t)
				w.cfg = testConfig(whereRule(t, tt.expr, "raw", "media", "raw/"))
				ref := w.stale("raw/a", "u1")
				o := w.want(w.run(func() { w.store.edit(ref, tt.change) }), ref, tt.want)
				if !strings.HasPrefix(o.Err, tt.text) {
					t.Errorf("text %q, want %q", o.Err, tt.text)
				}
				if aborts := w.store.called("Abort"); (aborts > 0) != (tt.want == Aborted) {
					t.Errorf("%d aborts", aborts)
				}
			})
		})
	}
}
