package engine

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"os"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"offcut/rules"
)

// ghost removes an upload that listings go on to show.
func (w *world) ghost(ref Ref) {
	w.store.mu.Lock()
	upload := w.store.uploads[ref].Upload
	w.store.mu.Unlock()
	w.store.remove(ref)
	w.store.onPage = func(bucket, prefix string, n int, page *UploadPage) error {
		if bucket == ref.Bucket && strings.HasPrefix(ref.Key, prefix) && n == 1 {
			page.Uploads = append(page.Uploads, upload)
		}
		return nil
	}
}

// onBothKindsOfStore runs a test on a store whose listings prove and on one whose
// listings are not known to.
func onBothKindsOfStore(t *testing.T, f func(*world)) {
	for _, proves := range []bool{true, false} {
		t.Run(fmt.Sprintf("listing proves %t", proves), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t)
				w.store.identity.ListingProves = proves
				f(w)
			})
		})
	}
}

func TestPromise7_WhatStaysIsAbortedAgainThenNotVerified(t *testing.T) {
	onBothKindsOfStore(t, func(w *world) {
		stays, goes := w.stale("raw/a", "u1"), w.stale("raw/b", "u1")
		w.store.staysListed(stays, true)
		var sent []time.Duration
		w.store.onAbort = func(ref Ref) error {
			if ref == stays {
				sent = append(sent, w.opts.Clock().Sub(epoch))
			}
			return nil
		}
		outcomes := w.run(nil)
		w.want(outcomes, goes, Aborted)
		o := w.want(outcomes, stays, NotVerified)
		want := []time.Duration{0, 1 * time.Second, 3 * time.Second, 7 * time.Second, 15 * time.Second, 31 * time.Second}
		if !slices.Equal(sent, want) {
			w.t.Errorf("aborts at %v, want %v", sent, want)
		}
		if o.Attempts != 6 || !strings.Contains(o.Err, "the store still has it, with 2 parts") || !strings.Contains(o.Err, "sent: 6") {
			w.t.Errorf("%d attempts, text %q", o.Attempts, o.Err)
		}
	})
}

func TestPromise7_SurvivorsShareTheRounds(t *testing.T) {
	onBothKindsOfStore(t, func(w *world) {
		w.opts.Parallelism = 1
		refs := w.several(100)
		for _, ref := range refs {
			w.store.staysListed(ref, true)
		}
		plan := w.plan()
		report := w.apply(plan)
		outcomes := w.outcomes(plan, report)
		for _, ref := range refs {
			if o := w.want(outcomes, ref, NotVerified); o.Attempts != 1+rounds {
				w.t.Errorf("%v: %d attempts", ref, o.Attempts)
			}
		}
		if took := report.Finished.Sub(epoch); took != 31*time.Second {
			w.t.Errorf("the rounds of all took %s, those of one take 31s", took)
		}
	})
}

func TestPromise7_APartThatDelaysTheAbortIsAbortedInALaterRound(t *testing.T) {
	onBothKindsOfStore(t, func(w *world) {
		ref := w.stale("raw/a", "u1")
		w.store.staysListed(ref, true)
		w.store.onAbort = func(ref Ref) error {
			w.store.staysListed(ref, w.opts.Clock().Sub(epoch) < 3*time.Second)
			return nil
		}
		if o := w.want(w.run(nil), ref, Aborted); o.Attempts != 3 {
			w.t.Errorf("%d attempts", o.Attempts)
		}
	})
}

func TestPromise7_APartThatLandsAfterTheAbortKeeps(t *testing.T) {
	onBothKindsOfStore(t, func(w *world) {
		ref := w.stale("raw/a", "u1")
		w.store.staysListed(ref, true)
		w.store.onAbort = func(ref Ref) error {
			w.store.edit(ref, func(u *memUpload) { u.parts = nil })
			w.store.addPart(ref, 1)
			return nil
		}
		o := w.want(w.run(nil), ref, BecameActive)
		if o.Attempts != 1 || !strings.Contains(o.Err, "an abort of it was answered with success before") {
			w.t.Errorf("%d attempts, text %q", o.Attempts, o.Err)
		}
	})
}

