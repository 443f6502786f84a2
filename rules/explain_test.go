package rules

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// An explanation's verdict is the one that Decide reaches, and what it tells of every
// protect and rule is enough to reach it again.
func TestExplanationLeadsToTheVerdict(t *testing.T) {
	wheres := explainWheres(t)
	drawWhere := func(t *rapid.T) *world {
		w := rapid.SampledFrom([]func(*rapid.T) *world{drawWorld, drawAborted, drawComposed}).Draw(t, "world")(t)
		for i := range w.rules {
			w.rules[i].Stale.Where = rapid.SampledFrom(wheres).Draw(t, "where")
		}
		return w
	}
	for name, draw := range map[string]func(*rapid.T) *world{"any": drawWorld, "aborted": drawAborted, "composed": drawComposed, "where": drawWhere} {
		t.Run(name, func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) {
				w := draw(t)
				e := w.config().Explain(&w.upload, w.parts, w.now)
				want := w.decide()
				if !sameVerdicts(e.Verdict, want) {
					t.Fatalf("explained as %+v, decided %+v", e.Verdict, want)
				}
				if got := concluded(&e); !sameVerdicts(got, want) {
					t.Fatalf("what it tells leads to %+v, decided %+v\n%+v", got, want, e)
				}
			})
		})
	}
}

// explainWheres are conditions that are true, false or without a value, before and
// after the parts were read; and none.
func explainWheres(t *testing.T) []*Condition {
	wheres := []*Condition{nil, nil}
	for _, expr := range []string{
		"upload.bucket == \"a\"", "upload.bucket == \"b\"", "upload.owner == \"7\"", "upload.parts > 0", "upload.parts > 7", "upload.parts > 0 ? null : true",
	} {
		wheres = append(wheres, whereCondition(t, expr))
	}
	return wheres
}

func sameVerdicts(a, b Verdict) bool {
	return a.Action == b.Action && a.Reason == b.Reason && a.By == b.By && slices.Equal(a.Rules, b.Rules)
}

// drawComposed draws a world about a key that has another form in Unicode.
func drawComposed(t *rapid.T) *world {
	w := drawAborted(t)
	w.upload.Key = rapid.SampledFrom([]string{"raw/caf\u0065\u0301/x", "raw/caf\u0065\u0301.tmp"}).Draw(t, "key")
	for i := range w.rules {
		scan := &w.rules[i].Scan
		scan.Prefixes = append(slices.Clone(scan.Prefixes), worldSome(0, "raw/caf\u00e9", "raw/cafe", "raw/caf\u00e9/").Draw(t, "composed prefixes")...)
	}
	return w
}

// concluded reaches the verdict from what an explanation tells of protects and rules
// alone, by the order that Decide documents.
func concluded(e *Explanation) Verdict {
	for _, p := range e.Protects {
		if p.Covers {
			return Verdict{Reason: KeepProtected, By: p.Protect.Address}
		}
	}
	if e.Veto == KeepKeyUnproven {
		return Verdict{Reason: KeepKeyUnproven}
	}
	deciding := standing(e, Decides)
	if len(deciding) == 0 {
		return Verdict{Reason: KeepFiltered}
	}
	if e.Veto != "" {
		return Verdict{Reason: e.Veto}
	}
	v := together(deciding)
	if composed := standing(e, DecidesComposed); v.Action != Keep && len(composed) > 0 {
		// Rules that decide about both forms are told as Decides only.
		if c := together(composed); c.Action == Keep {
			return c
		}
	}
	return v
}

func standing(e *Explanation, s Standing) (found []RuleView) {
	for _, r := range e.Rules {
		if r.Standing == s {
			found = append(found, r)
		}
	}
	return found
}

