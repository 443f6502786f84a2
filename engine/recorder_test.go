package engine

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"offcut/rules"
)

func TestPromise8_IntentAnswerAndOutcomeAreRecordedInThisOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		journal := w.keepJournal()
		journal.ahead = 3
		refs := w.several(40)
		w.store.staysListed(refs[7], true)
		w.store.onAbort = func(ref Ref) error {
			if !journal.intended(ref) {
				t.Errorf("an abort of %v goes out before its intent is on disk", ref)
			}
			return nil
		}
		outcomes := w.run(nil)
		if err := journal.broken(); err != nil {
			t.Error(err)
		}
		recorded := journal.outcomes()
		if len(recorded) != len(refs) {
			t.Fatalf("%d outcomes are recorded, want %d", len(recorded), len(refs))
		}
		answered := journal.runs[0].disk.answered
		for i, o := range recorded {
			if o != outcomes[refs[i]] || o.Seq != int64(i) {
				t.Errorf("recorded %+v, reported %+v", o, outcomes[refs[i]])
			}
			if receipt, ok := answered[o.Seq]; !ok || receipt.RequestID != o.RequestID {
				t.Errorf("the answer to the abort of item %d is recorded: %t, %+v; the outcome has request %s", i, ok, receipt, o.RequestID)
			}
		}
	})
}

func TestARunIsDescribedToTheJournal(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		journal := w.keepJournal()
		w.cfg.Rules[0].Range = rules.Range{File: "cleanup/main.hcl", Line: 12}
		w.stale("raw/a", "u1")
		plan := w.plan()
		time.Sleep(time.Minute)
		report := w.apply(plan)
		run, end := journal.runs[0].run, journal.runs[0].disk.end
		if run.ID != plan.ID || !run.Planned.Equal(plan.Finished) || !run.Started.Equal(epoch.Add(time.Minute)) || run.Origin != w.opts.Origin || run.Totals != plan.Abort {
			t.Errorf("run %+v", run)
		}
		if !slices.Equal(run.Rules, []RuleOrigin{{Address: "rule.raw", File: "cleanup/main.hcl", Line: 12}}) {
			t.Errorf("rules %+v", run.Rules)
		}
		if len(run.Providers) != 1 || run.Providers[0].Identity != w.store.identity || len(run.Providers[0].Buckets) != 1 {
			t.Errorf("providers %+v", run.Providers)
		}
		if want := (RunEnd{Finished: report.Finished, Requests: report.Requests}); end == nil || *end != want || want.Requests == 0 {
			t.Errorf("end %+v, want %+v", end, want)
		}
	})
}

func TestAnItemsPlaceCountsOverAllProviders(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		journal := w.keepJournal()
		w.several(3)
		for _, provider := range []string{"s3.a", "s3.b"} {
			other := w.another(provider)
			for i := range 2 {
				other.put("media", fmt.Sprintf("raw/%d", i), "u1", 30*day)
			}
		}
		outcomes, err := readAll(w.apply(w.plan()))
		if err != nil || len(outcomes) != 7 {
			t.Fatalf("%d outcomes, %v", len(outcomes), err)
		}
		for i, o := range outcomes {
			if o.Seq != int64(i) || o.Result != Aborted {
				t.Errorf("outcome %d is %+v", i, o)
			}
		}
		if err := journal.broken(); err != nil || !slices.Equal(outcomes, journal.outcomes()) {
			t.Errorf("%v; recorded %+v", err, journal.outcomes())
		}
	})
}

// A ledger that is full, broken or gone ends the run before the next abort, and tells
// of every upload that was not begun.
func TestPromise8_NothingIsBegunThatCannotBeRecorded(t *testing.T) {
	const uploads = 12
	for at := 1; at <= uploads; at++ {
		for _, proves := range []bool{true, false} {
			t.Run(fmt.Sprintf("intent %d, listing proves %t", at, proves), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) { fillsUp(t, at, proves) })
			})
		}
	}
}