func TestPromise7_AbortedPartsThatVanishSlowlyAreNoSignOfLife(t *testing.T) {
	onBothKindsOfStore(t, func(w *world) {
		ref := w.stale("raw/a", "u1")
		w.store.staysListed(ref, true)
		w.store.onAbort = func(ref Ref) error {
			w.store.edit(ref, func(u *memUpload) {
				if len(u.parts) > 0 {
					u.parts = u.parts[1:]
				}
				if len(u.parts) == 0 {
					w.store.sticky[ref] = false
				}
			})
			return nil
		}
		if o := w.want(w.run(nil), ref, Aborted); o.Attempts != 2 {
			w.t.Errorf("%d attempts", o.Attempts)
		}
	})
}

func TestPromise7_NoSuchUploadButStillListedIsFailed(t *testing.T) {
	onBothKindsOfStore(t, func(w *world) {
		ref, other := w.stale("raw/a", "u1"), w.stale("raw/b", "u1")
		outcomes := w.run(func() { w.ghost(ref) })
		w.want(outcomes, other, Aborted)
		o := w.want(outcomes, ref, Failed)
		if !strings.HasPrefix(o.Err, "the store says NoSuchUpload, but still lists it") {
			w.t.Errorf("text %q", o.Err)
		}
		if n := slices.Index(w.actions(ref), "Abort"); n >= 0 {
			w.t.Error("an abort was sent for an upload whose parts were not read")
		}
	})
}

func TestPromise7_WhatListingsShowAfterOurAbortIsNotVerified(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		ref := w.stale("raw/a", "u1")
		plan := w.plan()
		w.ghost(ref)
		w.stale("raw/a", "u1")
		o := w.want(w.outcomes(plan, w.apply(plan)), ref, NotVerified)
		if o.Attempts != 1 || !strings.Contains(o.Err, "the store still lists it") {
			t.Errorf("%d attempts, text %q", o.Attempts, o.Err)
		}
	})
}

func TestPromise7_GoneIsProvenByAListingToo(t *testing.T) {
	onBothKindsOfStore(t, func(w *world) {
		read, raced := w.stale("raw/a", "u1"), w.stale("raw/b", "u1")
		sibling := w.store.put("media", "raw/a", "u2", time.Hour)
		w.store.onAbort = func(ref Ref) error {
			w.store.remove(ref) // it is completed while the abort is on its way
			return nil
		}
		outcomes := w.run(func() { w.store.remove(read) })
		if o := w.want(outcomes, read, Gone); o.Attempts != 0 {
			w.t.Errorf("%d attempts", o.Attempts)
		}
		if o := w.want(outcomes, raced, Gone); o.Attempts != 1 {
			w.t.Errorf("%d attempts", o.Attempts)
		}
		if w.store.called("ListUploads") == 0 {
			w.t.Error("no listing was asked")
		}
		if !w.store.has(sibling) {
			w.t.Error("the other upload of the key is gone")
		}
	})
}

// A store of this kind answers the parts of an aborted upload with an empty list.
func TestPromise7_AnEmptyPartListIsSettledByTheListing(t *testing.T) {
	for name, hides := range map[string]bool{"not listed": true, "listed": false} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t)
				w.store.identity.ListingProves = false
				ref := w.stale("raw/a", "u1")
				w.store.staysListed(ref, true)
				aborted := false
				w.store.onAbort = func(ref Ref) error {
					aborted = true
					w.store.edit(ref, func(u *memUpload) { u.parts = nil })
					return nil
				}
				w.store.onPage = func(_, _ string, _ int, page *UploadPage) error {
					if aborted && hides {
						page.Uploads = slices.DeleteFunc(page.Uploads, func(u rules.Upload) bool { return u.ID == ref.ID })
					}
					return nil
				}
				if hides {
					w.want(w.run(nil), ref, Aborted)
				} else {
					w.want(w.run(nil), ref, NotVerified)
				}
			})
		})
	}
}

