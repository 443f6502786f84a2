package daemon

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"sync/atomic"
	"time"

	"github.com/robfig/cron/v3"
	"github.com/rs/zerolog"

	"offcut/engine"
)

// A watch is one Run (or Once) with its clockwork.
type watch struct {
	o       Options
	metrics *metrics
	cron    *cron.Cron
	jobs    map[cron.EntryID]Job
	entries []cron.EntryID // in the order of o.Jobs

	turn    chan struct{}   // holds one token; who has it may run
	stop    <-chan struct{} // closed when draining; what runs are given
	closing func()          // closes stop
	ready   atomic.Bool
}

// newWatch hands every job to cron, without starting it.
func newWatch(ctx context.Context, o Options) (*watch, error) {
	if len(o.Jobs) == 0 {
		return nil, errors.New("start the daemon: there is no job to run")
	}
	stop := make(chan struct{})
	w := &watch{
		o:       o,
		metrics: newMetrics(o),
		// Every schedule carries its own time zone; UTC is what the others count in.
		cron:    cron.New(cron.WithLocation(time.UTC), cron.WithLogger(cronLog{o.Log})),
		jobs:    make(map[cron.EntryID]Job, len(o.Jobs)),
		turn:    make(chan struct{}, 1),
		stop:    stop,
		closing: func() { close(stop) },
	}
	for _, job := range o.Jobs {
		if err := w.add(ctx, job); err != nil {
			return nil, err
		}
	}
	w.metrics.registry.MustRegister(newNextTicks(w))
	return w, nil
}

// add schedules one job behind the two wrappers that keep the daemon alive. Skip
// must be the outer one: inside Recover, a panic would keep its token for ever
// and every later tick would be skipped. Each job has its own chain, so that a
// skipped tick is counted under its rule.
func (w *watch) add(ctx context.Context, job Job) error {
	if job.Schedule.Cron == nil || job.Schedule.Cron.Next(time.Now()).IsZero() {
		return fmt.Errorf("schedule %s: %q never comes due", job.Rule, job.Schedule.Text)
	}
	log := cronLog{w.o.Log.With().Str("rule", job.Rule).Logger()}
	chain := cron.NewChain(
		cron.SkipIfStillRunning(skipLog{log, w.metrics.skipped.WithLabelValues(job.Rule)}),
		cron.Recover(log),
	)
	id := w.cron.Schedule(job.Schedule.Cron, chain.Then(cron.FuncJob(func() { w.tick(ctx, job) })))
	w.jobs[id] = job
	w.entries = append(w.entries, id)
	return nil
}

// begin starts the clock. No tick runs before ready has returned, so that what it
// prints is not mixed with what a run prints.
func (w *watch) begin(ready func(next []Next)) {
	w.cron.Start()
	ready(w.next())
	w.ready.Store(true)
	w.turn <- struct{}{}
}

// drain lets no run begin and waits for the one in hand.
func (w *watch) drain() {
	w.ready.Store(false)
	w.closing()
	w.o.Log.Info().Msg("draining: no new run is begun, the one in hand is finished")
	<-w.cron.Stop().Done()
}

// stopped reports whether the drain has begun.
func (w *watch) stopped() bool {
	select {
	case <-w.stop:
		return true
	default:
		return false
	}
}

// next says when each job comes due, in the order of the jobs.
func (w *watch) next() []Next {
	next := make([]Next, 0, len(w.entries))
	for _, id := range w.entries {
		next = append(next, Next{Job: w.jobs[id], At: w.cron.Entry(id).Next})
	}
	return next
}

// tick runs a job when its turn comes. Rules share the data directory, so that
// only one of them runs at a time; who waits here is still running for cron, and
// its further ticks are skipped, never queued.
func (w *watch) tick(ctx context.Context, job Job) {
	select {
	case <-w.turn:
		defer func() { w.turn <- struct{}{} }()
	case <-w.stop:
		return
	}
	if w.stopped() { // both were ready, and the turn won
		return
	}
	w.run(ctx, job)
}

// run does one run and writes down how it ended.
func (w *watch) run(ctx context.Context, job Job) Summary {
	started := time.Now()
	w.o.Log.Info().Str("rule", job.Rule).Str("mode", string(job.Mode)).Msg("run begins")
	sum := w.guarded(ctx, job)
	took := time.Since(started)
	w.metrics.record(job, sum, started, took)
	w.logEnd(job, sum, took)
	return sum
}

// guarded turns a panic of the runner into an error, so that the run is counted
// like any other that failed.
func (w *watch) guarded(ctx context.Context, job Job) (sum Summary) {
	defer func() {
		if r := recover(); r != nil {
			w.o.Log.Error().Str("rule", job.Rule).Str("stack", string(debug.Stack())).Msg("run panicked")
			sum = Summary{Err: fmt.Errorf("run %s: panic: %v", job.Rule, r)}
		}
	}()
	return w.o.Run(ctx, job, w.stop)
}

func (w *watch) logEnd(job Job, sum Summary, took time.Duration) {
	result := sum.Result()
	level := zerolog.InfoLevel
	switch result {
	case ResultOK:
	case ResultIncomplete:
		level = zerolog.WarnLevel
	case ResultError:
		level = zerolog.ErrorLevel
	}
	line := w.o.Log.WithLevel(level).Str("rule", job.Rule).Str("result", string(result)).
		Float64("seconds", took.Seconds()).AnErr("error", sum.Err)
	if sum.Plan != nil {
		line = line.Str("run", sum.Plan.ID).Int64("listed", sum.Plan.Listed).
			Int64("planned", sum.Plan.Abort.Uploads).Int64("planned_bytes", sum.Plan.Abort.Bytes)
	}
	if sum.Report != nil {
		for _, res := range engine.Results {
			line = line.Int64(logField(res), sum.Report.Results[res].Uploads)
		}
	}
	line.Msg("run ended")
}
