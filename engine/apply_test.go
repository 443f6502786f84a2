package engine

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"offcut/rules"
)

func TestApplyRefusesAPlanThatDoesNotHoldTogether(t *testing.T) {
	item := func(bucket, key string) Item {
		return Item{
			Upload: rules.Upload{Provider: "ks3", Bucket: bucket, Key: key, ID: "u", Initiated: epoch.Add(-30 * day)},
			Reason: rules.AbortStale, Rule: "rule.raw",
		}
	}
	tests := map[string]struct {
		items  []Item
		change func(w *world, p *Plan)
		want   string
	}{
		"another bucket":         {[]Item{item("other", "raw/a")}, nil, "outside every scope"},
		"another prefix":         {[]Item{item("media", "rawer")}, func(_ *world, p *Plan) { p.Scopes[0].Prefix = "raw/" }, "outside every scope"},
		"a partial scope":        {[]Item{item("media", "raw/a")}, func(_ *world, p *Plan) { p.Scopes[0].Status = ScopePartial }, "counts 1 uploads to abort but names 0"},
		"a stopped rule":         {[]Item{item("media", "raw/a")}, func(_ *world, p *Plan) { p.Rules[0].Stopped = "max_uploads" }, "counts 1 uploads to abort but names 0"},
		"a wrong count":          {[]Item{item("media", "raw/a")}, func(_ *world, p *Plan) { p.Abort.Uploads = 2 }, "counts 2 uploads to abort but names 1"},
		"no rules":               {[]Item{item("media", "raw/a")}, func(w *world, _ *Plan) { w.cfg = nil }, "no rules to decide by"},
		"a store not configured": {[]Item{item("media", "raw/a")}, func(w *world, _ *Plan) { w.alone = true }, "provider ks3, which is not configured"},
		"an unreadable plan":     {nil, func(w *world, p *Plan) { closeNow(w.t, p) }, "read the plan"},
		"an unknown provider": {[]Item{item("media", "raw/a")}, func(w *world, p *Plan) {
			p.Providers[0].Address = "s3"
		}, "by which clock"},
		"a lost bucket list": {[]Item{item("media", "raw/a")}, func(w *world, p *Plan) {
			p.Providers[0].Buckets = []Bucket{{Name: "media"}}
			w.store.onListBuckets = func() error { return fmt.Errorf("503: %w", ErrTemporary) }
		}, "list the buckets of provider ks3"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t)
				plan := w.planNaming(slices.Values(tt.items))
				if tt.change != nil {
					tt.change(w, plan)
				}
				report, err := Apply(t.Context(), w.stores(), w.cfg, plan, w.opts)
				if report != nil || err == nil || !strings.Contains(err.Error(), tt.want) || !strings.HasSuffix(err.Error(), "nothing was attempted") {
					t.Errorf("error %v, want %q", err, tt.want)
				}
				if n := w.store.called("ListParts") + w.store.called("Abort"); n != 0 {
					t.Errorf("%d requests were sent", n)
				}
			})
		})
	}
}

// Whoever plans without the right to list buckets may apply without it. Where the
// plan saw them, the buckets must be compared before the first abort.
func TestARefusedBucketList(t *testing.T) {
	refuse := func() error { return fmt.Errorf("403: %w", ErrAccessDenied) }
	t.Run("always", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			w := newWorld(t)
			ref := w.stale("raw/a", "u1")
			w.store.onListBuckets = refuse
			w.want(w.run(nil), ref, Aborted)
		})
	})
	t.Run("since the plan", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			w := newWorld(t)
			w.stale("raw/a", "u1")
			plan := w.plan()
			w.store.onListBuckets = refuse
			report, err := Apply(t.Context(), w.stores(), w.cfg, plan, w.opts)
			if report != nil || !errors.Is(err, ErrAccessDenied) || !strings.Contains(err.Error(), "whether they are those of the plan") {
				t.Errorf("report %v, error %v", report, err)
			}
			if n := w.store.called("ListParts") + w.store.called("Abort"); n != 0 {
				t.Errorf("%d requests were sent", n)
			}
		})
	})
}

