package engine

import (
	"errors"
	"fmt"
	"strconv"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"
)

// A restless is one random run in a restless world.
type restless struct {
	temper
	uploads []restlessUpload
	slots   int
	ahead   int     // intents that the journal writes ahead
	stopAt  int64   // calls until a stop signal; 0: none
	killAt  int64   // calls until the process is killed; 0: it is not
	written float64 // share of what the journal took and had not written that survives the kill
}

// A restlessUpload is one of what is there in the beginning.
type restlessUpload struct {
	ref   Ref
	age   time.Duration
	parts []time.Duration // ages
}

func drawRestless(t *rapid.T) *restless {
	w := &restless{temper: drawTemper(t), slots: rapid.IntRange(1, 4).Draw(t, "slots")}
	// Keys that begin with one another, and many uploads of one key.
	keys := []string{"raw/1", "raw/10", "raw/100", "raw/2", "raw/a/b", "tmp/1"}
	for i := range rapid.IntRange(1, 24).Draw(t, "uploads") {
		bucket := rapid.SampledFrom([]string{"media", "media", "film", "prod"}).Draw(t, "bucket")
		u := restlessUpload{ref: Ref{bucket, rapid.SampledFrom(keys).Draw(t, "key"), fmt.Sprintf("u%d", i)}}
		u.age = rapid.SampledFrom([]time.Duration{30 * day, 9 * day, time.Hour}).Draw(t, "age")
		for range rapid.IntRange(0, 3).Draw(t, "parts") {
			u.parts = append(u.parts, min(u.age, rapid.SampledFrom([]time.Duration{8 * day, 2 * day, 2 * day, time.Minute}).Draw(t, "part")))
		}
		w.uploads = append(w.uploads, u)
	}
	w.ahead = rapid.SampledFrom([]int{0, 2, 100}).Draw(t, "intents ahead")
	switch rapid.IntRange(0, 5).Draw(t, "ends early") {
	case 4, 3:
		w.killAt = rapid.Int64Range(1, 200).Draw(t, "calls until a kill")
		w.written = rapid.Float64Range(0, 1).Draw(t, "share that reaches the disk")
	case 5:
		w.stopAt = rapid.Int64Range(1, 200).Draw(t, "calls until a stop")
	}
	return w
}

// begin makes the world. It must be called in a synctest bubble.
func (w *restless) begin(t *testing.T) (*world, *restlessStore) {
	started := time.Now()
	clock := func() time.Time { return epoch.Add(time.Since(started)) }
	s := newRestlessStore(w.temper, clock)
	for _, u := range w.uploads {
		s.put(u.ref, u.age, u.parts...)
	}
	run := &world{t: t, cfg: testConfig(testRule("raw", "media", "raw/"), testRule("film", "film", "")), opts: testOptions(t), seen: &heard{}}
	run.seen.on = s.model.Observe
	run.opts.Clock, run.opts.Observer, run.opts.Parallelism = clock, run.seen, w.slots
	return run, s
}

// play plans and applies, and says what is wrong.
func (w *restless) play(t *testing.T) error {
	run, s := w.begin(t)
	stores := Stores{"ks3": s}
	plan, err := Build(t.Context(), stores, run.cfg, run.opts)
	if err != nil {
		return nil //nolint:nilerr // a store may be so restless that there is no plan
	}
	closeAfter(t, plan)
	if err := s.model.take(plan); err != nil {
		return err
	}
	stop := make(chan struct{})
	journal := &memJournal{ahead: w.ahead, onCall: s.journalCall}
	run.opts.Stop, run.opts.Journal, s.model.journal = stop, journal, journal
	s.onCall(w.stopAt, func() { close(stop) })
	s.onCall(w.killAt, func() { s.killed = true })
	report, err := Apply(t.Context(), stores, run.cfg, plan, run.opts)
	if err == nil {
		closeAfter(t, report)
	}
	switch {
	case s.killed:
		return w.settle(t, run, s)
	case err != nil:
		return s.model.refused()
	}
	journal.onCall = nil
	if _, err := run.read(plan, report); err != nil {
		return err
	}
	return errors.Join(s.model.verdict(report.Interrupted), journal.broken())
}

// settle is the next run after a kill. The world has gone on meanwhile.
func (w *restless) settle(t *testing.T, run *world, s *restlessStore) error {
	journal := s.model.journal
	journal.crash(w.written)
	begun := len(journal.runs) > 0
	s.model.survive(journal.outcomes())
	sent := s.model.sent()
	settled, err := Settle(t.Context(), Stores{"ks3": s}, run.opts)
	switch {
	case err != nil:
		return err
	case !begun:
		return s.model.refused()
	}
	if open, err := journal.Unsettled(); err != nil || len(open) > 0 || len(settled) > 1 {
		return fmt.Errorf("%d runs were settled, %d are not, %w", len(settled), len(open), err)
	}
	return errors.Join(s.model.settled(journal.outcomes(), sent), journal.broken())
}

// The store changes between all calls: parts arrive, uploads complete, appear,
// vanish, come back, buckets are made anew, calls fail, answers lie. Whatever it
// does, only what was planned is aborted, nothing after a reading that speaks
// against it, every planned upload has one outcome, also when the process is killed
// at some call, and what is told as aborted or gone was truly absent.
func TestPromises_HoldInARestlessWorld(t *testing.T) {
	for n := range 12 { // each draws a hundred worlds of its own
		t.Run(strconv.Itoa(n), func(t *testing.T) {
			rapid.Check(t, func(rt *rapid.T) {
				w := drawRestless(rt)
				var err error
				synctest.Test(t, func(t *testing.T) { err = w.play(t) })
				if err != nil {
					rt.Fatal(err)
				}
			})
		})
	}
}
