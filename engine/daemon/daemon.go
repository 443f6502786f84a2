package daemon

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/rs/zerolog"

	"offcut/engine"
	"offcut/rules"
)

// A Job is one scheduled rule, or the instances of one that are there at its tick.
type Job struct {
	Rule     string // address
	Family   bool   // Rule is a block: who acts in a run is what its plan says
	Schedule rules.Schedule
	Mode     rules.Mode
}

// A Runner does one run of a rule: it plans, prints and, with rules.ModeApply,
// applies. ctx is the one that Run or Once was called with: once it is done,
// requests may be broken off. stop closes when the daemon drains: nothing new is
// begun then, and what is in hand is finished.
type Runner func(ctx context.Context, job Job, stop <-chan struct{}) Summary

// Options configure Run and Once.
type Options struct {
	Jobs    []Job
	Run     Runner
	Stop    <-chan struct{}                // closing it drains; may be nil
	Listen  string                         // loopback address of the HTTP port; empty: none
	Ready   func(addr string, next []Next) // called once, before the first run; addr is empty without HTTP
	Log     zerolog.Logger
	Version string // of the program, for offcut_build_info
}

// A Next is a job with its next tick.
type Next struct {
	Job Job
	At  time.Time
}

// A Summary is what one run of a rule came to, for metrics and health.
type Summary struct {
	Plan   *engine.Plan   // nil when there was none; already closed
	Report *engine.Report // nil without an apply; already closed
	Err    error          // ErrStopped when the drain ended the run before it was done
}

// ErrStopped is the error of a run that the drain ended early, or that was never
// begun because of it. It is no failure: the next start runs the rule again.
var ErrStopped = errors.New("stopped before it was done")

// A Result is the short form of a Summary.
type Result string

const (
	ResultOK         Result = "ok"         // everything was seen and done
	ResultIncomplete Result = "incomplete" // something was not listed or read to its end, a limit stopped the rule, or an upload was not settled
	ResultError      Result = "error"      // there was no plan, or nothing was attempted
)

// Result says in one word how the run ended.
func (s Summary) Result() Result {
	switch {
	case errors.Is(s.Err, ErrStopped):
		return ResultIncomplete
	case s.Err != nil:
		return ResultError
	case s.Plan != nil && !s.Plan.Whole():
		return ResultIncomplete
	case s.Report != nil && (s.Report.Interrupted || !s.Report.Clean()):
		return ResultIncomplete
	}
	return ResultOK
}

// Run runs the jobs on their schedules until o.Stop is closed or ctx is done.
// After Stop, no run is begun, the one in hand is finished, and Run returns nil.
// When ctx is done the run in hand is told to break off, and Run returns the
// cause once it has ended. An HTTP port that cannot be opened, or that fails
// later, is an error too.
func Run(ctx context.Context, o Options) error {
	w, err := newWatch(ctx, o)
	if err != nil {
		return err
	}
	site, err := openSite(ctx, w)
	if err != nil {
		return err
	}
	w.begin(func(next []Next) {
		if o.Ready != nil {
			o.Ready(site.addr(), next)
		}
	})

	select {
	case <-o.Stop:
	case <-ctx.Done():
		err = context.Cause(ctx)
	case err = <-site.failed:
	}
	w.drain()
	return errors.Join(err, site.close(ctx))
}

// Once runs every job now, one after the other, and returns their summaries in
// order. Jobs that a closed o.Stop, or the end of ctx, keeps from being begun
// have ErrStopped.
func Once(ctx context.Context, o Options) []Summary {
	w := &watch{o: o, stop: o.Stop, metrics: newMetrics(o)}
	sums := make([]Summary, 0, len(o.Jobs))
	for _, job := range o.Jobs {
		if w.stopped() || ctx.Err() != nil {
			sums = append(sums, Summary{Err: fmt.Errorf("run %s: %w", job.Rule, ErrStopped)})
			continue
		}
		sums = append(sums, w.run(ctx, job))
	}
	return sums
}
