package rules

import (
	"slices"
	"sync"
	"testing"
	"time"
)

const decideDay = 24 * time.Hour

func decideNow() time.Time { return time.Date(2026, time.July, 1, 12, 0, 0, 0, time.UTC) }

func decideGlobs(t testing.TB, texts ...string) []Glob {
	t.Helper()
	var out []Glob
	for _, text := range texts {
		g, err := ParseGlob(text)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, g)
	}
	return out
}

// decideRule is a rule over bucket "media" of "ks3": 7 days old, 24 hours idle.
func decideRule(name string, prefixes ...string) Rule {
	return Rule{
		Address: "rule." + name, Name: name, Provider: "ks3", Mode: ModePlan,
		Scan:  Scan{Buckets: []string{"media"}, Prefixes: prefixes},
		Stale: Stale{OlderThan: 7 * decideDay, IdleFor: decideDay},
	}
}

// decideUpload is an upload of raw/a in that bucket, of the given age.
func decideUpload(age time.Duration) Upload {
	return Upload{Provider: "ks3", Bucket: "media", Key: "raw/a", ID: "u1", Initiated: decideNow().Add(-age)}
}

// decideParts are three parts, the newest of the given idle time.
func decideParts(idle time.Duration) *Parts {
	return &Parts{Count: 3, Bytes: 3 << 20, Newest: decideNow().Add(-idle), Fingerprint: "f"}
}

// A decideCase is one row: the upload, 10 days old in raw/ and changed by edit, its
// parts and what rules and protects say about it.
type decideCase struct {
	name     string
	rules    []Rule // one over raw/ when nil
	protects []Protect
	edit     func(*Upload)
	parts    *Parts
	want     Verdict
}

func runDecideCases(t *testing.T, cases []decideCase) {
	t.Helper()
	for _, tt := range cases {
		t.Run(tt.name, func(t *testing.T) {
			c := &Config{Rules: tt.rules, Protects: tt.protects}
			if tt.rules == nil {
				c.Rules = []Rule{decideRule("raw", "raw/")}
			}
			u := decideUpload(10 * decideDay)
			if tt.edit != nil {
				tt.edit(&u)
			}
			got := c.Decide(&u, tt.parts, decideNow())
			if got.Action != tt.want.Action || got.Reason != tt.want.Reason || got.By != tt.want.By || !slices.Equal(got.Rules, tt.want.Rules) {
				t.Errorf("Decide = %+v, want %+v", got, tt.want)
			}
		})
	}
}

func decideAge(age time.Duration) func(*Upload) {
	return func(u *Upload) { u.Initiated = decideNow().Add(-age) }
}

func decideKey(key string) func(*Upload) { return func(u *Upload) { u.Key = key } }

func TestDecideByThresholds(t *testing.T) {
	raw := []string{"rule.raw"}
	lifetime := decideRule("raw", "raw/")
	lifetime.Stale.MaxLifetime = 60 * decideDay
	short := decideRule("raw", "raw/")
	short.Stale.MaxLifetime = 5 * decideDay
	needParts := Verdict{Action: NeedParts, Rules: raw}
	young := Verdict{Reason: KeepYoung, Rules: raw}
	active := Verdict{Reason: KeepActive, Rules: raw}
	stale := Verdict{Action: Abort, Reason: AbortStale, Rules: raw}
	over := Verdict{Action: Abort, Reason: AbortOverLifetime, Rules: raw}
	idle := decideParts(2 * decideDay)
	busy := decideParts(time.Hour)
	runDecideCases(t, []decideCase{
		{name: "young, parts not read", edit: decideAge(7*decideDay - 1), want: young},
		{name: "young, parts read", edit: decideAge(6 * decideDay), parts: idle, want: young},
		{name: "exactly old enough, parts not read", edit: decideAge(7 * decideDay), want: needParts},
		{name: "exactly old enough and idle", edit: decideAge(7 * decideDay), parts: idle, want: stale},
		{name: "old, parts not read", want: needParts},
		{name: "old and idle", parts: idle, want: stale},
		{name: "old without a part", parts: &Parts{}, want: stale},
		{name: "old and active", parts: busy, want: active},
		{name: "almost idle enough", parts: decideParts(decideDay - 1), want: active},
		{name: "exactly idle enough", parts: decideParts(decideDay), want: stale},
		{name: "part from the future", parts: decideParts(-time.Hour), want: active},
		{name: "part before the start", edit: decideAge(7 * decideDay), parts: decideParts(9 * decideDay), want: stale},
		{name: "start a second ahead is age 0", edit: decideAge(-time.Second), want: young},

		{name: "within its lifetime and active", rules: []Rule{lifetime}, edit: decideAge(60*decideDay - 1), parts: busy, want: active},
		{name: "at its lifetime, parts not read", rules: []Rule{lifetime}, edit: decideAge(60 * decideDay), want: needParts},
		{name: "at its lifetime and active", rules: []Rule{lifetime}, edit: decideAge(60 * decideDay), parts: busy, want: over},
		{name: "beyond its lifetime and idle", rules: []Rule{lifetime}, edit: decideAge(61 * decideDay), parts: idle, want: over},
		{name: "lifetime below older_than", rules: []Rule{short}, edit: decideAge(6 * decideDay), parts: busy, want: over},
	})
}

