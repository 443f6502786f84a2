package engine

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"offcut/rules"
)

func TestPromise1_OnlyWhatThePlanNamesIsAborted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		old := w.stale("raw/a", "old")
		fresh := w.store.put("media", "raw/a", "fresh", time.Hour)
		outside := w.stale("rawer/a", "old")
		var later Ref
		outcomes := w.run(func() { later = w.stale("raw/a", "later") })
		w.want(outcomes, old, Aborted)
		if len(outcomes) != 1 {
			t.Errorf("outcomes %v", outcomes)
		}
		for _, ref := range []Ref{fresh, outside, later} {
			if !w.store.has(ref) {
				t.Errorf("%v was aborted", ref)
			}
		}
		if n := w.store.called("Abort"); n != 1 {
			t.Errorf("%d aborts for one planned upload", n)
		}
	})
}

func TestPromise1_UnaddressableUploadsAreNeverSent(t *testing.T) {
	uploads := []rules.Upload{
		{Bucket: "media", Key: "raw/a"},
		{Bucket: "media", Key: "raw/.", ID: "u"},
		{Bucket: "media", Key: "raw/../a", ID: "u"},
		{Bucket: "media", Key: "raw/./a", ID: "u"},
		{Bucket: "media", Key: "raw/..", ID: "u"},
		{Bucket: "media", Key: "raw/x", ID: "u", KeyUnproven: true},
	}
	for _, u := range uploads {
		t.Run(fmt.Sprintf("%s %s", u.Key, u.ID), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t)
				u.Provider, u.Initiated = "ks3", epoch.Add(-30*day)
				plan := w.planNaming(slices.Values([]Item{{Upload: u, Reason: rules.AbortStale, Rule: "rule.raw"}}))
				outcomes := w.outcomes(plan, w.apply(plan))
				o := w.want(outcomes, Ref{u.Bucket, u.Key, u.ID}, Failed)
				if !strings.HasPrefix(o.Err, "key-unproven: ") {
					t.Errorf("text %q", o.Err)
				}
				if n := w.store.called("ListParts") + w.store.called("Abort"); n != 0 {
					t.Errorf("%d requests were sent", n)
				}
			})
		})
	}
}

func TestUnaddressable(t *testing.T) {
	for _, key := range []string{"", ".", "..", "a/..", "../a", "a/./b", "/.."} {
		if unaddressable(&rules.Upload{Bucket: "b", Key: key, ID: "u"}) == "" {
			t.Errorf("key %q passes", key)
		}
	}
	for _, key := range []string{"a", "...", "a..b", ".a", "a.", "//", "a//b", " ", "a/.../b", "%2E%2E/a"} {
		if why := unaddressable(&rules.Upload{Bucket: "b", Key: key, ID: "u"}); why != "" {
			t.Errorf("key %q: %s", key, why)
		}
	}
	if unaddressable(&rules.Upload{Key: "a", ID: "u"}) == "" || unaddressable(&rules.Upload{Bucket: "b", Key: "a"}) == "" {
		t.Error("an upload without bucket or id passes")
	}
}

func TestPromise3_PartsAreReadRightBeforeTheAbort(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		ref := w.stale("raw/a", "u1")
		var read time.Time
		fails := 2
		w.store.onListParts = func(Ref) error { read = w.opts.Clock(); return nil }
		w.store.onAbort = func(Ref) error {
			if age := w.opts.Clock().Sub(read); age > freshness {
				t.Errorf("the parts were read %s before the abort", age)
			}
			if fails--; fails >= 0 {
				return fmt.Errorf("503: %w", ErrTemporary)
			}
			return nil
		}
		o := w.want(w.run(nil), ref, Aborted)
		if o.Attempts != 3 {
			t.Errorf("%d attempts", o.Attempts)
		}
		want := []string{"ListParts", "Abort", "ListParts", "Abort", "ListParts", "Abort"}
		if got := w.actions(ref); !slices.Equal(got, want) {
			t.Errorf("requests %v, want %v", got, want)
		}
		if n := len(heardOf[AbortRetried](w.seen)); n != 2 {
			t.Errorf("%d retries were observed", n)
		}
	})
}

