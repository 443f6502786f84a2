package engine

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// inDoubt makes a journal with one run that was killed, whose only planned upload is
// the one that ref names.
func (w *world) inDoubt(ref Ref, intended, answered bool) *memJournal {
	u := w.store.uploads[ref]
	u.Provider = "ks3"
	run := &memRun{
		run: Run{
			ID: "killed", Started: epoch.Add(-time.Hour), Origin: Origin{Actor: "ada@desk"},
			Providers: []ProviderStatus{{Address: "ks3", Identity: w.store.identity, Buckets: []Bucket{w.store.buckets["media"]}}},
		},
		items: []Item{{Upload: u.Upload, Parts: u.read(), Rule: "rule.raw"}},
		last:  map[string]int64{}, taken: map[int64]bool{},
		disk: memRows{intended: map[int64]bool{0: intended}, answered: map[int64]Receipt{}, outcomes: map[int64]Outcome{}},
	}
	if answered {
		run.disk.answered[0] = Receipt{Status: 204, RequestID: "the-abort"}
	}
	j := &memJournal{runs: []*memRun{run}}
	run.journal = j
	w.opts.Journal = j
	w.opts.PlanID = "next"
	return j
}

// A doubtCase is one way in which a killed run may have left an upload. Texts are of
// the outcome where an abort was answered with success, and where it was not.
type doubtCase struct {
	name       string
	then       func(w *world, ref Ref) // what happened since, or is wrong now
	answered   Result
	unanswered Result
	text       string // of both, in part; empty: the answered one has none
	silent     bool   // no parts are read
}

var errForbidden = fmt.Errorf("403 AccessDenied: %w", ErrAccessDenied)

func doubtCases() []doubtCase {
	remove := func(w *world, ref Ref) { w.store.remove(ref) }
	return []doubtCase{
		{name: "it is gone", then: remove, answered: Aborted, unanswered: Gone},
		{name: "it is still there", then: func(*world, Ref) {}, answered: NotVerified, unanswered: Failed, text: "it is still there: the store still has it, with 2 parts"},
		{name: "its parts are refused", answered: NotVerified, unanswered: Failed, text: "read its parts: 403 AccessDenied", then: func(w *world, _ Ref) {
			w.store.onListParts = func(Ref) error { return errForbidden }
		}},
		{name: "its parts fail once", answered: Aborted, unanswered: Gone, then: func(w *world, ref Ref) {
			remove(w, ref)
			failures := 0
			w.store.onListParts = func(Ref) error {
				if failures++; failures < readTries {
					return fmt.Errorf("503: %w", ErrTemporary)
				}
				return nil
			}
		}},
		{name: "its parts fail for ever", answered: NotVerified, unanswered: Failed, text: "503", then: func(w *world, _ Ref) {
			w.store.onListParts = func(Ref) error { return fmt.Errorf("503: %w", ErrTemporary) }
		}},
		{name: "its parts are answered for another", answered: NotVerified, unanswered: Failed, text: "answered for another upload", then: func(w *world, _ Ref) {
			w.store.onParts = func(_ Ref, a *PartsAnswer) { a.Foreign = true }
		}},
		{name: "its parts are an empty list, and it is listed", answered: NotVerified, unanswered: Failed, text: "it is still there: the store still lists it", then: func(w *world, ref Ref) {
			w.store.edit(ref, func(u *memUpload) { u.parts = nil })
		}},
		{name: "the provider is not configured any more", answered: NotVerified, unanswered: Failed, text: "provider ks3 is not configured any more", silent: true, then: func(w *world, _ Ref) {
			w.alone = true
		}},
		{name: "the provider leads elsewhere", answered: NotVerified, unanswered: Failed, text: "led to https://ks3.test when it was planned, and leads to https://elsewhere.test now", silent: true, then: func(w *world, _ Ref) {
			w.store.identity.Endpoint = "https://elsewhere.test"
		}},
		{name: "other credentials, and the run had no list of buckets", answered: NotVerified, unanswered: Failed, text: "provider ks3 was asked with access key AK-then, and these credentials are AK-now", silent: true, then: func(w *world, ref Ref) {
			remove(w, ref)
			run := &w.opts.Journal.(*memJournal).runs[0].run
			run.Providers[0].Buckets, run.Providers[0].Identity.AccessKeyID = nil, "AK-then"
			w.store.identity.AccessKeyID = "AK-now"
		}},
		{name: "other credentials, and the buckets are the run's", answered: Aborted, unanswered: Gone, then: func(w *world, ref Ref) {
			remove(w, ref)
			w.store.identity.AccessKeyID = "AK-now"
		}},
		{name: "the bucket was made anew", answered: NotVerified, unanswered: Failed, text: `bucket "media" is not the bucket of the plan: created`, silent: true, then: func(w *world, ref Ref) {
			remove(w, ref)
			w.store.remake("media", func(b *Bucket) { b.Created = epoch })
		}},
		{name: "the bucket has another owner", answered: NotVerified, unanswered: Failed, text: `owner "666", plan saw "42"`, silent: true, then: func(w *world, ref Ref) {
			remove(w, ref)
			w.store.remake("media", func(b *Bucket) { b.Owner = "666" })
		}},
		{name: "the bucket list is refused", answered: NotVerified, unanswered: Failed, text: "list the buckets to see whether they are still the same: 403 AccessDenied", silent: true, then: func(w *world, ref Ref) {
			remove(w, ref)
			w.store.onListBuckets = func() error { return errForbidden }
		}},
	}
}

