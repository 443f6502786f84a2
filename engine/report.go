package engine

import (
	"iter"
	"time"
)

// A Result is the end of one planned upload.
type Result string

const (
	Aborted      Result = "aborted"       // aborted by us, and proven absent
	Gone         Result = "gone"          // completed or aborted by somebody else, or by an abort of ours that was never answered, and proven absent
	BecameActive Result = "became-active" // no longer stale when looked at again: kept
	Failed       Result = "failed"        // still there, or not known; Err says why
	NotVerified  Result = "not-verified"  // the store said yes, but it is still there or absence could not be proven
	NotAttempted Result = "not-attempted" // never touched: a stop signal, a protect that is new, or the bucket is not the plan's
)

// Results lists every result in the order in which reports show them.
var Results = []Result{Aborted, Gone, BecameActive, Failed, NotVerified, NotAttempted} //nolint:gochecknoglobals // a constant list; Go has no constant slices

// An Outcome is what happened to one planned upload. Every planned upload has
// exactly one.
type Outcome struct {
	Item      Item
	Seq       int64 // place of the item in the plan, from 0
	Result    Result
	RequestID string // of the answer that settled it
	Attempts  int    // aborts sent
	Unclear   bool   // of one of them no answer says what came of it; not kept by a journal
	Err       string // cause and remedy; of gone, who else may have been it; empty for aborted
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
	Interrupted bool         // a stop signal or the end of the context kept something from being done
	Halted      string       // why the kill switch kept something from being done; empty when it did not
	Requests    int64

	// Unrecorded says why the journal misses outcomes of this run; nil when it has
	// them all. The outcomes here are true nevertheless.
	Unrecorded error

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

// Clean reports whether no rule was ended on the way, and every planned upload ended
// as aborted, gone or became-active, and all of it is recorded.
func (r *Report) Clean() bool {
	for _, result := range []Result{Failed, NotVerified, NotAttempted} {
		if r.Results[result].Uploads > 0 {
			return false
		}
	}
	for i := range r.Rules {
		if r.Rules[i].Broken != "" {
			return false
		}
	}
	return r.err == nil && r.Unrecorded == nil
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
	Buckets []BucketReport // where it had planned uploads, by provider and bucket
	Stopped string         // as in RuleTotal
	Broken  string         // why its aborts were ended on the way ("stopped after ..."); empty when they were not
}

// A BucketReport is a report's part for one rule in one bucket.
type BucketReport struct {
	Provider string
	Bucket   string
	Results  map[Result]Totals
}