func TestPromise3_AReadingThatIsTooOldIsMadeAgain(t *testing.T) {
	tests := map[string]struct {
		slow     int // readings that take too long
		want     Result
		readings int
		aborts   int
	}{
		"twice":      {2, Aborted, 3, 1},
		"every time": {100, Failed, maxTries, 0},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t)
				ref := w.stale("raw/a", "u1")
				plan := w.plan()
				w.store.onListParts = func(Ref) error {
					if tt.slow--; tt.slow >= 0 {
						time.Sleep(freshness + time.Second)
					}
					return nil
				}
				o := w.want(w.outcomes(plan, w.apply(plan)), ref, tt.want)
				if n := w.store.called("ListParts"); n != tt.readings {
					t.Errorf("%d readings, want %d", n, tt.readings)
				}
				if n := w.store.called("Abort"); n != tt.aborts || o.Attempts != tt.aborts {
					t.Errorf("%d aborts, %d attempts, want %d", n, o.Attempts, tt.aborts)
				}
			})
		})
	}
}

// A pacedStore takes one request a second.
type pacedStore struct {
	*memStore
	turn chan struct{}
}

func (s *pacedStore) wait() {
	s.turn <- struct{}{}
	time.Sleep(time.Second)
	<-s.turn
}

func (s *pacedStore) ListParts(ctx context.Context, ref Ref) (PartsAnswer, error) {
	s.wait()
	return s.memStore.ListParts(ctx, ref)
}

func (s *pacedStore) Abort(ctx context.Context, ref Ref, notAfter time.Time) (Receipt, error) {
	s.wait()
	return s.memStore.Abort(ctx, ref, notAfter)
}

func TestPromise3_AttemptsDoNotMakeEachOtherLateForEver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		w.opts.Parallelism = 32
		refs := w.several(100)
		plan := w.plan()
		w.over = func(s *memStore) Store { return &pacedStore{s, make(chan struct{}, 1)} }
		report := w.apply(plan)
		outcomes := w.outcomes(plan, report)
		for _, ref := range refs {
			w.want(outcomes, ref, Aborted)
		}
		if took := report.Finished.Sub(epoch); took > 2*time.Duration(2*len(refs))*time.Second {
			t.Errorf("it took %s, twice what one after the other takes", took)
		}
	})
}

func TestPromise3_WhatIsNoLongerStaleIsKept(t *testing.T) {
	oldPart := func(u *memUpload) {
		u.parts = append(u.parts, memPart{size: 1, modified: epoch.Add(-21 * day)})
	}
	tests := map[string]struct {
		between func(w *world, ref Ref)
		want    Result
		text    string
	}{
		"a part at once": {func(w *world, ref Ref) { w.store.addPart(ref, 1) }, BecameActive, "active: a part arrived 0s after the plan"},
		"a part after 30 s": {func(w *world, ref Ref) {
			time.Sleep(30 * time.Second)
			w.store.addPart(ref, 1)
		}, BecameActive, "active: a part arrived 30s after the plan"},
		"a part, and an apply days later": {func(w *world, ref Ref) {
			w.store.addPart(ref, 1)
			time.Sleep(3 * day)
		}, BecameActive, "active: a part arrived 0s after the plan"},
		"a part with an old stamp": {func(w *world, ref Ref) { w.store.edit(ref, oldPart) }, BecameActive, "active: it has grown"},
		"a part sent again": {func(w *world, ref Ref) {
			w.store.edit(ref, func(u *memUpload) { u.parts[1].modified = epoch.Add(-22 * day) })
		}, BecameActive, "active: its parts are not those of the plan"},
		"a part without a time": {func(w *world, ref Ref) {
			w.store.edit(ref, func(u *memUpload) { u.parts[0].modified = time.Time{} })
		}, Failed, "activity-unknown: "},
		"parts of another upload": {func(w *world, _ Ref) {
			w.store.onParts = func(_ Ref, a *PartsAnswer) { a.Foreign = true }
		}, Failed, "key-unproven: "},
		"unreadable parts": {func(w *world, _ Ref) {
			w.store.onParts = func(_ Ref, a *PartsAnswer) { a.Unreadable = true }
		}, Failed, "parts-unreadable: "},
		"a protect since the plan": {func(w *world, _ Ref) {
			all, err := rules.ParseGlob("**")
			if err != nil {
				w.t.Fatal(err)
			}
			cfg := testConfig(testRule("raw", "media", "raw/"))
			cfg.Protects = []rules.Protect{{Address: "protect.all", Buckets: []rules.Glob{all}, Prefixes: []string{""}}}
			w.cfg = cfg
		}, NotAttempted, "protected: protect.all covers it now"},
		"higher thresholds since the plan": {func(w *world, _ Ref) {
			rule := testRule("raw", "media", "raw/")
			rule.Stale.OlderThan = 60 * day
			w.cfg = testConfig(rule)
		}, BecameActive, "young: "},
		"a longer idle_for since the plan": {func(w *world, _ Ref) {
			rule := testRule("raw", "media", "raw/")
			rule.Stale.IdleFor = 25 * day
			w.cfg = testConfig(rule)
		}, BecameActive, "active: its newest part is from 480h0m0s before the plan"},
		"access denied": {func(w *world, _ Ref) {
			w.store.onListParts = func(Ref) error { return fmt.Errorf("403 for ks3:ListParts: %w", ErrAccessDenied) }
		}, Failed, "read its parts again: 403 for ks3:ListParts"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t)
				ref := w.stale("raw/a", "u1")
				o := w.want(w.run(func() { tt.between(w, ref) }), ref, tt.want)
				if !strings.HasPrefix(o.Err, tt.text) {
					t.Errorf("text %q, want %q", o.Err, tt.text)
				}
				if w.store.called("Abort") != 0 {
					t.Error("an abort was sent")
				}
			})
		})
	}
}