func TestPromise8_WhatWasInDoubtGetsTheOutcomeThatTheStoreProves(t *testing.T) {
	for _, c := range doubtCases() {
		for _, answered := range []bool{true, false} {
			t.Run(fmt.Sprintf("%s, answered %t", c.name, answered), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) { c.check(t, answered) })
			})
		}
	}
}

func (c *doubtCase) check(t *testing.T, answered bool) {
	w := newWorld(t)
	ref := w.store.put("media", "raw/a", "u1", 30*day, 20*day, 21*day)
	journal := w.inDoubt(ref, true, answered)
	c.then(w, ref)
	settled, err := Settle(t.Context(), w.stores(), w.opts)
	if err != nil || journal.broken() != nil || len(settled) != 1 || len(journal.outcomes()) != 1 {
		t.Fatalf("settled %+v, %v, %v", settled, err, journal.broken())
	}
	want, attempts := c.unanswered, 0
	if answered {
		want, attempts = c.answered, 1
	}
	o := journal.outcomes()[0]
	if o.Result != want || o.Attempts != attempts || !strings.Contains(o.Err, c.text) || (o.Err == "") != (want == Aborted) {
		t.Errorf("%s after %d aborts: %q", o.Result, o.Attempts, o.Err)
	}
	if settled[0].Results[want].Uploads != 1 || settled[0].Results[want].Parts != int64(o.Item.Parts.Count) || settled[0].Run.ID != "killed" {
		t.Errorf("told as %+v", settled[0])
	}
	if answered && o.RequestID != "the-abort" || !answered && !c.silent && w.store.onListParts == nil && !strings.HasPrefix(o.RequestID, "req-") {
		t.Errorf("request %q", o.RequestID)
	}
	if w.store.called("Abort") > 0 || c.silent && w.store.called("ListParts") > 0 {
		t.Errorf("requests %v", w.store.log())
	}
	for _, e := range []int{len(heardOf[RunUnsettled](w.seen)), len(heardOf[UploadSettled](w.seen)), len(heardOf[RunSettled](w.seen))} {
		if e != 1 {
			t.Errorf("%d events of a kind", e)
		}
	}
}

// A store may answer the parts of an aborted upload with an empty list. Where an
// abort was answered, a listing proves the rest; where none was, the upload may have
// ended in any way, or be there.
func TestAnEmptyListOfPartsProvesNoUnansweredAbort(t *testing.T) {
	for _, answered := range []bool{true, false} {
		synctest.Test(t, func(t *testing.T) {
			w := newWorld(t)
			ref := w.stale("raw/a", "u1")
			journal := w.inDoubt(ref, true, answered)
			w.store.edit(ref, func(u *memUpload) { u.parts = nil })
			w.store.onPage = func(_, _ string, _ int, page *UploadPage) error {
				page.Uploads = nil
				return nil
			}
			if _, err := Settle(t.Context(), w.stores(), w.opts); err != nil {
				t.Fatal(err)
			}
			o := journal.outcomes()[0]
			if answered && o.Result != Aborted || !answered && (o.Result != Failed || !strings.Contains(o.Err, "its parts are an empty list, which is no NoSuchUpload")) {
				t.Errorf("answered %t: %s (%s)", answered, o.Result, o.Err)
			}
		})
	}
}

func TestPromise8_WhatWasNotIntendedIsNotAttempted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		journal := w.inDoubt(w.stale("raw/a", "u1"), false, false)
		w.alone = true // nobody has to be asked
		if _, err := Settle(t.Context(), w.stores(), w.opts); err != nil {
			t.Fatal(err)
		}
		o, end := journal.outcomes()[0], journal.runs[0].disk.end
		if o.Result != NotAttempted || o.Err != "the run broke off before its abort: plan again" || o.Attempts != 0 {
			t.Errorf("%+v", o)
		}
		if want := (RunEnd{Finished: w.opts.Clock().UTC(), Interrupted: true, SettledBy: "next"}); *end != want {
			t.Errorf("end %+v, want %+v", *end, want)
		}
	})
}

