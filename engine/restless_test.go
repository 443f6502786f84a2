package engine

import (
	"fmt"
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
	stopAt  int64 // calls until a stop signal; 0: none
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
	if rapid.IntRange(0, 5).Draw(t, "ends early") == 5 {
		w.stopAt = rapid.Int64Range(1, 100).Draw(t, "calls until a stop")
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
	run.opts.Stop = stop
	s.onCall(w.stopAt, func() { close(stop) })
	report, err := Apply(t.Context(), stores, run.cfg, plan, run.opts)
	if err != nil {
		return s.model.refused()
	}
	closeAfter(t, report)
	if _, err := run.read(plan, report); err != nil {
		return err
	}
	return s.model.verdict(report.Interrupted)
}

// The store changes between all calls: parts arrive, uploads complete, appear,
// vanish, come back, buckets are made anew, calls fail, answers lie. Whatever it
// does, only what was planned is aborted, nothing after a reading that speaks
// against it, every planned upload has one outcome, and what is told as aborted or
// gone was truly absent.
func TestPromises_HoldInARestlessWorld(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		w := drawRestless(rt)
		var err error
		synctest.Test(t, func(t *testing.T) { err = w.play(t) })
		if err != nil {
			rt.Fatal(err)
		}
	})
}