func TestDecideIdleCountsFromTheStartToo(t *testing.T) {
	r := decideRule("raw", "raw/")
	r.Stale = Stale{OlderThan: decideDay, IdleFor: 3 * decideDay}
	runDecideCases(t, []decideCase{
		{name: "no part yet", rules: []Rule{r}, edit: decideAge(2 * decideDay), parts: &Parts{},
			want: Verdict{Reason: KeepActive, Rules: []string{"rule.raw"}}},
		{name: "parts older than the start", rules: []Rule{r}, edit: decideAge(2 * decideDay), parts: decideParts(9 * decideDay),
			want: Verdict{Reason: KeepActive, Rules: []string{"rule.raw"}}},
	})
}

func TestDecideCoverage(t *testing.T) {
	excluding := decideRule("a", "raw/")
	excluding.Scan.Exclude = decideGlobs(t, "raw/keep/**", "**/*.tmp")
	other := decideRule("b", "raw/", "")
	unordered := decideRule("a", "", "raw/", "raw")
	unordered.Scan.Buckets = []string{"z", "media", "a", "media"}
	nothing := decideRule("a")
	filtered := Verdict{Reason: KeepFiltered}
	need := func(rules ...string) Verdict { return Verdict{Action: NeedParts, Rules: rules} }
	runDecideCases(t, []decideCase{
		{name: "another provider", edit: func(u *Upload) { u.Provider = "s3" }, want: filtered},
		{name: "another bucket", edit: func(u *Upload) { u.Bucket = "media2" }, want: filtered},
		{name: "another prefix", edit: decideKey("rawr"), want: filtered},
		{name: "the prefix itself", edit: decideKey("raw/"), want: need("rule.raw")},
		{name: "no prefix covers nothing", rules: []Rule{nothing}, want: filtered},
		{name: "no rule", rules: []Rule{}, want: filtered},
		{name: "excluded", rules: []Rule{excluding}, edit: decideKey("raw/keep/a/b"), want: filtered},
		{name: "excluded by another glob", rules: []Rule{excluding}, edit: decideKey("raw/x/a\n.tmp"), want: filtered},
		{name: "beside the exclude", rules: []Rule{excluding}, edit: decideKey("raw/keeper"), want: need("rule.a")},
		{name: "excluded from one rule only", rules: []Rule{other, excluding}, edit: decideKey("raw/keep/a"), want: need("rule.b")},
		{name: "excluded from none", rules: []Rule{other, excluding}, edit: decideKey("raw/k"), want: need("rule.a", "rule.b")},
		{name: "literal in any order", rules: []Rule{unordered}, want: need("rule.a")},
	})
}

