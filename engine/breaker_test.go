package engine

import (
	"errors"
	"strings"
	"sync"
	"testing"
	"testing/synctest"

	"offcut/rules"
)

func TestGuardBreaker_Course(t *testing.T) {
	limits := rules.Limits{MaxFailures: 3, MaxChanged: 20}
	for name, c := range map[string]struct {
		course
		limits rules.Limits
		want   string // empty: goes on
	}{
		"nothing yet":                    {course{}, limits, ""},
		"all as planned":                 {course{tried: 1e6}, limits, ""},
		"a failure less":                 {course{tried: 3, failed: 2}, limits, ""},
		"as many failures":               {course{tried: 3, failed: 3}, limits, "stopped after 3 uploads that failed or could not be verified (max_failures = 3): look at the first of them, remove the cause and plan again; raise limits.max_failures if this is expected"},
		"one failure is enough":          {course{failed: 1}, rules.Limits{MaxFailures: 1}, "stopped after 1 upload that failed"},
		"failures without a limit":       {course{tried: 1e6, failed: 1e6}, rules.Limits{MaxChanged: 20}, ""},
		"all changed, but few":           {course{tried: 19, active: 10, gone: 9}, limits, ""},
		"a share that is allowed":        {course{tried: 20, active: 4}, limits, ""},
		"a share above it, active":       {course{tried: 20, active: 5}, limits, "stopped because 5 of the 20 uploads tried, 25%, had changed since the plan (5 became active, 0 gone), which exceeds max_changed_percent = 20: the threshold may be too short, or the account or the listing wrong: look at them and plan again; raise limits.max_changed_percent if this is expected"},
		"a share above it, gone":         {course{tried: 20, gone: 5}, limits, "(0 became active, 5 gone)"},
		"a share above it, both":         {course{tried: 20, active: 2, gone: 3}, limits, "5 of the 20"},
		"exactly the share, of many":     {course{tried: 1000, gone: 200}, limits, ""},
		"just above the share, of many":  {course{tried: 1000, gone: 201}, limits, "201 of the 1,000 uploads tried, 20.1%"},
		"a fraction of a percent":        {course{tried: 1000, gone: 6}, rules.Limits{MaxChanged: 0.5}, "max_changed_percent = 0.5"},
		"a hundred percent never stops":  {course{tried: 100, active: 100}, rules.Limits{MaxChanged: 100}, ""},
		"changed without a limit":        {course{tried: 100, active: 100}, rules.Limits{MaxFailures: 3}, ""},
		"failures are told before share": {course{tried: 100, active: 100, failed: 3}, limits, "stopped after 3 uploads"},
	} {
		t.Run(name, func(t *testing.T) {
			got := c.breaks(c.limits)
			if (got == "") != (c.want == "") || !strings.Contains(got, c.want) {
				t.Errorf("it says %q, want %q", got, c.want)
			}
		})
	}
}

// TestGuardBreaker_CountsEachUploadOnce holds what goes into a course.
func TestGuardBreaker_CountsEachUploadOnce(t *testing.T) {
	b := newBreaker([]rules.Rule{{Address: "rule.raw"}, {Address: "rule.tmp"}})
	for _, r := range Results {
		b.tried("rule.raw", r)
		b.settled("rule.raw", r)
		b.tried("rule.nobody's", r)
		b.settled("rule.nobody's", r)
	}
	if got, want := b["rule.raw"].course, (course{tried: 5, active: 1, gone: 1, failed: 2}); got != want {
		t.Errorf("counted %+v, want %+v", got, want)
	}
	if b["rule.tmp"].course != (course{}) || b.broken("rule.nobody's") != "" {
		t.Error("another rule was counted")
	}
}

// TestGuardBreaker_TellsOneReason holds that what broke it stays what it says,
// whatever comes in from the requests in hand, and from how many goroutines.
func TestGuardBreaker_TellsOneReason(t *testing.T) {
	b := newBreaker([]rules.Rule{{Address: "rule.raw", Limits: rules.Limits{MaxFailures: 10}}})
	var wg sync.WaitGroup
	for range 16 {
		wg.Go(func() {
			for range 100 {
				b.settled("rule.raw", Failed)
				_ = b.broken("rule.raw")
			}
		})
	}
	wg.Wait()
	if got := b.broken("rule.raw"); !strings.HasPrefix(got, "stopped after 10 uploads") {
		t.Errorf("it says %q", got)
	}
	if got := b["rule.raw"].failed; got != 1600 {
		t.Errorf("%d failures were counted", got)
	}
}

// breakerWorld has two rules with forty stale uploads each.
func breakerWorld(t *testing.T, limits rules.Limits) (w *world, raw, tmp []Ref) {
	w = newWorld(t)
	w.opts.Parallelism = 4
	limits.MaxUploads = 1000
	broken, other := testRule("raw", "media", "raw/"), testRule("tmp", "media", "tmp/")
	broken.Limits, other.Limits = limits, limits
	w.cfg = testConfig(broken, other)
	raw = w.several(40)
	for _, ref := range raw {
		tmp = append(tmp, w.stale("tmp/"+strings.TrimPrefix(ref.Key, "raw/"), "u2"))
	}
	return w, raw, tmp
}