func TestReportSaysWhatWasDone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		refs := w.several(3)
		plan := w.plan()
		w.store.remove(refs[0])
		w.store.addPart(refs[1], 1)
		time.Sleep(time.Second)
		report := w.apply(plan)
		outcomes := w.outcomes(plan, report)
		if !report.Clean() || report.Interrupted {
			t.Errorf("clean %t, interrupted %t", report.Clean(), report.Interrupted)
		}
		for _, result := range []Result{Aborted, Gone, BecameActive} {
			if got := report.Results[result]; got.Uploads != 1 || got.Bytes != 2<<20 || got.Parts != 2 {
				t.Errorf("%s: %+v", result, got)
			}
		}
		rule := report.Rules[0]
		if len(report.Rules) != 1 || rule.Address != "rule.raw" || rule.Results[Aborted].Uploads != 1 {
			t.Errorf("rules %+v", report.Rules)
		}
		if report.PlanID != plan.ID || !report.Started.Equal(epoch.Add(time.Second)) || report.Finished.Before(report.Started) {
			t.Errorf("plan %s from %s to %s", report.PlanID, report.Started, report.Finished)
		}
		if want := w.store.Requests(); report.Requests != want {
			t.Errorf("%d requests, want %d", report.Requests, want)
		}
		if started := heardOf[ApplyStarted](w.seen); len(started) != 1 || started[0].Planned != 3 || started[0].Bytes != 6<<20 {
			t.Errorf("started %+v", started)
		}
		if answered := heardOf[AbortAnswered](w.seen); len(answered) != 1 || answered[0].Ref != refs[2] || answered[0].Receipt.RequestID == "" {
			t.Errorf("answered %+v", answered)
		} else if got := outcomes[refs[2]].RequestID; got != answered[0].Receipt.RequestID {
			t.Errorf("request id %s, want that of the abort, %s", got, answered[0].Receipt.RequestID)
		}
	})
}

func TestFailuresMakeAReportUnclean(t *testing.T) {
	for _, result := range Results {
		r := &Report{Results: map[Result]Totals{result: {Uploads: 1}}}
		if want := result == Aborted || result == Gone || result == BecameActive; r.Clean() != want {
			t.Errorf("a report with %s is clean: %t", result, r.Clean())
		}
	}
	if (&Report{err: errors.New("lost")}).Clean() {
		t.Error("a report that misses outcomes is clean")
	}
}

func TestPromise6_AHangingKeyHoldsNobodyElse(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		w.opts.Parallelism = 2
		w.store.identity.ListingProves = false
		refs := w.several(50)
		w.store.onAbort = func(ref Ref) error {
			if ref == refs[0] {
				time.Sleep(time.Hour)
			}
			return nil
		}
		outcomes := w.run(nil)
		for _, ref := range refs[1:] {
			if at := w.want(outcomes, ref, Aborted).At; at.After(epoch.Add(time.Second)) {
				t.Errorf("%v had to wait until %s", ref, at)
			}
		}
		w.want(outcomes, refs[0], Aborted)
	})
}

func TestPromise6_AFailingKeyHoldsNoSlotWhileItWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		w.opts.Parallelism = 1
		w.store.identity.ListingProves = false
		refs := w.several(50)
		w.store.onAbort = func(ref Ref) error {
			if ref == refs[0] {
				return fmt.Errorf("503: %w", ErrTemporary)
			}
			return nil
		}
		outcomes := w.run(nil)
		w.want(outcomes, refs[0], Failed)
		for _, ref := range refs[1:] {
			if at := w.want(outcomes, ref, Aborted).At; !at.Equal(epoch) {
				t.Errorf("%v had to wait until %s", ref, at)
			}
		}
	})
}

func TestPromise6_AKeyWhoseReadingsFailHoldsNobodyElse(t *testing.T) {
	onBothKindsOfStore(t, func(w *world) {
		w.opts.Parallelism = 2
		refs := w.several(50)
		plan := w.plan()
		w.store.onListParts = func(ref Ref) error {
			if slices.Contains(refs[:4], ref) {
				return coolingFailure(20 * time.Second)
			}
			return nil
		}
		var waited atomic.Int64 // until the last abort, in nanoseconds
		w.store.onAbort = func(Ref) error {
			waited.Store(int64(w.opts.Clock().Sub(epoch)))
			return nil
		}
		outcomes := w.outcomes(plan, w.apply(plan))
		for i, ref := range refs {
			if i < 4 {
				w.want(outcomes, ref, Failed)
			} else {
				w.want(outcomes, ref, Aborted)
			}
		}
		if d := time.Duration(waited.Load()); d != 0 {
			w.t.Errorf("the last abort had to wait for %s", d)
		}
	})
}