func TestDecideBetweenRules(t *testing.T) {
	rule := func(name, prefix string, older, lifetime time.Duration) Rule {
		r := decideRule(name, prefix)
		r.Stale.OlderThan, r.Stale.MaxLifetime = older, lifetime
		return r
	}
	lax, strict := rule("lax", "raw/", 3*decideDay, 0), rule("strict", "raw/", 30*decideDay, 0)
	whole := rule("whole", "", 3*decideDay, 0)
	third := rule("third", "raw/", 4*decideDay, 8*decideDay)
	first := rule("first", "raw/", 4*decideDay, 8*decideDay)
	patient := rule("patient", "raw/", 3*decideDay, 0)
	patient.Stale.IdleFor = 9 * decideDay
	idle, busy := decideParts(2*decideDay), decideParts(time.Hour)
	runDecideCases(t, []decideCase{
		{name: "longer prefix keeps", rules: []Rule{whole, strict}, want: Verdict{Reason: KeepYoung, Rules: []string{"rule.strict"}}},
		{name: "longer prefix aborts", rules: []Rule{rule("whole", "", 30*decideDay, 0), lax}, parts: idle,
			want: Verdict{Action: Abort, Reason: AbortStale, Rules: []string{"rule.lax"}}},
		{name: "one of equals is young, parts not read", rules: []Rule{lax, strict}, want: Verdict{Reason: KeepYoung, Rules: []string{"rule.strict"}}},
		{name: "one of equals is young, parts read", rules: []Rule{lax, strict}, parts: busy, want: Verdict{Reason: KeepYoung, Rules: []string{"rule.strict"}}},
		{name: "one of equals is active", rules: []Rule{patient, lax}, parts: idle, want: Verdict{Reason: KeepActive, Rules: []string{"rule.patient"}}},
		{name: "all equals active", rules: []Rule{patient, lax}, parts: busy, want: Verdict{Reason: KeepActive, Rules: []string{"rule.lax", "rule.patient"}}},
		{name: "one beyond its lifetime, one active", rules: []Rule{third, lax}, parts: busy, want: Verdict{Reason: KeepActive, Rules: []string{"rule.lax"}}},
		{name: "all abort, the first address gives the reason", rules: []Rule{third, lax}, parts: idle,
			want: Verdict{Action: Abort, Reason: AbortStale, Rules: []string{"rule.lax", "rule.third"}}},
		{name: "all abort, the first is beyond its lifetime", rules: []Rule{lax, first}, parts: idle,
			want: Verdict{Action: Abort, Reason: AbortOverLifetime, Rules: []string{"rule.first", "rule.lax"}}},
		{name: "deciders that are no neighbours", rules: []Rule{lax, decideRule("m", "tmp/"), third}, parts: idle,
			want: Verdict{Action: Abort, Reason: AbortStale, Rules: []string{"rule.lax", "rule.third"}}},
	})
}

func TestDecideProtects(t *testing.T) {
	protect := func(name string, until time.Time, prefixes ...string) Protect {
		return Protect{Address: "protect." + name, Buckets: decideGlobs(t, "media", "log-*"), Prefixes: prefixes, Until: until}
	}
	forever := protect("hold", time.Time{}, "legal/", "raw/")
	kept := Verdict{Reason: KeepProtected, By: "protect.hold"}
	need := Verdict{Action: NeedParts, Rules: []string{"rule.raw"}}
	runDecideCases(t, []decideCase{
		{name: "for ever", protects: []Protect{forever}, want: kept},
		{name: "parts read", protects: []Protect{forever}, parts: decideParts(2 * decideDay), want: kept},
		{name: "until later", protects: []Protect{protect("hold", decideNow().Add(1), "raw/")}, want: kept},
		{name: "until now", protects: []Protect{protect("hold", decideNow(), "raw/")}, want: need},
		{name: "whole bucket", protects: []Protect{protect("hold", time.Time{}, "")}, want: kept},
		{name: "no prefix", protects: []Protect{protect("hold", time.Time{})}, want: need},
		{name: "another prefix", protects: []Protect{protect("hold", time.Time{}, "raw/ab")}, want: need},
		{name: "another bucket", protects: []Protect{{Address: "protect.hold", Buckets: decideGlobs(t, "media?"), Prefixes: []string{""}}}, want: need},
		{name: "bucket by glob", protects: []Protect{forever}, edit: func(u *Upload) { u.Bucket = "log-2026" }, want: kept},
		{name: "any provider", protects: []Protect{forever}, edit: func(u *Upload) { u.Provider = "s3.minio" }, want: kept},
		{name: "before every unknown", protects: []Protect{forever}, edit: func(u *Upload) { u.Initiated, u.KeyUnproven = time.Time{}, true }, want: kept},
		{name: "newline in the key", protects: []Protect{forever}, edit: decideKey("legal/a\nb"), want: kept},
		{name: "the first address", protects: []Protect{protect("z", time.Time{}, ""), forever}, want: kept},
		{name: "the first that is not over", protects: []Protect{protect("a", decideNow(), ""), forever}, want: kept},
	})
}

