package engine

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"
)

// A killing ends the process at one call to the journal or a store. What is called
// after that has no effect.
type killing struct {
	at int // the call, from 1; 0 kills nothing
	loss

	mu    sync.Mutex
	calls int
}

// A loss says what a kill takes away.
type loss struct {
	arrives bool    // where the last call is a request, the store still acts on it
	written float64 // share of what the journal took and had not written that reaches its disk
}

var errKilled = errors.New("the process is dead")

// step counts a call and reports whether it takes effect, and whether its answer comes.
func (k *killing) step() (effect, answer bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.calls++
	alive := k.at == 0 || k.calls < k.at
	return alive || k.calls == k.at && k.arrives, alive
}

// dead reports whether the kill has come.
func (k *killing) dead() bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.at > 0 && k.calls >= k.at
}

func (k *killing) onCall(string) error {
	if _, alive := k.step(); !alive {
		return errKilled
	}
	return nil
}

// A mortalStore is a store seen by a process that is killed.
type mortalStore struct {
	*memStore
	killing *killing
}

func (s mortalStore) ListBuckets(ctx context.Context) ([]Bucket, error) {
	if _, alive := s.killing.step(); !alive {
		return nil, errKilled
	}
	return s.memStore.ListBuckets(ctx)
}

func (s mortalStore) ListUploads(ctx context.Context, bucket, prefix string) iter.Seq2[UploadPage, error] {
	if _, alive := s.killing.step(); !alive {
		return func(yield func(UploadPage, error) bool) { yield(UploadPage{}, errKilled) }
	}
	return s.memStore.ListUploads(ctx, bucket, prefix)
}

func (s mortalStore) ListParts(ctx context.Context, ref Ref) (PartsAnswer, error) {
	if _, alive := s.killing.step(); !alive {
		return PartsAnswer{}, errKilled
	}
	return s.memStore.ListParts(ctx, ref)
}

func (s mortalStore) Abort(ctx context.Context, ref Ref, notAfter time.Time) (Receipt, error) {
	effect, alive := s.killing.step()
	if !effect {
		return Receipt{}, errKilled
	}
	receipt, err := s.memStore.Abort(ctx, ref, notAfter)
	if !alive {
		return Receipt{}, errKilled
	}
	return receipt, err
}

// A killed world is a run of Apply that is killed, and what the next run makes of it.
type killed struct {
	*chaos
	journal *memJournal
	killing *killing
}

// kill plays a scenario with a journal until it is killed, then settles it, and says
// what is wrong with the result. It reports whether the run was killed at all.
func (s *scenario) kill(t *testing.T, k *killing, ahead int) (died bool, err error) {
	w, c := s.stage(t)
	other := w.another("s3")
	for i := range 2 {
		other.put("media", fmt.Sprintf("raw/%d", i), "u1", 30*day, 20*day)
	}
	plan := w.plan()
	ctx := c.begin()
	x := &killed{chaos: c, journal: &memJournal{ahead: ahead, onCall: k.onCall}, killing: k}
	w.opts.Journal = x.journal
	w.over = func(s *memStore) Store { return mortalStore{s, k} }
	report, err := Apply(ctx, w.stores(), w.cfg, plan, w.opts)
	if err == nil {
		closeAfter(t, report)
	}
	if !k.dead() {
		if err != nil {
			return false, err
		}
		x.journal.onCall = nil
		return false, errors.Join(x.journal.broken(), x.unlike(report))
	}
	w.over = nil
	return true, x.settle(plan)
}

// unlike says how the outcomes in the journal differ from those of the report.
func (x *killed) unlike(report *Report) error {
	reported, err := readAll(report)
	if err != nil {
		return err
	}
	recorded := x.journal.outcomes()
	if fmt.Sprint(recorded) != fmt.Sprint(reported) {
		return fmt.Errorf("the journal has %v, the report has %v", recorded, reported)
	}
	if open, err := x.journal.Unsettled(); err != nil || len(open) > 0 {
		return fmt.Errorf("%d runs are unsettled, %w", len(open), err)
	}
	return nil
}

// settle is the next run after the kill.
func (x *killed) settle(plan *Plan) error {
	x.journal.crash(x.killing.written)
	aborts := x.store.called("Abort") + x.more["s3"].called("Abort")
	opts := Options{Journal: x.journal, Clock: x.opts.Clock, Parallelism: x.opts.Parallelism, PlanID: "next"}
	settled, err := Settle(x.t.Context(), x.stores(), opts)
	if err != nil {
		return err
	}
	wrongs := slices.Concat(x.wrongs, []error{x.journal.broken()})
	if n := x.store.called("Abort") + x.more["s3"].called("Abort"); n != aborts {
		wrongs = append(wrongs, fmt.Errorf("settling sent %d aborts", n-aborts))
	}
	if len(x.journal.runs) == 0 {
		if aborts > 0 {
			wrongs = append(wrongs, errors.New("aborts were sent for a run that is not on disk"))
		}
		return errors.Join(wrongs...)
	}
	if open, err := x.journal.Unsettled(); err != nil || len(open) > 0 || len(settled) > 1 {
		wrongs = append(wrongs, fmt.Errorf("%d runs are settled, %d still are not, %w", len(settled), len(open), err))
	}
	if _, err := x.journal.Begin(Run{ID: plan.ID}, plan.Items()); !errors.Is(err, ErrPlanApplied) {
		wrongs = append(wrongs, fmt.Errorf("beginning the same plan again: %w", err))
	}
	return errors.Join(append(wrongs, x.compare(plan))...)
}

