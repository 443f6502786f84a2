package engine

import (
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func TestPromise9_APlanIsRefusedFromItsLastInstantOn(t *testing.T) {
	for _, test := range []struct {
		name    string
		ttl     time.Duration
		waits   time.Duration
		expired bool
	}{
		{"just before", time.Hour, time.Hour - time.Nanosecond, false},
		{"at its end", time.Hour, time.Hour, true},
		{"long after", time.Hour, 30 * day, true},
		{"without an end", 0, 300 * day, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t)
				w.cfg.PlanTTL = test.ttl
				journal := w.keepJournal()
				ref := w.stale("raw/a", "u1")
				plan := w.plan()
				time.Sleep(test.waits)
				report, err := Apply(t.Context(), w.stores(), w.cfg, plan, w.opts)
				if report != nil {
					closeAfter(t, report)
				}
				if errors.Is(err, ErrPlanExpired) != test.expired || (err != nil) != test.expired || w.store.has(ref) != test.expired {
					t.Fatalf("error %v, still there: %t", err, w.store.has(ref))
				}
				if test.expired {
					wantUntouched(t, w, journal)
				}
			})
		})
	}
}

func wantUntouched(t *testing.T, w *world, journal *memJournal) {
	t.Helper()
	if len(w.store.log()) > 0 || len(journal.runs) > 0 {
		t.Errorf("%d requests, %d runs", len(w.store.log()), len(journal.runs))
	}
}

func TestAnExpiredPlanSaysWhenAndWhatToDo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		w.cfg.PlanTTL = 90 * time.Minute
		plan := w.plan()
		time.Sleep(2 * time.Hour)
		_, err := Apply(t.Context(), w.stores(), w.cfg, plan, w.opts)
		want := "apply plan " + plan.ID + ": the plan has expired: it was made at 2026-03-14 12:00:00 UTC and could be applied until 2026-03-14 13:30:00 UTC " +
			`(plan_ttl = "1h30m"), and it is 2026-03-14 14:00:00 UTC now: plan again; nothing was attempted`
		if err == nil || err.Error() != want {
			t.Errorf("got  %v\nwant %s", err, want)
		}
	})
}

// Asking the stores for their buckets may take long. What expires meanwhile is
// refused too; what expires after the first abort is not.
func TestPromise9_TheTimeCountsRightBeforeTheFirstAbort(t *testing.T) {
	for _, before := range []bool{true, false} {
		synctest.Test(t, func(t *testing.T) {
			w := newWorld(t)
			w.opts.Parallelism = 1
			w.cfg.PlanTTL = time.Hour
			journal := w.keepJournal()
			refs := w.several(3)
			plan := w.plan()
			if before {
				w.store.onListBuckets = func() error { time.Sleep(time.Hour); return nil }
			} else {
				w.store.onAbort = func(Ref) error { time.Sleep(2 * time.Hour); return nil }
			}
			report, err := Apply(t.Context(), w.stores(), w.cfg, plan, w.opts)
			if errors.Is(err, ErrPlanExpired) != before || (len(journal.runs) == 0) != before {
				t.Fatalf("error %v, %d runs", err, len(journal.runs))
			}
			if before {
				return
			}
			closeAfter(t, report)
			for _, ref := range refs {
				w.want(w.outcomes(plan, report), ref, Aborted)
			}
		})
	}
}

func TestAPlanFromTheFutureIsRefused(t *testing.T) {
	for _, ahead := range []time.Duration{MaxSkew, MaxSkew + time.Nanosecond} {
		synctest.Test(t, func(t *testing.T) {
			w := newWorld(t)
			journal := w.keepJournal()
			w.stale("raw/a", "u1")
			plan := w.plan()
			plan.Finished = epoch.Add(ahead)
			report, err := Apply(t.Context(), w.stores(), w.cfg, plan, w.opts)
			if ahead <= MaxSkew {
				if err != nil {
					t.Fatal(err)
				}
				closeAfter(t, report)
				return
			}
			if err == nil || errors.Is(err, ErrPlanExpired) || !strings.Contains(err.Error(), "set the clock (NTP), then plan again") {
				t.Errorf("error %v", err)
			}
			wantUntouched(t, w, journal)
		})
	}
}
