package engine

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"sync/atomic"
	"time"
)

// A recorder tells the journal what Apply does, and remembers when it cannot. The
// order of what it is told is what a kill at any instant leaves behind: the intent
// before the first request about an item, the answer after it, the outcome last.
type recorder struct {
	log     RunLog
	refused atomic.Pointer[error] // the first failure of Intend
}

// intend returns once it is on record that an abort of an item may be sent.
func (c *recorder) intend(provider string, seq int64) error {
	err := c.log.Intend(provider, seq)
	if err != nil {
		c.refused.CompareAndSwap(nil, &err)
	}
	return err
}

// failure says why nothing more can be recorded, or returns nil.
func (c *recorder) failure() error {
	if err := c.refused.Load(); err != nil {
		return *err
	}
	return nil
}

// beginRun tells the journal, if there is one, of the run and all that it plans. What
// an earlier run left in doubt may be among that: it has to be settled first.
func (r *applying) beginRun(stores Stores, started time.Time) error {
	if r.opts.Journal == nil {
		return nil
	}
	open, err := r.opts.Journal.Unsettled()
	if err != nil {
		return err
	}
	if len(open) > 0 {
		return fmt.Errorf("%s, is not settled yet: settle it first", open[0].Run.name())
	}
	log, err := r.opts.Journal.Begin(r.describe(stores, started), r.plan.Items())
	if err != nil {
		return err
	}
	r.recorder.log = log
	return nil
}

// name names a run that did not finish.
func (r *Run) name() string {
	return fmt.Sprintf("run %s, which %s began at %s and did not finish", r.ID, cmp.Or(r.Origin.Actor, "somebody"), stamp(r.Started))
}

// describe says what there is to know of the run before it begins.
func (r *applying) describe(stores Stores, started time.Time) Run {
	run := Run{
		ID: r.plan.ID, Planned: r.plan.Finished, Started: started,
		Origin: r.opts.Origin, Providers: r.providersNow(stores), Totals: r.plan.Abort,
	}
	for i := range r.plan.Rules {
		run.Rules = append(run.Rules, r.origin(r.plan.Rules[i].Address))
	}
	return run
}

// providersNow returns the providers of the plan with who aborts, which need not be who
// planned.
func (r *applying) providersNow(stores Stores) []ProviderStatus {
	list := slices.Clone(r.plan.Providers)
	for i := range list {
		if store := stores[list[i].Address]; store != nil {
			list[i].Identity = store.Identity()
		}
	}
	return list
}

// origin says where a rule of the plan stands, as far as the configuration knows it.
func (r *applying) origin(address string) RuleOrigin {
	o := RuleOrigin{Address: address}
	for i := range r.cfg.Rules {
		if rule := &r.cfg.Rules[i]; rule.Address == address {
			o.File, o.Line = rule.Range.File, rule.Range.Line
		}
	}
	return o
}

// endRun ends the run in the journal. A run that misses outcomes is left open there,
// so that the next one settles it.
func (r *applying) endRun(report *Report) error {
	if r.opts.Journal == nil {
		return nil
	}
	err := errors.New("some uploads have no outcome")
	if r.tally.added == r.planned {
		err = r.recorder.log.Finish(RunEnd{
			Finished: report.Finished, Interrupted: report.Interrupted, Requests: report.Requests,
		})
	}
	if err != nil {
		return fmt.Errorf("the ledger misses outcomes of this run: %w: the next apply settles them", err)
	}
	return nil
}

// noLog is the log of a run without a journal.
type noLog struct{}

func (noLog) Intend(string, int64) error         { return nil }
func (noLog) Answered(int64, Receipt, time.Time) {}
func (noLog) Conclude(*Outcome)                  {}
func (noLog) Finish(RunEnd) error                { return nil }
