package engine

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"offcut/rules"
)

// A place is where one rule found uploads.
type place struct{ rule, provider, bucket string }

// A tally collects outcomes into a report.
type tally struct {
	mu     sync.Mutex
	report *Report
	places map[place]map[Result]Totals // grows with rules and buckets, not with uploads
	prices map[string]rules.PriceList  // by provider
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
		places: map[place]map[Result]Totals{},
		prices: map[string]rules.PriceList{},
	}
	for _, p := range plan.Providers {
		t.prices[p.Address] = p.Prices
	}
	for _, r := range plan.Rules {
		t.report.Rules = append(t.report.Rules, RuleReport{Address: r.Address, Results: map[Result]Totals{}, Stopped: r.Stopped})
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
	at := place{o.Item.Rule, o.Item.Upload.Provider, o.Item.Upload.Bucket}
	results := t.places[at]
	if results == nil {
		results = map[Result]Totals{}
		t.places[at] = results
	}
	sum := results[o.Result]
	sum.Add(t.prices[at.provider], &o.Item)
	results[o.Result] = sum
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
	t.sum()
	t.report.Finished = at.UTC()
	return t.report
}

// sum adds up the places by rule and in all. It goes through them in order, so that
// sums of money come out the same every time.
func (t *tally) sum() {
	order := slices.SortedFunc(maps.Keys(t.places), func(a, b place) int {
		return cmp.Or(cmp.Compare(a.rule, b.rule), cmp.Compare(a.provider, b.provider), cmp.Compare(a.bucket, b.bucket))
	})
	for _, at := range order {
		results := t.places[at]
		merge(t.report.Results, results)
		for i := range t.report.Rules {
			if r := &t.report.Rules[i]; r.Address == at.rule {
				merge(r.Results, results)
				r.Buckets = append(r.Buckets, BucketReport{Provider: at.provider, Bucket: at.bucket, Results: results})
			}
		}
	}
}

// merge adds totals by result.
func merge(into, results map[Result]Totals) {
	for result, totals := range results {
		sum := into[result]
		sum.Merge(totals)
		into[result] = sum
	}
}
