package engine

import (
	"cmp"
	"fmt"
	"iter"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// A Result is the end of one planned upload.
type Result string

const (
	Aborted      Result = "aborted"       // aborted by us, and proven absent
	Gone         Result = "gone"          // completed or aborted by somebody else before us, and proven absent
	BecameActive Result = "became-active" // no longer stale when looked at again: kept
	Failed       Result = "failed"        // still there, or not known; Err says why
	NotVerified  Result = "not-verified"  // the store said yes, but it is still there or absence could not be proven
	NotAttempted Result = "not-attempted" // never touched: a stop signal, or the bucket is not the plan's
)

// Results lists every result in the order in which reports show them.
var Results = []Result{Aborted, Gone, BecameActive, Failed, NotVerified, NotAttempted}

// An Outcome is what happened to one planned upload. Every planned upload has
// exactly one.
type Outcome struct {
	Item      Item
	Result    Result
	RequestID string // of the answer that settled it
	Attempts  int    // aborts sent
	Err       string // cause and remedy; empty for aborted, gone
	At        time.Time
}

// A Report is what Apply did. The outcomes are in a spool on disk; Close removes
// it.
type Report struct {
	PlanID      string
	Started     time.Time
	Finished    time.Time
	Results     map[Result]Totals
	Rules       []RuleReport // acting rules, by address
	Interrupted bool         // a stop signal ended it early
	Requests    int64

	outcomes *spool[Outcome]
	err      error // why outcomes are missing
}

// Outcomes yields one outcome for every planned upload, in plan order. An error
// ends it: outcomes are then missing, and nothing is known of their uploads.
func (r *Report) Outcomes() iter.Seq2[Outcome, error] {
	return func(yield func(Outcome, error) bool) {
		if r.outcomes != nil {
			for o, err := range r.outcomes.All() {
				if !yield(o, err) || err != nil {
					return
				}
			}
		}
		if r.err != nil {
			yield(Outcome{}, r.err)
		}
	}
}

// Clean reports whether every planned upload ended as aborted, gone or
// became-active.
func (r *Report) Clean() bool {
	for _, result := range []Result{Failed, NotVerified, NotAttempted} {
		if r.Results[result].Uploads > 0 {
			return false
		}
	}
	return r.err == nil
}

// Close removes the report's spool.
func (r *Report) Close() error {
	if r.outcomes == nil {
		return nil
	}
	return r.outcomes.Close()
}

// A RuleReport is a report's part for one rule.
type RuleReport struct {
	Address string
	Results map[Result]Totals
	Stopped string // as in RuleTotal
}

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
	if err := t.report.outcomes.Finish(); err != nil {
		t.fail(err)
	}
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