func TestPromise6_AStopSignalFinishesWhatIsInHand(t *testing.T) {
	onBothKindsOfStore(t, func(w *world) {
		stop := make(chan struct{})
		w.opts.Stop, w.opts.Parallelism = stop, 2
		refs := w.several(40)
		plan := w.plan()
		var once sync.Once
		inHand := map[Ref]bool{}
		var mu sync.Mutex
		w.store.onAbort = func(ref Ref) error {
			mu.Lock()
			inHand[ref] = true
			last := len(inHand) == 10
			mu.Unlock()
			time.Sleep(time.Second)
			if last {
				once.Do(func() { close(stop) })
			}
			return nil
		}
		report := w.apply(plan)
		outcomes := w.outcomes(plan, report)
		if !report.Interrupted || report.Clean() {
			w.t.Errorf("interrupted %t, clean %t", report.Interrupted, report.Clean())
		}
		for _, ref := range refs {
			if inHand[ref] {
				w.want(outcomes, ref, Aborted)
				continue
			}
			if o := w.want(outcomes, ref, NotAttempted); o.Attempts != 0 || !w.store.has(ref) {
				w.t.Errorf("%v: %d attempts, still there %t", ref, o.Attempts, w.store.has(ref))
			}
		}
		if len(inHand) > 11 {
			w.t.Errorf("%d aborts though the tenth stopped everything", len(inHand))
		}
	})
}

func TestPromise6_AStopBetweenReadingAndAbortSendsNoAbort(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		stop := make(chan struct{})
		w.opts.Stop = stop
		ref := w.stale("raw/a", "u1")
		plan := w.plan()
		w.store.onListParts = func(Ref) error { close(stop); return nil }
		w.want(w.outcomes(plan, w.apply(plan)), ref, NotAttempted)
		if w.store.called("Abort") != 0 {
			t.Error("an abort was sent after the stop")
		}
	})
}

func TestPromise6_AStopEndsWaits(t *testing.T) {
	tests := map[string]struct {
		script func(w *world, ref Ref)
		want   Result
		text   string
	}{
		"before another try of a reading": {func(w *world, _ Ref) {
			w.store.onListParts = func(Ref) error { return fmt.Errorf("503: %w", ErrTemporary) }
		}, NotAttempted, "stopped before its abort"},
		"before another try of an abort": {func(w *world, _ Ref) {
			w.store.onAbort = func(Ref) error { return fmt.Errorf("503: %w", ErrTemporary) }
		}, Failed, "stopped after an abort whose effect is not known"},
		"before another round": {func(w *world, ref Ref) {
			w.store.staysListed(ref, true)
		}, NotVerified, "the store still has it, with 2 parts"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t)
				stop := make(chan struct{})
				w.opts.Stop = stop
				ref := w.stale("raw/a", "u1")
				plan := w.plan()
				tt.script(w, ref)
				time.AfterFunc(time.Millisecond, func() { close(stop) })
				report := w.apply(plan)
				o := w.want(w.outcomes(plan, report), ref, tt.want)
				if !strings.Contains(o.Err, tt.text) {
					t.Errorf("text %q", o.Err)
				}
				if !report.Interrupted || report.Finished.Sub(epoch) > time.Second {
					t.Errorf("interrupted %t, finished after %s", report.Interrupted, report.Finished.Sub(epoch))
				}
			})
		})
	}
}