func TestPromise7_RelistingIsChosenWhereItIsCheaperAndMeansSomething(t *testing.T) {
	tests := map[string]struct {
		uploads, kept int
		script        func(w *world)
		relists       bool
		readings      int // per upload, in all
	}{
		"many claims, one page": {uploads: 20, relists: true, readings: 1},
		"one claim, many pages": {uploads: 1, kept: 30, readings: 2},
		"a store not known":     {uploads: 20, script: func(w *world) { w.store.identity.ListingProves = false }, readings: 2},
		"a note": {uploads: 20, relists: true, readings: 2, script: func(w *world) {
			w.store.onPage = func(_, _ string, _ int, p *UploadPage) error { p.Notes = []string{"odd"}; return nil }
		}},
		"no date": {uploads: 20, relists: true, readings: 2, script: func(w *world) {
			w.store.onPage = func(_, _ string, _ int, p *UploadPage) error { p.Date = time.Time{}; return nil }
		}},
		"an old copy": {uploads: 20, relists: true, readings: 2, script: func(w *world) {
			w.store.onPage = func(_, _ string, _ int, p *UploadPage) error { p.Date = epoch.Add(-time.Hour); return nil }
		}},
		"foreign keys": {uploads: 20, relists: true, readings: 2, script: func(w *world) {
			w.store.onPage = func(_, _ string, _ int, p *UploadPage) error {
				p.Uploads = append(p.Uploads, rules.Upload{Bucket: "media", Key: "other", ID: "x"})
				return nil
			}
		}},
		"a listing that fails": {uploads: 20, relists: true, readings: 2, script: func(w *world) {
			w.store.onPage = func(string, string, int, *UploadPage) error { return errors.New("cut off") }
		}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t)
				w.store.pageSize = 20
				refs := w.several(tt.uploads)
				for i := range tt.kept {
					w.store.put("media", fmt.Sprintf("raw/kept%d", i), "u", time.Hour)
				}
				outcomes := w.run(func() {
					if tt.script != nil {
						tt.script(w)
					}
				})
				for _, ref := range refs {
					w.want(outcomes, ref, Aborted)
				}
				if got := w.store.called("ListUploads") > 0; got != tt.relists {
					t.Errorf("listed again: %t, want %t", got, tt.relists)
				}
				if got := w.store.called("ListParts"); got != tt.readings*len(refs) {
					t.Errorf("%d readings, want %d", got, tt.readings*len(refs))
				}
			})
		})
	}
}

func TestPromise7_WhatCannotBeProvenIsNotVerified(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		w.store.identity.ListingProves = false
		aborted, gone := w.stale("raw/a", "u1"), w.stale("raw/b", "u1")
		var done atomic.Bool
		w.store.onAbort = func(Ref) error { done.Store(true); return nil }
		w.store.onListParts = func(ref Ref) error {
			if done.Load() && ref == aborted {
				return errors.New("403 Forbidden")
			}
			return nil
		}
		outcomes := w.run(func() {
			w.store.remove(gone)
			w.store.onPage = func(string, string, int, *UploadPage) error { return errors.New("400 Bad Request") }
		})
		if o := w.want(outcomes, aborted, NotVerified); !strings.Contains(o.Err, "403 Forbidden") || o.Attempts != 1 {
			t.Errorf("%d attempts, text %q", o.Attempts, o.Err)
		}
		if o := w.want(outcomes, gone, Failed); !strings.Contains(o.Err, "400 Bad Request") {
			t.Errorf("text %q", o.Err)
		}
	})
}