// manyInDoubt makes a journal with a killed run of n uploads that are gone since.
func (w *world) manyInDoubt(n int) *memJournal {
	refs := make([]Ref, n)
	for i := range refs {
		refs[i] = w.stale(fmt.Sprintf("raw/%05d", i), "u1")
	}
	j := w.inDoubt(refs[0], true, false)
	for i, ref := range refs[1:] {
		u := w.store.uploads[ref]
		u.Provider = "ks3"
		j.runs[0].items = append(j.runs[0].items, Item{Upload: u.Upload, Parts: u.read(), Rule: "rule.raw"})
		j.runs[0].disk.intended[int64(i+1)] = true
	}
	for _, ref := range refs {
		w.store.remove(ref)
	}
	return j
}

// A stop, or the end of the context, leaves the run as unsettled as it is: the next
// one goes on with it. What was found out stays.
func TestPromise8_ASettlementThatIsStoppedIsGoneOnWith(t *testing.T) {
	for _, how := range []string{"stop", "cancel"} {
		for at := 1; at <= 20; at++ {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t)
				w.opts.Parallelism = 3
				journal := w.manyInDoubt(20)
				ctx, cancel := context.WithCancel(t.Context())
				defer cancel()
				stop := make(chan struct{})
				w.opts.Stop = stop
				var mu sync.Mutex // nothing is asked for between the number and the stop
				asked := 0
				w.store.onListParts = func(Ref) error {
					mu.Lock()
					defer mu.Unlock()
					if asked++; asked == at {
						if how == "stop" {
							close(stop)
						} else {
							cancel()
						}
					}
					return nil
				}
				settled, err := Settle(ctx, w.stores(), w.opts)
				if at < 17 && (err == nil || len(settled) > 0 || !strings.Contains(err.Error(), "settle run killed, which ada@desk began at 2026-03-14 11:00:00 UTC and did not finish: stopped")) {
					t.Fatalf("%s at %d: %+v, %v", how, at, settled, err)
				}
				w.opts.Stop, w.store.onListParts = nil, nil
				journal.crash(1)
				if _, err := Settle(t.Context(), w.stores(), w.opts); err != nil {
					t.Fatal(err)
				}
				for _, o := range journal.outcomes() {
					if o.Result != Gone {
						t.Errorf("%s at %d: %s (%s)", how, at, o.Result, o.Err)
					}
				}
				if len(journal.outcomes()) != 20 || journal.broken() != nil {
					t.Errorf("%s at %d: %d outcomes, %v", how, at, len(journal.outcomes()), journal.broken())
				}
			})
		}
	}
}

// A store that answers nothing is not waited for once for each of many uploads.
func TestASilentStoreIsSoonNotAskedAnyMore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		w.opts.Parallelism = 4
		journal := w.manyInDoubt(3 * maxOpen)
		w.store.onListParts = func(Ref) error { return fmt.Errorf("connection refused: %w", ErrTemporary) }
		if _, err := Settle(t.Context(), w.stores(), w.opts); err != nil {
			t.Fatal(err)
		}
		texts := map[string]int{}
		for _, o := range journal.outcomes() {
			if o.Result != Failed {
				t.Errorf("%s (%s)", o.Result, o.Err)
			}
			texts[o.Err]++
		}
		n := 0
		for text := range texts {
			if strings.Contains(text, "the store gave no answer about 20 uploads in a row, so this one was not asked about") {
				n = texts[text]
			}
		}
		if len(texts) != 2 || n < maxOpen {
			t.Errorf("%d were not asked about; texts %v", n, texts)
		}
	})
}

func TestASettlementNeedsItsJournal(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		if settled, err := Settle(t.Context(), w.stores(), w.opts); settled != nil || err != nil {
			t.Errorf("without a journal: %v, %v", settled, err)
		}
		journal := w.inDoubt(w.stale("raw/a", "u1"), true, true)
		for _, call := range []string{"Unsettled", "Finish"} {
			cause := errors.New("disk I/O error")
			journal.onCall = func(c string) error {
				if c == call {
					return cause
				}
				return nil
			}
			if settled, err := Settle(t.Context(), w.stores(), w.opts); len(settled) > 0 || !errors.Is(err, cause) {
				t.Errorf("without %s: %v, %v", call, settled, err)
			}
			journal.crash(0)
		}
	})
}
