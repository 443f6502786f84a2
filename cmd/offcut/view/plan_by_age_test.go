package view

import (
	"testing"
	"time"

	"offcut/engine"
)

func TestByAgeSentence(t *testing.T) {
	of := func(address string, uploads int64, olderThan, within time.Duration) engine.RuleTotal {
		return engine.RuleTotal{Address: address, ByAge: engine.ByAge{Uploads: uploads, OlderThan: olderThan, Within: within}}
	}
	stopped := of("rule.a", 9, 3*day, day)
	stopped.Stopped = "max_uploads"
	for name, c := range map[string]struct {
		rules []engine.RuleTotal
		want  string
	}{
		"nothing":     {[]engine.RuleTotal{of("rule.a", 0, 0, 0)}, ""},
		"one":         {[]engine.RuleTotal{of("rule.a", 1, 3*day, day)}, `older_than = "3d" alone would also abort 1 upload that received parts in the last 24 hours.`},
		"several":     {[]engine.RuleTotal{of("rule.a", 1200, 36*time.Hour, 7*day)}, `older_than = "36h" alone would also abort 1,200 uploads that received parts in the last 7 days.`},
		"alike":       {[]engine.RuleTotal{of("rule.a", 3, 3*day, day), of("rule.b", 4, 3*day, day)}, `older_than = "3d" alone would also abort 7 uploads that received parts in the last 24 hours.`},
		"stopped":     {[]engine.RuleTotal{stopped, of("rule.b", 4, 3*day, day)}, `older_than = "3d" alone would also abort 4 uploads that received parts in the last 24 hours.`},
		"all stopped": {[]engine.RuleTotal{stopped}, ""},
		"different": {
			[]engine.RuleTotal{of("rule.a", 3, 3*day, day), of("rule.b", 4, 14*day, day)},
			`older_than alone would also abort 7 uploads that still receive parts: 4 by rule.b (older_than = "14d", parts in the last 24 hours) and 3 by rule.a (older_than = "3d", parts in the last 24 hours).`,
		},
		"many": {
			[]engine.RuleTotal{of("rule.a", 3, 3*day, day), of("rule.b", 4, 3*day, 36*time.Hour), of("rule.c", 0, 0, 0), of("rule.d", 4, 3*day, day), of("rule.e", 2, 3*day, day), of("rule.f", 1, 3*day, day)},
			`older_than alone would also abort 14 uploads that still receive parts: 4 by rule.b (older_than = "3d", parts in the last 36 hours), 4 by rule.d (older_than = "3d", parts in the last 24 hours), 3 by rule.a (older_than = "3d", parts in the last 24 hours) and 3 by 2 other rules.`,
		},
	} {
		p := &engine.Plan{Rules: c.rules, Abort: engine.Totals{Uploads: 1}}
		if got := byAgeSentence(p); got != c.want {
			t.Errorf("%s:\n got %s\nwant %s", name, got, c.want)
		}
	}
}

// Where the plan aborts nothing, nothing is "also" aborted.
func TestByAgeSentenceOfAPlanWithNothingToAbort(t *testing.T) {
	p := &engine.Plan{Rules: []engine.RuleTotal{{Address: "rule.a", ByAge: engine.ByAge{Uploads: 2, OlderThan: 3 * day, Within: day}}}}
	if got, want := byAgeSentence(p), `older_than = "3d" alone would abort 2 uploads that received parts in the last 24 hours.`; got != want {
		t.Errorf("got %s", got)
	}
}

func TestSpan(t *testing.T) {
	for d, want := range map[time.Duration]string{
		time.Hour: "hour", day: "24 hours", 2 * day: "2 days", 36 * time.Hour: "36 hours", 90 * time.Minute: "90 minutes",
		7 * day: "7 days", 5*day + time.Hour: "5d1h", 26*time.Hour + 30*time.Minute: "1d2h30m", time.Minute: "1 minute", 90 * time.Second: "1m30s",
	} {
		if got := span(d); got != want {
			t.Errorf("%v is %q, want %q", d, got, want)
		}
	}
}
