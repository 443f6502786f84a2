package view

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"offcut/rules"
)

// TestOverlapSentences: who decides, over whom, and what is left out.
func TestOverlapSentences(t *testing.T) {
	p := sampleSource().Plan
	p.Disabled = []string{"rule.off", "rule.out"}
	media, longer := []string{"media"}, rules.Overlap{Provider: "ks3", Buckets: []string{"media"}, Prefix: "raw/a/", Deciders: []string{"rule.b"}, Within: "raw/", Over: []string{"rule.a"}}
	with := func(edit func(*rules.Overlap)) rules.Overlap {
		o := longer
		edit(&o)
		return o
	}
	for _, tt := range []struct {
		o    rules.Overlap
		want string
	}{
		{longer, `rule.b decides about raw/a/ in media (its prefix is longer than that of rule.a, raw/)`},
		{with(func(o *rules.Overlap) { o.Within = "" }), `rule.b decides about raw/a/ in media (its prefix is longer than that of rule.a, the whole bucket)`},
		{with(func(o *rules.Overlap) { o.Buckets = []string{"logs", "media", "x"} }), `rule.b decides about raw/a/ in logs and 2 other buckets (its prefix is longer than that of rule.a, raw/)`},
		{with(func(o *rules.Overlap) { o.Prefix = "raw/\x1b[2J\n/" }), `rule.b decides about raw/\x1b[2J\n/ in media (its prefix is longer than that of rule.a, raw/)`},
		{with(func(o *rules.Overlap) { o.Deciders = []string{`rule.b["x"]`, `rule.c`} }), `rule.b["x"] and rule.c decide together about raw/a/ in media (their prefix is longer than that of rule.a, raw/)`},
		{with(func(o *rules.Overlap) { o.Over = []string{"rule.a", "rule.c", "rule.d", "rule.e", "rule.f"} }), `rule.b decides about raw/a/ in media (its prefix is longer than that of rule.a, rule.c, rule.d and 2 more, raw/)`},
		{with(func(o *rules.Overlap) { o.Excludes, o.Where = true, true }), `rule.b decides about raw/a/ in media (its prefix is longer than that of rule.a, raw/); what it excludes is left to rule.a; what its where is false for is kept`},
		{with(func(o *rules.Overlap) { o.Deciders = []string{"rule.off"} }), `rule.off decides about raw/a/ in media (its prefix is longer than that of rule.a, raw/), but is disabled: nothing is aborted there`},
		{with(func(o *rules.Overlap) { o.Deciders = []string{"rule.off", "rule.out"} }), `rule.off and rule.out decide together about raw/a/ in media (their prefix is longer than that of rule.a, raw/), but all of them are disabled: nothing is aborted there`},
		{with(func(o *rules.Overlap) { o.Deciders = []string{"rule.b", "rule.off"} }), `rule.b and rule.off decide together about raw/a/ in media (their prefix is longer than that of rule.a, raw/)`},
		{with(func(o *rules.Overlap) { o.Deciders, o.Over = []string{"rule.off", "rule.out"}, nil }), `rule.off and rule.out decide together about raw/a/ in media: an upload is aborted only if each of them would abort it, but all of them are disabled: nothing is aborted there`},
		{rules.Overlap{Provider: "ks3", Buckets: media, Prefix: "raw/", Deciders: []string{"rule.a", "rule.b"}, Excludes: true, Where: true},
			`rule.a and rule.b decide together about raw/ in media: an upload is aborted only if each of them would abort it; what one of them excludes is left to the others; what the where of one of them is false for is kept`},
		{rules.Overlap{Provider: "ks3", Buckets: media, Deciders: []string{"rule.a", "rule.b"}}, `rule.a and rule.b decide together about all of media: an upload is aborted only if each of them would abort it`},
	} {
		if got := overlapSentence(p, tt.o); got != tt.want {
			t.Errorf("got  %s\nwant %s", got, tt.want)
		}
	}
}

// TestPlanTellsOfOverlaps: a table names a few of them above its rows, JSON all, and
// neither those in which no rule takes part that may act.
func TestPlanTellsOfOverlaps(t *testing.T) {
	s := sampleSource()
	var o Options
	for i := range 14 {
		o.Overlaps = append(o.Overlaps, rules.Overlap{
			Provider: "ks3", Buckets: []string{"media"}, Prefix: fmt.Sprintf("raw/%02d/", i), Deciders: []string{"rule.b"}, Within: "raw/", Over: []string{s.Acting[0]},
		})
	}
	onlyDecides := rules.Overlap{Provider: "ks3", Buckets: []string{"media"}, Prefix: "z/", Deciders: s.Acting[:1], Over: []string{"rule.c"}}
	if got := overlapsOf(s.Plan, []rules.Overlap{onlyDecides}); len(got) != 1 {
		t.Error("an overlap is left out in which the rule that may act decides")
	}
	o.Overlaps = append(o.Overlaps, rules.Overlap{Provider: "ks3", Buckets: []string{"media"}, Prefix: "no/", Deciders: []string{"rule.b"}, Over: []string{"rule.c"}})
	var table, lines bytes.Buffer
	if err := errors.Join(writePlan(&table, s, o), writePlanJSON(&lines, s, o)); err != nil {
		t.Fatal(err)
	}
	text := table.String()
	if n := strings.Count(text, "\nScopes: rule.b decides about raw/"); n != maxOverlaps {
		t.Errorf("%d lines", n)
	}
	last := strings.Index(text, "raw/09/ in media (its prefix is longer than that of "+s.Acting[0]+", raw/).\n… and 4 more (-json names them all)\n")
	if last < 0 || last > strings.Index(text, "\nRULE") || strings.Contains(text, "no/") {
		t.Errorf("got:\n%s", text)
	}
	var got []string
	for line := range strings.Lines(lines.String()) {
		var event struct {
			Type, Provider, Prefix, Within, Summary string
			Buckets, Deciders, Over                 []string
		}
		if err := json.Unmarshal([]byte(line), &event); err != nil {
			t.Fatal(err)
		}
		if event.Type == "overlap" {
			got = append(got, event.Prefix)
			if event.Provider != "ks3" || event.Within != "raw/" || len(event.Buckets) != 1 || event.Deciders[0] != "rule.b" ||
				event.Over[0] != s.Acting[0] || !strings.HasPrefix(event.Summary, "rule.b decides about "+event.Prefix+" in media (") {
				t.Errorf("%s", line)
			}
		}
	}
	if len(got) != 14 {
		t.Errorf("%d events: %q", len(got), got)
	}
}