func fillsUp(t *testing.T, at int, proves bool) {
	w := newWorld(t)
	journal := w.keepJournal()
	w.store.identity.ListingProves = proves
	refs := w.several(12)
	intents := 0
	journal.onCall = func(call string) error {
		if call == "Intend" {
			if intents++; intents == at {
				journal.fill(errors.New("write ledger.db: no space left on device"))
			}
		}
		return nil
	}
	plan := w.plan()
	report := w.apply(plan)
	outcomes := w.outcomes(plan, report)
	if report.Clean() || report.Interrupted {
		t.Errorf("clean %t, interrupted %t", report.Clean(), report.Interrupted)
	}
	if err := report.Unrecorded; err == nil || !strings.Contains(err.Error(), "no space left on device") || !strings.Contains(err.Error(), "the next apply settles them") {
		t.Errorf("unrecorded: %v", err)
	}
	for i, ref := range refs {
		o := outcomes[ref]
		switch {
		case i >= at-1 && (o.Result != NotAttempted || o.Attempts != 0 || !w.store.has(ref)):
			t.Errorf("item %d was not recorded, and is %s after %d aborts", i, o.Result, o.Attempts)
		case o.Result == NotAttempted && (!strings.Contains(o.Err, "no space left on device") || !strings.Contains(o.Err, "free space")):
			t.Errorf("text %q", o.Err)
		case o.Result == Aborted == w.store.has(ref):
			t.Errorf("item %d is %s, still there: %t", i, o.Result, w.store.has(ref))
		}
	}
	journal.crash(0)
	if _, err := Settle(t.Context(), w.stores(), w.opts); err != nil {
		t.Fatal(err)
	}
	for i, o := range journal.outcomes() {
		if was := outcomes[refOf(o.Item)]; o.Seq != int64(i) || was.Result == Aborted && o.Result != Aborted && o.Result != Gone {
			t.Errorf("item %d was %s, and is settled as %s (%s)", i, was.Result, o.Result, o.Err)
		}
	}
	if err := journal.broken(); err != nil || len(journal.outcomes()) != len(refs) {
		t.Errorf("%d outcomes, %v", len(journal.outcomes()), err)
	}
}

// What was aborted before the ledger failed is proven, and not aborted again.
func TestPromise8_AFailedLedgerEndsTheRoundsToo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		w.opts.Parallelism = 1
		w.store.identity.ListingProves = false
		journal := w.keepJournal()
		refs := w.several(8)
		w.store.staysListed(refs[0], true)
		intents := 0
		journal.onCall = func(call string) error {
			if call == "Intend" {
				if intents++; intents == 7 {
					return errors.New("database disk image is malformed")
				}
			}
			return nil
		}
		outcomes := w.run(nil)
		if o := w.want(outcomes, refs[0], NotVerified); o.Attempts != 1 {
			t.Errorf("%d aborts", o.Attempts)
		}
		w.want(outcomes, refs[1], Aborted)
		w.want(outcomes, refs[6], NotAttempted)
		w.want(outcomes, refs[7], NotAttempted)
	})
}

func TestPromise8_NothingIsBegunBeforeAKilledRunIsSettled(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		gone := w.stale("raw/a", "u1")
		journal := w.inDoubt(gone, true, true)
		w.store.remove(gone)
		ref := w.stale("raw/b", "u1")
		w.opts.PlanID = ""
		plan := w.plan()
		_, err := Apply(t.Context(), w.stores(), w.cfg, plan, w.opts)
		want := "run killed, which ada@desk began at 2026-03-14 11:00:00 UTC and did not finish, is not settled yet: settle it first; nothing was attempted"
		if err == nil || !strings.HasSuffix(err.Error(), want) || !w.store.has(ref) || len(journal.runs) != 1 {
			t.Fatalf("error %v", err)
		}
		if _, err := Settle(t.Context(), w.stores(), w.opts); err != nil {
			t.Fatal(err)
		}
		w.want(w.outcomes(plan, w.apply(plan)), ref, Aborted)
	})
}