func TestPromise6_ProofsEndSoonAfterAStop(t *testing.T) {
	onBothKindsOfStore(t, func(w *world) {
		stop := make(chan struct{})
		w.opts.Stop = stop
		ref := w.stale("raw/a", "u1")
		plan := w.plan()
		w.store.onAbort = func(Ref) error { close(stop); return nil }
		w.over = func(s *memStore) Store { return &hangingStore{memStore: s} }
		report := w.apply(plan)
		o := w.want(w.outcomes(plan, report), ref, NotVerified)
		if !strings.Contains(o.Err, "stopped before its absence was proven") {
			w.t.Errorf("text %q", o.Err)
		}
		if took := report.Finished.Sub(epoch); took > 2*stopGrace+time.Second {
			w.t.Errorf("the report came after %s", took)
		}
	})
}

// A key whose requests hang until their context ends holds up no stop.
func TestPromise6_RequestsInHandEndSoonAfterAStop(t *testing.T) {
	for _, action := range []string{"ListParts", "Abort"} {
		t.Run(action, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t)
				stop := make(chan struct{})
				w.opts.Stop = stop
				w.several(3)
				plan := w.plan()
				w.over = func(s *memStore) Store { return &stuckStore{s, action} }
				time.AfterFunc(time.Second, func() { close(stop) })
				report := w.apply(plan)
				w.outcomes(plan, report)
				if took := report.Finished.Sub(epoch); took != time.Second+stopGrace || !report.Interrupted {
					t.Errorf("the report came after %s, interrupted %t", took, report.Interrupted)
				}
			})
		})
	}
}

func TestPromise6_AStopEndsTheFirstBucketListToo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		stop := make(chan struct{})
		w.opts.Stop = stop
		w.several(3)
		plan := w.plan()
		w.over = func(s *memStore) Store { return &stuckStore{s, "ListBuckets"} }
		time.AfterFunc(time.Second, func() { close(stop) })
		report, err := Apply(t.Context(), w.stores(), w.cfg, plan, w.opts)
		if report != nil || !errors.Is(err, context.Canceled) {
			t.Errorf("report %v, error %v", report, err)
		}
		if took := w.opts.Clock().Sub(epoch); took != time.Second+stopGrace {
			t.Errorf("it ended after %s", took)
		}
	})
}

// A stuckStore answers one action only when its context ends.
type stuckStore struct {
	*memStore
	action string
}

func (s *stuckStore) ListBuckets(ctx context.Context) ([]Bucket, error) {
	if s.action == "ListBuckets" {
		<-ctx.Done()
		return nil, ctx.Err()
	}
	return s.memStore.ListBuckets(ctx)
}

func (s *stuckStore) ListParts(ctx context.Context, ref Ref) (PartsAnswer, error) {
	if s.action == "ListParts" {
		<-ctx.Done()
		return PartsAnswer{}, fmt.Errorf("%w: %w", ErrTemporary, ctx.Err())
	}
	return s.memStore.ListParts(ctx, ref)
}

func (s *stuckStore) Abort(ctx context.Context, ref Ref, notAfter time.Time) (Receipt, error) {
	if s.action == "Abort" {
		<-ctx.Done()
		return Receipt{}, fmt.Errorf("%w: %w", ErrTemporary, ctx.Err())
	}
	return s.memStore.Abort(ctx, ref, notAfter)
}

func TestPromise6_AStopBeforeTheBeginningAttemptsNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		stop := make(chan struct{})
		close(stop)
		w.opts.Stop = stop
		refs := w.several(5)
		plan := w.plan()
		report := w.apply(plan)
		outcomes := w.outcomes(plan, report)
		for _, ref := range refs {
			w.want(outcomes, ref, NotAttempted)
		}
		if n := w.store.called("ListParts") + w.store.called("Abort"); n != 0 || !report.Interrupted {
			t.Errorf("%d requests, interrupted %t", n, report.Interrupted)
		}
	})
}

func TestPromise6_ACancelledContextStillGivesAWholeReport(t *testing.T) {
	onBothKindsOfStore(t, func(w *world) {
		w.opts.Parallelism = 1
		refs := w.several(10)
		plan := w.plan()
		ctx, cancel := context.WithCancel(w.t.Context())
		w.store.onAbort = func(ref Ref) error {
			if ref == refs[3] {
				cancel() // the store answers no more
			}
			return nil
		}
		report, err := Apply(ctx, w.stores(), w.cfg, plan, w.opts)
		if err != nil {
			w.t.Fatal(err)
		}
		closeAfter(w.t, report)
		outcomes := w.outcomes(plan, report)
		if !report.Interrupted {
			w.t.Error("the report does not say that it was interrupted")
		}
		if o := w.want(outcomes, refs[3], Failed); o.Attempts != 1 {
			w.t.Errorf("%d attempts", o.Attempts)
		}
		for _, ref := range refs {
			if o := outcomes[ref]; o.Attempts == 0 && (o.Result != NotAttempted || !w.store.has(ref)) {
				w.t.Errorf("%v is %s (%s), still there %t", ref, o.Result, o.Err, w.store.has(ref))
			}
		}
	})
}

