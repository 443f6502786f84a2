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

// became is the object that an upload of n parts became when it was completed, age
// before epoch.
func became(n int, age time.Duration) Object {
	return Object{Modified: epoch.Add(-age).Truncate(time.Second), ETag: fmt.Sprintf("0123456789abcdef0123456789abcdef-%d", n), Size: 5}
}

func TestGuardLooksCompleted_Plan(t *testing.T) {
	whole := Object{Modified: epoch.Add(-day), ETag: "0123456789abcdef0123456789abcdef"}
	for name, c := range map[string]struct {
		object  *Object
		head    error
		unasked bool // the store is one that need not be asked
		want    rules.Reason
		unread  string // a part of why the plan is not whole
	}{
		"no object":                    {nil, nil, false, "", ""},
		"completed by this upload":     {ptr(became(2, day)), nil, false, rules.KeepLooksCompleted, ""},
		"completed in the same second": {ptr(became(2, 30*day)), nil, false, rules.KeepLooksCompleted, ""},
		"completed before it began":    {ptr(became(2, 30*day+time.Second)), nil, false, "", ""},
		"completed of other parts":     {ptr(became(3, day)), nil, false, "", ""},
		"put as a whole":               {&whole, nil, false, "", ""},
		"on a store that is known":     {ptr(became(2, day)), nil, true, "", ""},
		"no readable time":             {&Object{ETag: whole.ETag}, nil, false, rules.KeepObjectUnknown, `the object of key "raw/a" does not say whether the upload was completed (modified at an unknown time, ETag "0123456789abcdef0123456789abcdef"): look at it`},
		"an ETag of no known form":     {&Object{Modified: epoch, ETag: "x"}, nil, false, rules.KeepObjectUnknown, "set check_completed = false in the provider block"},
		"a look that is not allowed":   {nil, fmt.Errorf("look for the object media/raw/a: 403: %w", ErrAccessDenied), false, rules.KeepObjectUnknown, "look for the object media/raw/a: 403: access denied; where the store is known to drop what is left of completed uploads, check_completed = false"},
		"a look that always fails":     {nil, fmt.Errorf("503: %w", ErrTemporary), false, rules.KeepObjectUnknown, "503"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t)
				w.store.identity.CheckCompleted = !c.unasked
				w.opts.RecordKept = true
				ref := w.stale("raw/a", "u1")
				w.store.put("media", "raw/young", "u2", time.Hour)
				w.store.put("media", "raw/active", "u3", 30*day, time.Hour)
				if c.object != nil {
					w.store.hold("media", "raw/a", *c.object)
				}
				w.store.onHead = func(Ref) error { return c.head }
				p := buildPlan(t, w.store, w.cfg, w.opts)
				heads := w.store.called("Head")
				switch {
				case c.unasked && heads != 0, !c.unasked && !errors.Is(c.head, ErrTemporary) && heads != 1, errors.Is(c.head, ErrTemporary) && heads != readTries:
					t.Errorf("%d looks: only what is to be aborted is looked at, once unless the store is busy", heads)
				}
				if c.want == "" {
					wantPlanned(t, p, "media/raw/a u1")
					return
				}
				wantPlanned(t, p)
				if p.Kept[c.want] != 1 || p.Rules[0].Kept[c.want] != 1 {
					t.Errorf("kept: %v, by the rule %v; want one %s", p.Kept, p.Rules[0].Kept, c.want)
				}
				for k, err := range p.KeptItems() {
					if err != nil {
						t.Fatal(err)
					}
					if k.Upload.Key == ref.Key && (k.Reason != c.want || k.Parts == nil || k.Parts.Count != 2) {
						t.Errorf("kept as %+v", k)
					}
				}
				if p.Whole() != (c.unread == "") || c.unread != "" && (p.Unread != 1 || !strings.Contains(p.Scopes[0].UnreadBy.Error(), c.unread)) {
					t.Errorf("whole %v, %d unread: %v; want %q", p.Whole(), p.Unread, p.Scopes[0].UnreadBy, c.unread)
				}
			})
		})
	}
}

func ptr[T any](v T) *T { return &v }