func TestPromise7_PartsOfAnotherUploadProveNothing(t *testing.T) {
	onBothKindsOfStore(t, func(w *world) {
		ref := w.stale("raw/a", "u1")
		w.store.staysListed(ref, true)
		aborted := false
		w.store.onAbort = func(Ref) error { aborted = true; return nil }
		o := w.want(w.run(func() {
			w.store.onParts = func(_ Ref, a *PartsAnswer) { a.Foreign = aborted }
		}), ref, NotVerified)
		if o.Attempts != 1 || !strings.HasPrefix(o.Err, "its absence could not be proven: its parts were answered for another upload") {
			w.t.Errorf("%d attempts, text %q", o.Attempts, o.Err)
		}
	})
}

// A store of this kind ends a listing before its first page, without an error.
func TestPromise7_AListingWithoutAPageProvesNothing(t *testing.T) {
	onBothKindsOfStore(t, func(w *world) {
		aborted, gone := w.stale("raw/a", "u1"), w.stale("raw/b", "u1")
		plan := w.plan()
		w.store.remove(gone)
		w.over = func(s *memStore) Store { return pagelessStore{s} }
		outcomes := w.outcomes(plan, w.apply(plan))
		w.want(outcomes, aborted, Aborted) // by its parts
		if o := w.want(outcomes, gone, Failed); !strings.Contains(o.Err, "has no page") {
			w.t.Errorf("text %q", o.Err)
		}
	})
}

// After a NoSuchUpload that is not ours, only a listing that is beyond doubt proves.
func TestPromise7_ADoubtfulListingProvesNoAbsence(t *testing.T) {
	other := func(key, id string) rules.Upload { return rules.Upload{Bucket: "media", Key: key, ID: id} }
	tests := map[string]struct {
		change func(p *UploadPage)
		want   Result
		text   string
	}{
		"whole":          {nil, Gone, ""},
		"a year old":     {func(p *UploadPage) { p.Date = p.Date.AddDate(-1, 0, 0) }, Failed, "it may be an old copy"},
		"of next year":   {func(p *UploadPage) { p.Date = p.Date.AddDate(1, 0, 0) }, Failed, "it may be an old copy"},
		"without a date": {func(p *UploadPage) { p.Date = time.Time{} }, Failed, "it may be an old copy"},
		"a sibling":      {func(p *UploadPage) { p.Uploads = append(p.Uploads, other("raw/a", "u2")) }, Gone, ""},
		"a key that is not sure": {func(p *UploadPage) {
			p.Uploads = append(p.Uploads, rules.Upload{Bucket: "media", Key: "raw/a", ID: "u2", KeyUnproven: true})
		}, Failed, "not certain"},
		"a key not asked for": {func(p *UploadPage) { p.Uploads = append(p.Uploads, other("raw/b", "u2")) }, Failed, `key "raw/b" of bucket "media", which was not asked for`},
		"a bucket not asked for": {func(p *UploadPage) {
			p.Uploads = append(p.Uploads, rules.Upload{Bucket: "other", Key: "raw/a", ID: "u2"})
		}, Failed, "was not asked for"},
		"its id under another key": {func(p *UploadPage) { p.Uploads = append(p.Uploads, other("raw/\ufffd", "u1")) }, Failed, "lists its upload id under the key"},
		"nothing, and a note":      {func(p *UploadPage) { p.Notes = []string{"not known to list all"} }, Gone, ""},
		"a sibling and a note": {func(p *UploadPage) {
			p.Uploads, p.Notes = append(p.Uploads, other("raw/a", "u2")), []string{"unsorted"}
		}, Failed, "unsorted"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			onBothKindsOfStore(t, func(w *world) {
				ref := w.stale("raw/a", "u1")
				for i := range 1000 { // so that the key is listed, not the scope
					w.store.put("media", fmt.Sprintf("raw/kept%d", i), "u", time.Hour)
				}
				o := w.want(w.run(func() {
					w.store.remove(ref)
					w.store.onPage = func(_, _ string, _ int, p *UploadPage) error {
						if tt.change != nil {
							tt.change(p)
						}
						return nil
					}
				}), ref, tt.want)
				if !strings.Contains(o.Err, tt.text) {
					w.t.Errorf("text %q, want %q", o.Err, tt.text)
				}
			})
		})
	}
}