func TestProvidersAreAppliedSideBySide(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		slow := w.stale("raw/a", "u1")
		other := newMemStore("media")
		other.clock, other.local = w.store.clock, w.store.local
		fast := other.put("media", "raw/a", "u1", 30*day)
		rule := testRule("other", "media", "raw/")
		rule.Provider = "s3"
		w.cfg.Rules = append(w.cfg.Rules, rule)
		w.cfg.Providers = append(w.cfg.Providers, rules.Provider{Address: "s3", Kind: "s3"})
		stores := Stores{"ks3": w.store, "s3": other}
		plan, err := Build(t.Context(), stores, w.cfg, w.opts)
		if err != nil {
			t.Fatal(err)
		}
		closeAfter(t, plan)
		w.store.onAbort = func(Ref) error { time.Sleep(time.Hour); return nil }
		report, err := Apply(t.Context(), stores, w.cfg, plan, w.opts)
		if err != nil {
			t.Fatal(err)
		}
		closeAfter(t, report)
		for o, err := range report.Outcomes() {
			if err != nil || o.Result != Aborted {
				t.Errorf("%+v, %v", o, err)
			}
			if waited := o.At.Sub(epoch); (o.Item.Upload.Provider == "s3") != (waited == 0) {
				t.Errorf("the upload of %s waited %s", o.Item.Upload.Provider, waited)
			}
		}
		if w.store.has(slow) || other.has(fast) {
			t.Error("an upload is still there")
		}
	})
}

func TestALostOutcomeIsNotPassedOver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		plan := w.planNaming(slices.Values([]Item(nil)))
		tally, err := newTally(plan, w.opts.Dir, epoch)
		if err != nil {
			t.Fatal(err)
		}
		r := newApplying(t.Context(), w.cfg, plan, w.opts)
		r.tally = tally
		if r.stopped() {
			t.Error("stopped before anything was lost")
		}
		if err := tally.report.outcomes.Close(); err != nil { // as a full disk would
			t.Fatal(err)
		}
		tally.add(&Outcome{Result: Aborted})
		if !r.stopped() {
			t.Error("it goes on though nothing can be reported")
		}
		report := tally.finish(1, epoch)
		if report.Clean() {
			t.Error("a report that misses an outcome is clean")
		}
		if _, err := readAll(report); err == nil {
			t.Error("a report that misses an outcome can be read to its end")
		}
	})
}

// A disk that is full while outcomes come in ends the run. What was kept before can
// be read, the totals count everything, and it is no interruption.
func TestAFullDiskTakesAwayNoOutcomeThatWasKept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		w.opts.Parallelism = 1
		refs := w.several(30)
		plan := w.plan()
		r := newApplying(t.Context(), w.cfg, plan, w.opts)
		if err := r.survey(w.stores()); err != nil {
			t.Fatal(err)
		}
		var err error
		if r.tally, err = newTally(plan, w.opts.Dir, epoch); err != nil {
			t.Fatal(err)
		}
		r.lanes[0].relists = false // outcomes come one by one
		r.tally.report.outcomes.bound = 10
		fillDisk(t, r.tally.report.outcomes)
		r.work()
		report := r.tally.finish(r.planned, w.opts.Clock())
		closeAfter(t, report)
		outcomes, err := readAll(report)
		if err == nil || !strings.Contains(err.Error(), "free some space") {
			t.Errorf("error %v", err)
		}
		if len(outcomes) != 9 {
			t.Errorf("%d outcomes can be read, want the 9 before the first write", len(outcomes))
		}
		aborted := int64(len(refs) - len(w.store.refs()))
		if got := report.Results[Aborted].Uploads; got != aborted || got < 9 {
			t.Errorf("%d aborted in the totals, %d in truth", got, aborted)
		}
		if got := report.Results[NotAttempted].Uploads; got != int64(len(refs))-aborted || got == 0 {
			t.Errorf("%d not attempted", got)
		}
		if r.cutShort.Load() || report.Clean() {
			t.Errorf("interrupted %t, clean %t", r.cutShort.Load(), report.Clean())
		}
	})
}