// TestGuardLooksCompleted_BusyStore holds that a look that failed for a while is
// repeated, the parts with it, so that the verdict rests on one time.
func TestGuardLooksCompleted_BusyStore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		w.store.identity.CheckCompleted = true
		ref := w.stale("raw/a", "u1")
		w.store.hold("media", "raw/a", became(3, day))
		n := 0
		w.store.onHead = func(Ref) error {
			if n++; n > 2 {
				return nil
			}
			w.store.addPart(ref, 7) // and then it was completed
			w.store.edit(ref, func(u *memUpload) { u.parts = u.parts[:3] })
			for i := range 3 {
				w.store.edit(ref, func(u *memUpload) { u.parts[i].modified = epoch.Add(-20 * day) })
			}
			return ErrTemporary
		}
		p := buildPlan(t, w.store, w.cfg, w.opts)
		wantPlanned(t, p)
		if p.Kept[rules.KeepLooksCompleted] != 1 || w.store.called("ListParts") != 3 {
			t.Errorf("kept %v after %d readings of the parts", p.Kept, w.store.called("ListParts"))
		}
	})
}

func TestGuardLooksCompleted_Apply(t *testing.T) {
	denied := fmt.Errorf("look for the object: 403: %w", ErrAccessDenied)
	for name, c := range map[string]struct {
		between func(w *world, ref Ref)
		want    Result
		says    string
		actions []string
	}{
		"nothing there": {func(*world, Ref) {}, Aborted, "", []string{"ListParts", "Abort"}},
		"completed since the plan": {func(w *world, _ Ref) { w.store.hold("media", "raw/a", became(2, 0)) },
			BecameActive, `looks-completed: its key holds an object of 2026-03-14 12:00:00 UTC (ETag "0123456789abcdef0123456789abcdef-2") that it seems to have become; it was not aborted`, []string{"ListParts"}},
		"another upload was completed": {func(w *world, _ Ref) { w.store.hold("media", "raw/a", became(9, 0)) },
			Aborted, "", []string{"ListParts", "Abort"}},
		"it cannot be looked at now": {func(w *world, _ Ref) { w.store.onHead = func(Ref) error { return denied } },
			Failed, "object-unknown: look for the object: 403: access denied; where the store", []string{"ListParts"}},
		"it cannot be understood": {func(w *world, _ Ref) { w.store.hold("media", "raw/a", Object{}) },
			Failed, "object-unknown: the object of key", []string{"ListParts"}},
		"busy for a while": {func(w *world, _ Ref) {
			n := 0
			w.store.onHead = func(Ref) error {
				if n++; n < 3 {
					return ErrTemporary
				}
				return nil
			}
		}, Aborted, "", []string{"ListParts", "Abort"}},
		"always busy": {func(w *world, _ Ref) { w.store.onHead = func(Ref) error { return ErrTemporary } },
			Failed, "gave up after 8 tries: temporary failure", nil},
		"active, too": {func(w *world, ref Ref) {
			w.store.hold("media", "raw/a", became(3, 0))
			w.store.addPart(ref, 5)
		}, BecameActive, "active: a part arrived", []string{"ListParts"}},
		// The parts are the last look before the abort, however long that at the key takes.
		"a slow look at the key": {func(w *world, _ Ref) {
			w.store.onHead = func(Ref) error { time.Sleep(3 * freshness); return nil }
		}, Aborted, "", []string{"ListParts", "Abort"}},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t)
				w.store.identity.CheckCompleted = true
				ref := w.stale("raw/a", "u1")
				o := w.want(w.run(func() { c.between(w, ref) }), ref, c.want)
				if !strings.Contains(o.Err, c.says) {
					t.Errorf("it says %q, want %q", o.Err, c.says)
				}
				if got := w.actions(ref); !slices.Equal(got, c.actions) {
					t.Errorf("sent %v, want %v", got, c.actions)
				}
				if log := w.store.log(); w.store.called("Head") == 0 || slices.Contains(c.actions, "Abort") && log[slices.IndexFunc(log, func(c memCall) bool { return c.action == "Abort" })-1].action != "ListParts" {
					t.Errorf("the parts are not what was read last before the abort: %v", log)
				}
			})
		})
	}
}

// TestGuardLooksCompleted_AbortAgain holds that an upload that is there after its abort
// is not aborted again once its key holds what it may have become.
func TestGuardLooksCompleted_AbortAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		w.store.identity.CheckCompleted = true
		ref := w.stale("raw/a", "u1")
		w.store.staysListed(ref, true)
		w.store.onAbort = func(Ref) error { w.store.hold("media", "raw/a", became(2, 0)); return nil }
		o := w.want(w.run(nil), ref, BecameActive)
		if n := w.store.called("Abort"); n != 1 || !strings.Contains(o.Err, "an abort of it was answered with success before") {
			t.Errorf("%d aborts; %s", n, o.Err)
		}
	})
}
