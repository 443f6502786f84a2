package engine

import (
	"cmp"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// A tally collects outcomes into a report.
type tally struct {
	mu     sync.Mutex
	report *Report
	rules  map[string]map[Result]Totals
	kinds  map[string]string // of stores, by provider: prices depend on them
	added  int64
	broken atomic.Bool // outcomes were lost
}

func newTally(plan *Plan, dir string, started time.Time) (*tally, error) {
	outcomes, err := newSpool(dir, "outcomes", outcomeCodec, keepLast)
	if err != nil {
		return nil, err
	}
	t := &tally{
		report: &Report{PlanID: plan.ID, Started: started.UTC(), Results: map[Result]Totals{}, outcomes: outcomes},
		rules:  map[string]map[Result]Totals{},
		kinds:  map[string]string{},
	}
	for _, p := range plan.Providers {
		t.kinds[p.Address] = p.Identity.Kind
	}
	for _, r := range plan.Rules {
		results := map[Result]Totals{}
		t.rules[r.Address] = results
		t.report.Rules = append(t.report.Rules, RuleReport{Address: r.Address, Results: results, Stopped: r.Stopped})
	}
	slices.SortFunc(t.report.Rules, func(a, b RuleReport) int { return cmp.Compare(a.Address, b.Address) })
	return t, nil
}

// add counts and keeps the outcome of one upload.
func (t *tally) add(o *Outcome) {
	err := t.report.outcomes.Add(o)
	t.mu.Lock()
	defer t.mu.Unlock()
	if err != nil {
		t.lose(err)
	}
	t.added++
	t.count(t.report.Results, o)
	if results, ok := t.rules[o.Item.Rule]; ok {
		t.count(results, o)
	}
}

// fail remembers why outcomes are missing.
func (t *tally) fail(err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.lose(err)
}

func (t *tally) lose(err error) {
	t.broken.Store(true)
	if t.report.err == nil {
		t.report.err = fmt.Errorf("the report misses outcomes: %w: plan again to see what is left", err)
	}
}

// finish completes the report. An upload without an outcome is never passed over.
func (t *tally) finish(planned int64, at time.Time) *Report {
	t.report.outcomes.Finish()
	if t.added != planned {
		t.fail(fmt.Errorf("%d uploads were planned, %d have an outcome", planned, t.added))
	}
	t.report.Finished = at.UTC()
	return t.report
}

// count adds one upload to the totals of its result.
func (t *tally) count(results map[Result]Totals, o *Outcome) {
	sum := results[o.Result]
	sum.Add(t.kinds[o.Item.Upload.Provider], &o.Item)
	results[o.Result] = sum
}