// together is what rules that decide together say: keep wins, by what is looked at
// first.
func together(views []RuleView) Verdict {
	type kind struct {
		reason Reason
		late   bool // by a where that needs the parts
	}
	for _, k := range []kind{
		{KeepYoung, false}, {KeepFiltered, false}, {KeepWhereFailed, false},
		{KeepKeyUnproven, false}, {KeepPartsUnreadable, false}, {KeepActivityUnknown, false},
		{KeepFiltered, true}, {KeepWhereFailed, true}, {KeepActive, false},
	} {
		v, any := Verdict{Reason: k.reason}, false
		for _, r := range views {
			byWhere := r.Verdict.Reason == KeepFiltered || r.Verdict.Reason == KeepWhereFailed
			if r.Verdict.Action == Keep && r.Verdict.Reason == k.reason && (byWhere && r.Rule.Stale.Where.late) == k.late {
				v.Rules, any = append(v.Rules, r.Verdict.Rules...), true
			}
		}
		if any {
			return v
		}
	}
	// Where one rule needs the parts, they are not read yet for the others either.
	all := Verdict{Action: views[0].Verdict.Action, Reason: views[0].Verdict.Reason}
	for _, r := range views {
		all.Rules = append(all.Rules, r.Verdict.Rules...)
	}
	return all
}

func TestExplainStandings(t *testing.T) {
	u := decideUpload(10 * decideDay)
	other := decideRule("provider", "raw/")
	other.Provider = "s3.minio"
	bucket := decideRule("bucket", "raw/")
	bucket.Scan.Buckets = []string{"logs"}
	excluded := decideRule("excluded", "raw/")
	excluded.Scan.Exclude = decideGlobs(t, "tmp/**", "*", "raw/*")
	young := decideRule("young", "raw/")
	young.Stale.OlderThan = 20 * decideDay
	whole := decideRule("whole", "")
	c := &Config{Rules: []Rule{young, whole, other, bucket, excluded, decideRule("prefix", "ra/", "raw/b", "x/")}}
	e := c.Explain(&u, decideParts(2*decideDay), decideNow())
	type row struct {
		address  string
		standing Standing
		prefix   string
		exclude  string
		says     Reason
	}
	var got []row
	for _, r := range e.Rules {
		got = append(got, row{r.Rule.Address, r.Standing, r.Prefix, r.Exclude, r.Verdict.Reason})
	}
	want := []row{
		{"rule.bucket", OtherBucket, "raw/", "", ""},
		{"rule.excluded", Excluded, "raw/", "raw/*", ""},
		{"rule.prefix", NoPrefix, "raw/b", "", ""},
		{"rule.provider", OtherProvider, "raw/", "", ""},
		{"rule.whole", Outranked, "", "", AbortStale},
		{"rule.young", Decides, "raw/", "", KeepYoung},
	}
	if !slices.Equal(got, want) {
		t.Errorf("got  %v\nwant %v", got, want)
	}
	if e.Age != 10*decideDay || e.Idle != 2*decideDay {
		t.Errorf("age %s, idle %s", e.Age, e.Idle)
	}
}

func TestExplainProtects(t *testing.T) {
	u := decideUpload(10 * decideDay)
	u.Owner = "7"
	protect := func(name string, edit func(*Protect)) Protect {
		p := Protect{Address: "protect." + name, Buckets: decideGlobs(t, "logs", "med*"), Prefixes: []string{"raw/"}}
		edit(&p)
		return p
	}
	c := &Config{Protects: []Protect{
		protect("e_covers", func(*Protect) {}),
		protect("d_glob", func(p *Protect) { p.Prefixes, p.Keys = nil, decideGlobs(t, "**/a") }),
		protect("c_owner", func(p *Protect) { p.Owners = []string{"8"} }),
		protect("b_key", func(p *Protect) { p.Prefixes = []string{"tmp/"} }),
		protect("a_bucket", func(p *Protect) { p.Buckets = decideGlobs(t, "logs") }),
		protect("a_over", func(p *Protect) { p.Until = decideNow().Add(-time.Hour) }),
	}}
	type row struct {
		address     string
		covers      bool
		misses      Miss
		bucket, key string
	}
	var got []row
	for _, p := range c.Explain(&u, nil, decideNow()).Protects {
		got = append(got, row{p.Protect.Address, p.Covers, p.Misses, p.Bucket, p.Key})
	}
	want := []row{
		{"protect.a_bucket", false, MissBucket, "", "raw/"},
		{"protect.a_over", false, MissOver, "med*", "raw/"},
		{"protect.b_key", false, MissKey, "med*", ""},
		{"protect.c_owner", false, MissOwner, "med*", "raw/"},
		{"protect.d_glob", true, "", "med*", "**/a"},
		{"protect.e_covers", true, "", "med*", "raw/"},
	}
	if !slices.Equal(got, want) {
		t.Errorf("got  %v\nwant %v", got, want)
	}
}