func TestPromise9_APlanIsAppliedOnlyOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		journal := w.keepJournal()
		w.stale("raw/a", "u1")
		plan := w.plan()
		w.apply(plan)
		w.stale("raw/a", "u1") // it came back under the same id
		w.store.forget()
		_, err := Apply(t.Context(), w.stores(), w.cfg, plan, w.opts)
		if !errors.Is(err, ErrPlanApplied) {
			t.Fatalf("error %v", err)
		}
		for _, want := range []string{plan.ID, "by ada@desk", "2026-03-14 12:00:00 UTC", "nothing was attempted"} {
			if !strings.Contains(err.Error(), want) {
				t.Errorf("the error %q does not say %q", err, want)
			}
		}
		if n := w.store.called("ListParts") + w.store.called("Abort"); n > 0 {
			t.Errorf("%d requests were sent", n)
		}
		if len(journal.runs) != 1 {
			t.Errorf("%d runs", len(journal.runs))
		}
	})
}

func TestARunThatCannotBeRecordedIsNotBegun(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		journal := w.keepJournal()
		ref := w.stale("raw/a", "u1")
		plan := w.plan()
		cause := errors.New("ledger.db was written by a newer offcut")
		journal.fill(cause)
		_, err := Apply(t.Context(), w.stores(), w.cfg, plan, w.opts)
		if !errors.Is(err, cause) || !strings.HasSuffix(err.Error(), "; nothing was attempted") {
			t.Errorf("error %v", err)
		}
		if !w.store.has(ref) || w.store.called("ListParts") > 0 {
			t.Error("something was attempted")
		}
		journal.fill(nil)
		w.apply(plan) // the plan was not used up
	})
}

func TestAnEndThatCannotBeRecordedIsTold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		journal := w.keepJournal()
		ref := w.stale("raw/a", "u1")
		journal.onCall = func(call string) error {
			if call == "Finish" {
				return errors.New("input/output error")
			}
			return nil
		}
		plan := w.plan()
		report := w.apply(plan)
		w.want(w.outcomes(plan, report), ref, Aborted)
		if report.Unrecorded == nil || report.Clean() {
			t.Errorf("unrecorded: %v, clean %t", report.Unrecorded, report.Clean())
		}
	})
}

func TestARunThatMissesAnOutcomeStaysOpenInTheJournal(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		journal := w.keepJournal()
		w.several(2)
		r := newApplying(t.Context(), w.cfg, w.plan(), w.opts)
		if err := r.begin(w.stores()); err != nil {
			t.Fatal(err)
		}
		l := r.lanes[0]
		for seq, item := range l.items() {
			l.settle(&Outcome{Item: item, Seq: seq, Result: NotAttempted, Err: "for a test"})
			break
		}
		report := r.tally.finish(r.planned, epoch)
		closeAfter(t, report)
		if err := r.endRun(report); err == nil || !strings.Contains(err.Error(), "some uploads have no outcome") {
			t.Errorf("error %v", err)
		}
		if open, err := journal.Unsettled(); err != nil || len(open) != 1 || journal.broken() != nil {
			t.Errorf("%d open runs, %v, %v", len(open), err, journal.broken())
		}
	})
}

func TestWhatIsNotBegunIsRecordedWithoutIntent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		journal := w.keepJournal()
		refs := w.several(3)
		outcomes := w.run(func() { w.store.remake("media", func(b *Bucket) { b.Owner = "666" }) })
		for _, ref := range refs {
			w.want(outcomes, ref, NotAttempted)
		}
		if n := len(journal.runs[0].disk.intended); n > 0 || len(journal.outcomes()) != 3 || journal.broken() != nil {
			t.Errorf("%d intents, %d outcomes, %v", n, len(journal.outcomes()), journal.broken())
		}
	})
}

// keepJournal gives the world a journal.
func (w *world) keepJournal() *memJournal {
	j := &memJournal{}
	w.opts.Journal = j
	w.opts.Origin = Origin{Actor: "ada@desk", Command: "offcut apply", Version: "0.1.0"}
	return j
}