// wantBroken checks a report in which rule.raw broke and rule.tmp went on.
func (w *world) wantBroken(plan *Plan, report *Report, why string) map[Ref]Outcome {
	w.t.Helper()
	outcomes := w.outcomes(plan, report)
	raw, tmp := report.Rules[0], report.Rules[1]
	if !strings.Contains(raw.Broken, why) || tmp.Broken != "" {
		w.t.Errorf("rule.raw says %q, rule.tmp %q; want %q and nothing", raw.Broken, tmp.Broken, why)
	}
	if tmp.Results[Aborted].Uploads != 40 {
		w.t.Errorf("of rule.tmp %+v; want all aborted: a breaker is one rule's", tmp.Results)
	}
	if report.Clean() || report.Interrupted {
		w.t.Errorf("clean %v, interrupted %v", report.Clean(), report.Interrupted)
	}
	return outcomes
}

func TestGuardBreaker_Failures(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, raw, _ := breakerWorld(t, rules.Limits{MaxFailures: 5, MaxChanged: 20})
		plan := w.plan()
		w.store.onAbort = func(ref Ref) error {
			if strings.HasPrefix(ref.Key, "raw/") {
				return errors.New("not allowed")
			}
			return nil
		}
		report := w.apply(plan)
		outcomes := w.wantBroken(plan, report, "stopped after 5 uploads that failed or could not be verified (max_failures = 5)")
		results := report.Rules[0].Results
		// As many as there are requests at once may be under way when it breaks.
		if n := results[Failed].Uploads; n < 5 || n > 5+3 || results[NotAttempted].Uploads != 40-n {
			t.Errorf("of rule.raw %+v", results)
		}
		o := w.want(outcomes, raw[39], NotAttempted)
		if !strings.HasPrefix(o.Err, "rule.raw was stopped after 5 uploads") || len(w.actions(raw[39])) != 0 {
			t.Errorf("%q after %v", o.Err, w.actions(raw[39]))
		}
	})
}

func TestGuardBreaker_Changed(t *testing.T) {
	for name, change := range map[string]func(w *world, ref Ref){
		"became active": func(w *world, ref Ref) { w.store.addPart(ref, 5) },
		"gone":          func(w *world, ref Ref) { w.store.remove(ref) },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w, raw, _ := breakerWorld(t, rules.Limits{MaxFailures: 5, MaxChanged: 20})
				plan := w.plan()
				for i := range 10 { // a quarter of all, among the first of them a half
					change(w, raw[2*i])
				}
				report := w.apply(plan)
				w.wantBroken(plan, report, "had changed since the plan")
				results := report.Rules[0].Results
				done := results[Aborted].Uploads + results[BecameActive].Uploads + results[Gone].Uploads
				if done < 20 || done > 20+3 || results[NotAttempted].Uploads != 40-done {
					t.Errorf("of rule.raw %+v; want an end right after 20", results)
				}
			})
		})
	}
}

// TestGuardBreaker_ClaimsCount holds that uploads whose abort was accepted count as
// tried before they are proven: otherwise the first few that changed would be all.
func TestGuardBreaker_ClaimsCount(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, raw, _ := breakerWorld(t, rules.Limits{MaxChanged: 60})
		plan := w.plan()
		for i := range 20 {
			w.store.addPart(raw[2*i], 5)
		}
		report := w.apply(plan)
		w.outcomes(plan, report)
		if report.Rules[0].Broken != "" || report.Results[BecameActive].Uploads != 20 || !report.Clean() {
			t.Errorf("%q with half of them changed and 60 %% allowed: %+v", report.Rules[0].Broken, report.Results)
		}
	})
}

// TestGuardBreaker_WaitingEnd holds that uploads that wait for another try end when
// their rule does: a store that fails must not be asked a thousand times more.
func TestGuardBreaker_WaitingEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, raw, _ := breakerWorld(t, rules.Limits{MaxFailures: 2})
		plan := w.plan()
		w.store.onListParts = func(ref Ref) error {
			switch {
			case !strings.HasPrefix(ref.Key, "raw/"):
				return nil
			case ref == raw[20] || ref == raw[21]:
				return errors.New("not allowed")
			}
			return ErrTemporary
		}
		report := w.apply(plan)
		w.wantBroken(plan, report, "stopped after 2 uploads")
		if results := report.Rules[0].Results; results[Failed].Uploads != 2 || results[NotAttempted].Uploads != 38 {
			t.Errorf("of rule.raw %+v", results)
		}
		if n := w.store.called("Abort"); n != 40 {
			t.Errorf("%d aborts, want those of rule.tmp only", n)
		}
	})
}