// compare holds the outcomes in the journal against the plan and the truth.
func (x *killed) compare(plan *Plan) error {
	var wrongs []error
	outcomes := x.journal.outcomes()
	i := 0
	for item, err := range plan.Items() {
		if err != nil {
			return err
		}
		if i >= len(outcomes) || outcomes[i].Item != item || outcomes[i].Seq != int64(i) {
			return fmt.Errorf("item %d of the plan has no outcome of its own", i)
		}
		wrongs = append(wrongs, x.untrue(&outcomes[i]))
		i++
	}
	return errors.Join(append(wrongs, x.unasked())...)
}

// untrue says what is wrong with an outcome after a kill. The run may have been stopped
// before, and have left something not known.
func (x *killed) untrue(o *Outcome) error {
	ref, store, f := refOf(o.Item), x.store, plain
	aborts := x.aborts[ref]
	if o.Item.Upload.Provider == "s3" {
		store = x.more["s3"]
		aborts = 0
		for _, c := range store.log() {
			if c.action == "Abort" && c.ref == ref {
				aborts++
			}
		}
	} else {
		f = x.fates[ref]
	}
	there := store.has(ref)
	wrong := func(text string) error {
		return fmt.Errorf("%v (%s) is %s (%s): %s", ref, f, o.Result, o.Err, text)
	}
	switch {
	case o.Result == Aborted && (there || f == ghost || aborts == 0):
		return wrong("it is still there, or nobody aborted it")
	case o.Result == Gone && (there || f == ghost):
		return wrong("it is still there")
	case o.Result == NotAttempted && aborts > 0:
		return wrong("it was attempted")
	case o.Result == BecameActive && !there:
		return wrong("it was not kept")
	case x.stopAt+x.cancelAt == 0 && (o.Result == Failed || o.Result == NotVerified) && !there && (f == plain || f == flaky || f == vanished || f == completed):
		return wrong("it is gone, and the store says so")
	case o.Err == "" && o.Result != Aborted && o.Result != Gone:
		return wrong("it does not say why")
	}
	return nil
}

// unasked says whether anything else was touched, or an abort went out before its
// intent was on disk.
func (x *killed) unasked() error {
	var wrongs []error
	for _, s := range []*memStore{x.store, x.more["s3"]} {
		for _, c := range s.log() {
			if c.action == "Abort" && !x.journal.intended(c.ref) {
				wrongs = append(wrongs, fmt.Errorf("%v was aborted without an intent on disk", c.ref))
			}
		}
	}
	if x.bystander && !x.store.has(bystander) {
		wrongs = append(wrongs, errors.New("an upload that was not planned is gone"))
	}
	return errors.Join(wrongs...)
}

// Every call of a small run is the last one once: to the journal or to a store, with
// a request that still arrives and one that does not, and with nothing, half and all
// of what the journal had not written yet.
func TestPromise8_AKillAtEveryCallLeavesEachUploadOneTrueOutcome(t *testing.T) {
	s := scenario{fates: []fate{plain, flaky, alive, vanished, stubborn, refused, completed}, pageSize: 1000, slots: 2, bystander: true}
	for _, proves := range []bool{true, false} {
		s.proves = proves
		for _, l := range []loss{{}, {written: 0.5}, {written: 1}, {arrives: true}, {arrives: true, written: 1}} {
			kills := s.killEverywhere(t, l)
			if kills < 50 {
				t.Errorf("only %d calls were the last one", kills)
			}
		}
	}
}

// killEverywhere kills at the first call, the second, and so on, until a run ends
// before its kill comes.
func (s *scenario) killEverywhere(t *testing.T, l loss) int {
	for at := 1; ; at++ {
		k := &killing{at: at, loss: l}
		var died bool
		var err error
		synctest.Test(t, func(t *testing.T) { died, err = s.kill(t, k, 0) })
		if err != nil {
			t.Errorf("listing proves %t, %+v, killed at call %d: %v", s.proves, l, at, err)
		}
		if !died {
			return at - 1
		}
	}
}

func TestPromise8_AnyRunKilledAtAnyCallIsSettled(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		s := drawScenario(rt)
		k := &killing{
			at: rapid.IntRange(0, 12+10*len(s.fates)).Draw(rt, "killed at"),
			loss: loss{
				arrives: rapid.Bool().Draw(rt, "the last request arrives"),
				written: rapid.Float64Range(0, 1).Draw(rt, "share that is written"),
			},
		}
		ahead := rapid.IntRange(0, 5).Draw(rt, "intents ahead")
		var err error
		synctest.Test(t, func(t *testing.T) { _, err = s.kill(t, k, ahead) })
		if err != nil {
			rt.Fatal(err)
		}
	})
}