func TestPromise7_AnEmptyPartListIsNoSuchUploadOnlyAfterAnAbort(t *testing.T) {
	onBothKindsOfStore(t, func(w *world) {
		ref := w.stale("raw/a", "u1")
		plan := w.plan()
		readings := 0
		w.store.onListParts = func(Ref) error {
			if readings++; readings == 1 {
				return ErrNoSuchUpload
			}
			return nil
		}
		w.store.onParts = func(_ Ref, a *PartsAnswer) { a.Parts = rules.Parts{} }
		w.store.onPage = func(_, _ string, _ int, p *UploadPage) error { p.Uploads, p.Notes = nil, []string{"odd"}; return nil }
		o := w.want(w.outcomes(plan, w.apply(plan)), ref, Failed)
		if !strings.Contains(o.Err, "empty list") {
			w.t.Errorf("text %q", o.Err)
		}
	})
}

func TestPromise7_ALookThatFailsForAMomentIsRepeated(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		w.store.identity.ListingProves = false
		ref := w.stale("raw/a", "u1")
		plan := w.plan()
		fails := 0
		w.store.onAbort = func(Ref) error { fails = lookTries - 1; return nil }
		w.store.onListParts = func(Ref) error {
			if fails--; fails >= 0 {
				return ErrTemporary
			}
			return nil
		}
		if o := w.want(w.outcomes(plan, w.apply(plan)), ref, Aborted); o.Attempts != 1 || o.At.After(epoch.Add(firstRound)) {
			t.Errorf("%d attempts, at %s", o.Attempts, o.At)
		}
	})
}

func TestPromise6_ALookThatFailsHoldsNobodyElse(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		w.opts.Parallelism = 1
		w.store.identity.ListingProves = false
		refs := w.several(20)
		plan := w.plan()
		fails := 0
		w.store.onAbort = func(ref Ref) error {
			if ref == refs[0] {
				fails = lookTries - 1
			}
			return nil
		}
		w.store.onListParts = func(ref Ref) error {
			if ref == refs[0] {
				if fails--; fails >= 0 {
					return coolingFailure(20 * time.Second)
				}
			}
			return nil
		}
		outcomes := w.outcomes(plan, w.apply(plan))
		if at := w.want(outcomes, refs[0], Aborted).At; !at.Equal(epoch.Add((lookTries - 1) * 20 * time.Second)) {
			t.Errorf("the failing one was proven at %s", at)
		}
		for _, ref := range refs[1:] {
			if at := w.want(outcomes, ref, Aborted).At; !at.Equal(epoch) {
				t.Errorf("%v had to wait until %s", ref, at)
			}
		}
	})
}

type pagelessStore struct{ *memStore }

func (pagelessStore) ListUploads(context.Context, string, string) iter.Seq2[UploadPage, error] {
	return func(func(UploadPage, error) bool) {}
}

func TestPromise7_ALaterAbortThatIsRefusedIsTold(t *testing.T) {
	onBothKindsOfStore(t, func(w *world) {
		ref := w.stale("raw/a", "u1")
		w.store.staysListed(ref, true)
		sent := 0
		w.store.onAbort = func(Ref) error {
			if sent++; sent > 1 {
				return fmt.Errorf("403 from the store: %w", ErrAccessDenied)
			}
			return nil
		}
		o := w.want(w.run(nil), ref, NotVerified)
		if !strings.HasPrefix(o.Err, "the store still has it, with 2 parts of 2097152 bytes (the last try: 403 from the store") {
			w.t.Errorf("text %q", o.Err)
		}
	})
}