func TestDecideUnknowns(t *testing.T) {
	keep := func(r Reason) Verdict { return Verdict{Reason: r} }
	over := decideRule("raw", "raw/")
	over.Stale.MaxLifetime = 8 * decideDay
	parts := func(edit func(*Parts)) *Parts { p := decideParts(2 * decideDay); edit(p); return p }
	runDecideCases(t, []decideCase{
		{name: "no start", edit: func(u *Upload) { u.Initiated = time.Time{} }, want: keep(KeepStartUnknown)},
		{name: "start at the epoch", edit: func(u *Upload) { u.Initiated = time.Unix(0, 0) }, want: keep(KeepStartUnknown)},
		{name: "start in the future", edit: decideAge(-time.Second - 1), want: keep(KeepStartInFuture)},
		{name: "start unknown, parts read", edit: func(u *Upload) { u.Initiated = time.Time{} }, parts: decideParts(9 * decideDay), want: keep(KeepStartUnknown)},
		{name: "foreign answer", parts: parts(func(p *Parts) { p.Foreign = true }), want: keep(KeepKeyUnproven)},
		{name: "unreadable parts", parts: parts(func(p *Parts) { p.Unreadable = true }), want: keep(KeepPartsUnreadable)},
		{name: "a part without a time", parts: parts(func(p *Parts) { p.TimeUnknown = true }), want: keep(KeepActivityUnknown)},
		{name: "parts without a newest", parts: parts(func(p *Parts) { p.Newest = time.Time{} }), want: keep(KeepActivityUnknown)},
		{name: "parts newest at the epoch", parts: parts(func(p *Parts) { p.Newest = time.Unix(0, 0) }), want: keep(KeepActivityUnknown)},
		{name: "foreign beats unreadable", parts: &Parts{Foreign: true, Unreadable: true, TimeUnknown: true}, want: keep(KeepKeyUnproven)},
		{name: "unreadable beats unknown time", parts: &Parts{Unreadable: true, TimeUnknown: true}, want: keep(KeepPartsUnreadable)},
		{name: "beyond its lifetime, foreign", rules: []Rule{over}, parts: &Parts{Foreign: true}, want: keep(KeepKeyUnproven)},
		{name: "beyond its lifetime, unreadable", rules: []Rule{over}, parts: &Parts{Unreadable: true}, want: keep(KeepPartsUnreadable)},
		{name: "beyond its lifetime, unknown time", rules: []Rule{over}, parts: &Parts{TimeUnknown: true}, want: keep(KeepActivityUnknown)},
	})
}

func TestDecideWithoutNowAbortsNothing(t *testing.T) {
	c := &Config{Rules: []Rule{decideRule("raw", "raw/")}}
	c.Rules[0].Stale.MaxLifetime = 8 * decideDay
	u := decideUpload(100 * decideDay)
	for _, now := range []time.Time{{}, time.Unix(0, 0)} {
		if got := c.Decide(&u, decideParts(50*decideDay), now); got.Action != Keep || got.Reason != KeepStartUnknown {
			t.Errorf("Decide at %v = %+v", now, got)
		}
	}
}