func TestPromise3_APartBetweenTwoTriesKeeps(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		ref := w.stale("raw/a", "u1")
		w.store.onAbort = func(ref Ref) error {
			w.store.addPart(ref, 1)
			return fmt.Errorf("503: %w", ErrTemporary)
		}
		o := w.want(w.run(nil), ref, BecameActive)
		if o.Attempts != 1 || w.store.called("Abort") != 1 {
			t.Errorf("%d attempts, %d aborts", o.Attempts, w.store.called("Abort"))
		}
	})
}

func TestOverLifetimeIsAbortedThoughActive(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		w.cfg.Rules[0].Stale.MaxLifetime = 20 * day
		ref := w.store.put("media", "raw/a", "u1", 30*day, time.Minute)
		w.want(w.run(func() { w.store.addPart(ref, 1) }), ref, Aborted)
	})
}

func TestTemporaryFailures(t *testing.T) {
	tests := map[string]struct {
		fails int
		on    string
		want  Result
		tries int
	}{
		"aborts for a while":   {maxTries - 1, "Abort", Aborted, maxTries},
		"aborts for ever":      {1000, "Abort", Failed, maxTries},
		"readings for a while": {maxTries - 1, "ListParts", Aborted, 1},
		"readings for ever":    {1000, "ListParts", Failed, 0},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t)
				ref := w.stale("raw/a", "u1")
				plan := w.plan()
				fail := func(Ref) error {
					if tt.fails--; tt.fails >= 0 {
						return fmt.Errorf("503 SlowDown: %w", ErrTemporary)
					}
					return nil
				}
				if tt.on == "Abort" {
					w.store.onAbort = fail
				} else {
					w.store.onListParts = fail
				}
				o := w.want(w.outcomes(plan, w.apply(plan)), ref, tt.want)
				if o.Attempts != tt.tries {
					t.Errorf("%d attempts, want %d", o.Attempts, tt.tries)
				}
				if tt.want == Failed && !strings.Contains(o.Err, "gave up after 8 tries: ") {
					t.Errorf("text %q", o.Err)
				}
			})
		})
	}
}

func TestARefusedAbortFailsAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		refs := w.several(3)
		w.store.onAbort = func(ref Ref) error {
			if ref == refs[1] {
				return fmt.Errorf("403 AccessDenied: allow ks3:AbortMultipartUpload on media: %w", ErrAccessDenied)
			}
			return nil
		}
		outcomes := w.run(nil)
		w.want(outcomes, refs[0], Aborted)
		o := w.want(outcomes, refs[1], Failed)
		w.want(outcomes, refs[2], Aborted)
		if o.Attempts != 1 || !strings.Contains(o.Err, "ks3:AbortMultipartUpload") {
			t.Errorf("%d attempts, text %q", o.Attempts, o.Err)
		}
	})
}

// A coolingFailure is temporary, and its store asks for a wait.
type coolingFailure time.Duration

func (f coolingFailure) Error() string             { return "503 SlowDown" }
func (f coolingFailure) RetryAfter() time.Duration { return time.Duration(f) }
func (f coolingFailure) Is(target error) bool      { return target == ErrTemporary }

// cooling makes a hook that fails n times with a wish for a wait, and notes when it
// was called.
func (w *world) cooling(n int, wish time.Duration, at *[]time.Duration) func(Ref) error {
	return func(Ref) error {
		*at = append(*at, w.opts.Clock().Sub(epoch))
		if n--; n >= 0 {
			return fmt.Errorf("abort it: %w", coolingFailure(wish))
		}
		return nil
	}
}