func TestPromise7_ABucketMadeAnewIsNotThePlans(t *testing.T) {
	change := map[string]func(*memStore){
		"created": func(s *memStore) { s.remake("media", func(b *Bucket) { b.Created = epoch }) },
		"owner":   func(s *memStore) { s.remake("media", func(b *Bucket) { b.Owner = "43" }) },
		"missing": func(s *memStore) { s.remake("media", nil) },
	}
	for name, change := range change {
		t.Run(name+" before", func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t)
				ref := w.stale("raw/a", "u1")
				o := w.want(w.run(func() { change(w.store) }), ref, NotAttempted)
				if !strings.HasPrefix(o.Err, `bucket "media" is not the bucket of the plan: `) {
					t.Errorf("text %q", o.Err)
				}
				if n := w.store.called("ListParts") + w.store.called("Abort"); n != 0 {
					t.Errorf("%d requests into the bucket", n)
				}
			})
		})
		t.Run(name+" while it is emptied", func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t)
				ref := w.stale("raw/a", "u1")
				plan := w.plan()
				w.store.onListParts = func(ref Ref) error {
					w.store.remove(ref)
					change(w.store)
					return nil
				}
				o := w.want(w.outcomes(plan, w.apply(plan)), ref, Failed)
				if !strings.Contains(o.Err, `bucket "media" is not the bucket of the plan: `) {
					t.Errorf("text %q", o.Err)
				}
			})
		})
	}
}

func TestPromise7_WithoutASecondBucketListGoneIsFailed(t *testing.T) {
	for _, why := range []error{fmt.Errorf("503: %w", ErrTemporary), fmt.Errorf("403: %w", ErrAccessDenied)} {
		t.Run(why.Error(), func(t *testing.T) { goneWithoutASecondBucketList(t, why) })
	}
}

func goneWithoutASecondBucketList(t *testing.T, why error) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		gone, aborted := w.stale("raw/a", "u1"), w.stale("raw/b", "u1")
		lists := 0
		outcomes := w.run(func() {
			w.store.remove(gone)
			w.store.onListBuckets = func() error {
				if lists++; lists > 1 {
					return why
				}
				return nil
			}
		})
		w.want(outcomes, aborted, Aborted)
		if o := w.want(outcomes, gone, Failed); !strings.Contains(o.Err, `not known whether bucket "media" is still the bucket of the plan`) {
			t.Errorf("text %q", o.Err)
		}
	})
}

func TestClaimsThatCannotBeKeptAreNotVerified(t *testing.T) {
	for _, disk := range []string{"claims", "survivors"} {
		t.Run(disk, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t)
				ref := w.stale("raw/a", "u1")
				w.store.staysListed(ref, true)
				listed := w.store.uploads[ref]
				listed.Provider = "ks3"
				l := w.lane(Item{Upload: listed.Upload, Parts: listed.read(), Rule: "rule.raw"})
				if l.relists = disk == "claims"; l.relists {
					closeNow(t, l.claims.spool) // as a full disk would
				} else {
					closeNow(t, l.survivors)
				}
				l.abort()
				report := l.tally.finish(1, epoch)
				closeAfter(t, report)
				outcomes, err := readAll(report)
				if err != nil || len(outcomes) != 1 || outcomes[0].Result != NotVerified || !strings.Contains(outcomes[0].Err, disk+" spool") {
					t.Errorf("%+v, %v", outcomes, err)
				}
			})
		})
	}
}

func TestSurvivorsWithoutAnotherRoundAreNotVerified(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		ref := w.stale("raw/a", "u1")
		w.store.staysListed(ref, true)
		w.store.onAbort = func(Ref) error {
			return errors.Join(os.RemoveAll(w.opts.Dir), os.WriteFile(w.opts.Dir, nil, 0o600))
		}
		o := w.want(w.run(nil), ref, NotVerified)
		if o.Attempts != 1 || !strings.Contains(o.Err, "no working file can be made") {
			t.Errorf("%d attempts, text %q", o.Attempts, o.Err)
		}
	})
}

func TestBucketsThatTellNothingAreNoStrangers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		ref := w.stale("raw/a", "u1")
		w.store.remake("media", func(b *Bucket) { b.Created, b.Owner = time.Time{}, "" })
		outcomes := w.run(func() {
			w.store.remake("media", func(b *Bucket) { b.Created, b.Owner = epoch, "42" })
		})
		w.want(outcomes, ref, Aborted)
	})
}