func TestDecideKeys(t *testing.T) {
	unsafe := []string{"", ".", "..", "raw/.", "raw/..", "raw/./a", "raw/../a", "./raw/a", "../raw/a", "raw//../a", "raw/a\x00b", "raw/\xff", "raw/\ufffd", "raw/\xed\xa0\x80"}
	safe := []string{"raw/a", "/raw", "//", "raw//a", "raw/...", "raw/.a", "raw/a.", "raw/..a", ".a/b..", "raw/a\nb", "raw/ ", "raw/世界", "raw/\x1b[31m", "raw/%2e%2e/a", `raw\..\a`, "raw/+%"}
	c := &Config{Rules: []Rule{decideRule("all", "")}}
	for _, key := range unsafe {
		u := decideUpload(10 * decideDay)
		u.Key = key
		if got := c.Decide(&u, decideParts(2*decideDay), decideNow()); got.Reason != KeepKeyUnproven {
			t.Errorf("key %q: %+v", key, got)
		}
	}
	for _, key := range safe {
		u := decideUpload(10 * decideDay)
		u.Key = key
		if got := c.Decide(&u, decideParts(2*decideDay), decideNow()); got.Action != Abort {
			t.Errorf("key %q: %+v", key, got)
		}
	}
	for name, edit := range map[string]func(*Upload){
		"unproven":  func(u *Upload) { u.KeyUnproven = true },
		"no id":     func(u *Upload) { u.ID = "" },
		"no bucket": func(u *Upload) { u.Bucket = "" },
	} {
		u := decideUpload(10 * decideDay)
		edit(&u)
		if got := c.Decide(&u, decideParts(2*decideDay), decideNow()); got.Action != Keep || got.Reason != KeepKeyUnproven {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

func TestCovering(t *testing.T) {
	excluding := decideRule("b", "raw/")
	excluding.Scan.Exclude = decideGlobs(t, "**")
	elsewhere := decideRule("c", "")
	elsewhere.Provider = "s3"
	c := &Config{Rules: []Rule{decideRule("z", ""), excluding, elsewhere, decideRule("a", "tmp/", "raw/a")}}
	u := decideUpload(0)
	if got := c.Covering([]int{7}, &u); !slices.Equal(got, []int{7, 3, 1, 0}) {
		t.Errorf("Covering = %v", got)
	}
	u.Bucket = "other"
	if got := c.Covering(nil, &u); len(got) != 0 {
		t.Errorf("Covering = %v", got)
	}
}

func TestAgeAndIdle(t *testing.T) {
	u := decideUpload(10 * decideDay)
	unknown := Upload{}
	now := decideNow()
	tests := []struct {
		name      string
		got, want time.Duration
	}{
		{"age", Age(&u, now), 10 * decideDay},
		{"age before the start", Age(&u, now.Add(-11*decideDay)), 0},
		{"age without a start", Age(&unknown, now), 0},
		{"age without a now", Age(&u, time.Time{}), 0},
		{"idle", Idle(&u, decideParts(2*decideDay), now), 2 * decideDay},
		{"idle without a part", Idle(&u, &Parts{}, now), 10 * decideDay},
		{"idle with parts before the start", Idle(&u, decideParts(20*decideDay), now), 10 * decideDay},
		{"idle with a part from the future", Idle(&u, decideParts(-time.Hour), now), 0},
		{"idle, parts not read", Idle(&u, nil, now), 0},
		{"idle, parts unreadable", Idle(&u, &Parts{Unreadable: true}, now), 0},
		{"idle, parts foreign", Idle(&u, &Parts{Foreign: true}, now), 0},
		{"idle, part time unknown", Idle(&u, &Parts{TimeUnknown: true}, now), 0},
		{"idle without a start", Idle(&unknown, decideParts(2*decideDay), now), 0},
	}
	for _, tt := range tests {
		if tt.got != tt.want {
			t.Errorf("%s: %v, want %v", tt.name, tt.got, tt.want)
		}
	}
}

// A test or a tool may set other rules on a Config that was used before.
func TestDecideSeesReplacedRules(t *testing.T) {
	c := &Config{}
	u := decideUpload(10 * decideDay)
	if got := c.Decide(&u, nil, decideNow()); got.Reason != KeepFiltered {
		t.Fatalf("without rules: %+v", got)
	}
	c.Rules = append(c.Rules, decideRule("raw", "raw/"))
	if got := c.Decide(&u, nil, decideNow()); got.Action != NeedParts {
		t.Fatalf("with a rule: %+v", got)
	}
	c.Protects = []Protect{{Address: "protect.p", Buckets: decideGlobs(t, "*"), Prefixes: []string{""}}}
	if got := c.Decide(&u, nil, decideNow()); got.Reason != KeepProtected {
		t.Fatalf("with a protect: %+v", got)
	}
}

func TestDecideFromManyGoroutines(t *testing.T) {
	c := &Config{Rules: []Rule{decideRule("b", "raw/"), decideRule("a", "raw/")}}
	u := decideUpload(10 * decideDay)
	var wg sync.WaitGroup
	for range 16 {
		wg.Go(func() {
			got := c.Decide(&u, decideParts(2*decideDay), decideNow())
			if got.Action != Abort || !slices.Equal(got.Rules, []string{"rule.a", "rule.b"}) {
				t.Errorf("Decide = %+v", got)
			}
		})
	}
	wg.Wait()
}