func TestAStoreThatAsksForTimeGetsIt(t *testing.T) {
	tests := map[string]struct {
		fails       int
		wish, least time.Duration
		want        Result
		tries       int
	}{
		"more often than the tries": {maxTries + 4, time.Second, time.Second, Aborted, maxTries + 5},
		"longer than a day":         {2, 48 * time.Hour, longestAsked, Aborted, 3},
		"a wish in the past":        {2, -time.Hour, 0, Aborted, 3},
		"not for ever":              {1000, 10 * time.Second, 10 * time.Second, Failed, maxTries},
		"not for ever, bit by bit":  {1000, 2 * time.Second, 2 * time.Second, Failed, 0},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t)
				ref := w.stale("raw/a", "u1")
				plan := w.plan()
				var at []time.Duration
				w.store.onAbort = w.cooling(tt.fails, tt.wish, &at)
				o := w.want(w.outcomes(plan, w.apply(plan)), ref, tt.want)
				if tt.tries > 0 && o.Attempts != tt.tries {
					t.Errorf("%d attempts, want %d", o.Attempts, tt.tries)
				}
				for i := 1; i < len(at); i++ {
					if waited := at[i] - at[i-1]; waited < tt.least || waited > max(tt.least, maxBackoff) {
						t.Errorf("waited %s before try %d, asked for %s", waited, i+1, tt.wish)
					}
				}
				if tt.want == Failed && (at[len(at)-1] < patience || at[len(at)-1] > 2*time.Minute) {
					t.Errorf("gave up after %s", at[len(at)-1])
				}
			})
		})
	}
}

func TestReadPartsRepeatsTemporaryFailures(t *testing.T) {
	tests := map[string]struct {
		fails int
		err   error
		want  error
		calls int
	}{
		"none":             {0, nil, nil, 1},
		"some":             {3, ErrTemporary, nil, 4},
		"too many":         {1000, ErrTemporary, ErrTemporary, readTries},
		"one that lasts":   {1000, ErrAccessDenied, ErrAccessDenied, 1},
		"no such upload":   {1000, ErrNoSuchUpload, ErrNoSuchUpload, 1},
		"with a cool down": {2, coolingFailure(time.Minute), nil, 3},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t)
				ref := w.stale("raw/a", "u1")
				w.store.onListParts = func(Ref) error {
					if tt.fails--; tt.fails >= 0 {
						return fmt.Errorf("list parts: %w", tt.err)
					}
					return nil
				}
				answer, err := ReadParts(t.Context(), w.store, ref)
				if !errors.Is(err, tt.want) || (err == nil) != (answer.Count == 2) {
					t.Errorf("%d parts, error %v, want %v", answer.Count, err, tt.want)
				}
				if n := w.store.called("ListParts"); n != tt.calls {
					t.Errorf("%d requests, want %d", n, tt.calls)
				}
				if waited := w.opts.Clock().Sub(epoch); name == "with a cool down" && waited != 2*longestAsked {
					t.Errorf("waited %s", waited)
				}
			})
		})
	}
}

func TestReadPartsEndsWithItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		ref := w.stale("raw/a", "u1")
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		w.store.onListParts = func(Ref) error { return coolingFailure(time.Minute) }
		if _, err := ReadParts(ctx, w.store, ref); !errors.Is(err, ErrTemporary) {
			t.Errorf("error %v", err)
		}
		if took := w.opts.Clock().Sub(epoch); took != time.Second || w.store.called("ListParts") != 1 {
			t.Errorf("ended after %s and %d requests", took, w.store.called("ListParts"))
		}
	})
}

func TestJitterStaysWithinItsBounds(t *testing.T) {
	for tries := 1; tries <= 100; tries++ {
		limit := maxBackoff
		if tries < 10 {
			limit = min(backoff<<(tries-1), maxBackoff)
		}
		for range 100 {
			if w := jitter(tries); w < 0 || w >= limit {
				t.Fatalf("wait %s after %d tries", w, tries)
			}
		}
	}
}

// Who ended an upload is told as far as it is known: where an abort of ours was
// answered with an error, that may have been us.
func TestGoneSaysWhoMayHaveBeenIt(t *testing.T) {
	for want, answer := range map[string]error{
		perhapsOurs: fmt.Errorf("503: %w", ErrTemporary),
		"":          fmt.Errorf("404: %w", ErrNoSuchUpload),
	} {
		synctest.Test(t, func(t *testing.T) {
			w := newWorld(t)
			ref := w.stale("raw/a", "old")
			w.store.onAbort = func(Ref) error {
				w.store.remove(ref)
				return answer
			}
			if o := w.want(w.run(nil), ref, Gone); o.Err != want {
				t.Errorf("after %v the outcome says %q, want %q", answer, o.Err, want)
			}
		})
	}
}