func TestAMissingOutcomeIsCounted(t *testing.T) {
	w := &world{t: t, opts: testOptions(t)}
	plan := w.planNaming(slices.Values([]Item(nil)))
	tally, err := newTally(plan, w.opts.Dir, epoch)
	if err != nil {
		t.Fatal(err)
	}
	tally.add(&Outcome{Result: Aborted})
	report := tally.finish(2, epoch)
	closeAfter(t, report)
	outcomes, err := readAll(report)
	if len(outcomes) != 1 || err == nil || !strings.Contains(err.Error(), "2 uploads were planned, 1 have an outcome") || report.Clean() {
		t.Errorf("%d outcomes, %v", len(outcomes), err)
	}
}

func readAll(r *Report) (outcomes []Outcome, err error) {
	for o, err := range r.Outcomes() {
		if err != nil {
			return outcomes, err
		}
		outcomes = append(outcomes, o)
	}
	return outcomes, nil
}

func TestALaneWithoutASpoolAttemptsNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		refs := w.several(3)
		plan := w.plan()
		w.seen.on = func(e Event) {
			if _, ok := e.(ApplyStarted); ok {
				if err := errors.Join(os.RemoveAll(w.opts.Dir), os.WriteFile(w.opts.Dir, nil, 0o600)); err != nil {
					t.Error(err)
				}
			}
		}
		report := w.apply(plan)
		outcomes := w.outcomes(plan, report)
		for _, ref := range refs {
			if o := w.want(outcomes, ref, NotAttempted); !strings.HasPrefix(o.Err, "nothing was begun: ") {
				t.Errorf("text %q", o.Err)
			}
		}
		if w.store.called("Abort") != 0 || report.Clean() {
			t.Error("aborts were sent, or the report is clean")
		}
	})
}

func TestAReportOfNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		plan := w.plan()
		report := w.apply(plan)
		if outcomes := w.outcomes(plan, report); len(outcomes) != 0 || !report.Clean() || w.store.Requests() != 0 {
			t.Errorf("%d outcomes, clean %t, %d requests", len(outcomes), report.Clean(), w.store.Requests())
		}
		var zero Report
		if outcomes, err := readAll(&zero); len(outcomes) != 0 || err != nil || !zero.Clean() || zero.Close() != nil {
			t.Error("the zero report does not work")
		}
	})
}

func TestScopeIndexFindsTheScopeOfAKey(t *testing.T) {
	index := newScopeIndex([]Scope{
		{Provider: "ks3", Bucket: "media", Prefix: "b/", Status: ScopeComplete},
		{Provider: "ks3", Bucket: "media", Prefix: "a/", Status: ScopeComplete},
		{Provider: "ks3", Bucket: "media", Prefix: "c/", Status: ScopePartial},
		{Provider: "ks3", Bucket: "whole", Prefix: "", Status: ScopeComplete},
		{Provider: "s3", Bucket: "other", Prefix: "", Status: ScopeComplete},
	}, "ks3")
	tests := map[[2]string]string{
		{"media", "a/"}: "a/", {"media", "a/x"}: "a/", {"media", "b/x/y"}: "b/",
		{"media", "a"}: "none", {"media", "a0"}: "none", {"media", "b"}: "none", {"media", "c/x"}: "none", {"media", "z"}: "none", {"media", ""}: "none",
		{"whole", "any"}: "", {"whole", ""}: "",
		{"other", "any"}: "none", {"missing", "a/x"}: "none",
	}
	for place, want := range tests {
		got := "none"
		if s := index.find(place[0], place[1]); s != nil {
			got = s.Prefix
		}
		if got != want {
			t.Errorf("%q: scope %q, want %q", place, got, want)
		}
	}
}
