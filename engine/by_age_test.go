package engine

import (
	"fmt"
	"testing"
	"time"

	"offcut/rules"
)

// hour is what thresholds of these tests are held against.
const hour = time.Hour

func byAgeOf(t *testing.T, p *Plan, rule string) ByAge {
	t.Helper()
	for _, r := range p.Rules {
		if r.Address == rule {
			return r.ByAge
		}
	}
	t.Fatalf("no %s in the plan", rule)
	return ByAge{}
}

// Only what idle_for alone keeps counts: not what is too young, idle, protected,
// without a part, or not to be read.
func TestByAgeCountsWhatOnlyIdleForKeeps(t *testing.T) {
	s := newMemStore("media")
	s.put("media", "raw/busy-1", "u", 8*day, 7*day, hour)
	s.put("media", "raw/busy-2", "u", 30*day, 23*hour)
	s.put("media", "raw/stale", "u", 30*day, 29*day)
	s.put("media", "raw/young", "u", 6*day, hour)
	s.put("media", "raw/legal/busy", "u", 30*day, hour)
	s.put("media", "raw/../busy", "u", 30*day, hour)
	s.put("media", "tmp/busy", "u", 30*day, hour)
	cfg := testConfig(testRule("raw", "media", "raw/"))
	media, err := rules.ParseGlob("media")
	if err != nil {
		t.Fatal(err)
	}
	cfg.Protects = []rules.Protect{{Address: "protect.p", Buckets: []rules.Glob{media}, Prefixes: []string{"raw/legal/"}}}
	before := s.Requests()
	p := buildPlan(t, s, cfg, testOptions(t))
	want := ByAge{Uploads: 2, Bytes: 3 << 20, OlderThan: 7 * day, Within: day}
	if got := byAgeOf(t, p, "rule.raw"); got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
	if p.Kept[rules.KeepActive] != 2 {
		t.Errorf("kept %v", p.Kept)
	}
	if p.Requests != s.Requests()-before || p.Requests > 5 {
		t.Errorf("%d requests: more than one listing and the parts of what is old", p.Requests)
	}
}

// An upload without any part is idle since its start: it received nothing lately, also
// where idle_for is longer than older_than.
func TestByAgeCountsOnlyUploadsThatReceivedParts(t *testing.T) {
	s := newMemStore("media")
	s.put("media", "raw/empty", "u", 8*day)
	s.put("media", "raw/busy", "u", 8*day, 6*day)
	rule := testRule("raw", "media", "raw/")
	rule.Stale.IdleFor = 14 * day
	p := buildPlan(t, s, testConfig(rule), testOptions(t))
	want := ByAge{Uploads: 1, Bytes: 1 << 20, OlderThan: 7 * day, Within: 14 * day}
	if got := byAgeOf(t, p, "rule.raw"); got != want || p.Kept[rules.KeepActive] != 2 {
		t.Errorf("%+v, kept %v", got, p.Kept)
	}
}

// Where several rules decide, the span is true for every upload that counts, and the
// count is the acting rule's that would abort it.
func TestByAgeOfSeveralRules(t *testing.T) {
	s := newMemStore("media")
	s.put("media", "raw/busy", "u", 30*day, 50*hour)
	s.put("media", "raw/keep/busy", "u", 30*day, hour)
	a, b, c := testRule("a", "media", "raw/"), testRule("b", "media", "raw/"), testRule("c", "media", "raw/keep/")
	b.Stale.IdleFor = 3 * day
	c.Stale.OlderThan = 60 * day // decides about raw/keep/ and finds it too young
	p := buildPlan(t, s, testConfig(a, b, c), testOptions(t))
	want := ByAge{Uploads: 1, Bytes: 1 << 20, OlderThan: 7 * day, Within: 3 * day}
	if got := byAgeOf(t, p, "rule.a"); got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
	if b, c := byAgeOf(t, p, "rule.b"), byAgeOf(t, p, "rule.c"); b.Uploads+c.Uploads != 0 {
		t.Errorf("counted again: %+v, %+v", b, c)
	}
	o := testOptions(t)
	o.Acting = []string{"rule.b"}
	if got := byAgeOf(t, buildPlan(t, s, testConfig(a, b, c), o), "rule.b"); got != want {
		t.Errorf("of the only rule that acts: %+v, want %+v", got, want)
	}
}

// A listing that broke off says nothing.
func TestByAgeCountsWholeScopesOnly(t *testing.T) {
	s := newMemStore("media")
	for _, key := range []string{"raw/a", "raw/b", "raw/c"} {
		s.put("media", key, "u", 30*day, hour)
	}
	s.pageSize = 1
	s.onPage = func(_, _ string, n int, _ *UploadPage) error {
		if n == 2 {
			return fmt.Errorf("503: %w", ErrTemporary)
		}
		return nil
	}
	p := buildPlan(t, s, testConfig(testRule("raw", "media", "raw/")), testOptions(t))
	if got := byAgeOf(t, p, "rule.raw"); got != (ByAge{}) || p.Scopes[0].Status != ScopePartial {
		t.Errorf("%+v of a scope that is %s", got, p.Scopes[0].Status)
	}
}
