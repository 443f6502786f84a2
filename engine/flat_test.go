package engine

import (
	"context"
	"fmt"
	"iter"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"

	"offcut/rules"
)

// A vastStore holds any number of stale uploads without remembering one of them.
// It says yes to every abort; none of its uploads is ever listed.
type vastStore struct {
	identity Identity
	counted  atomic.Int64
	every    func() // called now and then
}

// Observe lets the store hear of outcomes, for the stages after the aborts.
func (s *vastStore) Observe(e Event) {
	if _, ok := e.(OutcomeReached); ok {
		s.count()
	}
}

func (s *vastStore) count() {
	if s.counted.Add(1)%10_000 == 0 {
		s.every()
	}
}

func (s *vastStore) Identity() Identity { return s.identity }
func (s *vastStore) Head(context.Context, string, string) (Object, error) {
	return Object{}, ErrNoSuchKey
}
func (s *vastStore) Requests() int64                               { return 0 }
func (s *vastStore) ListBuckets(context.Context) ([]Bucket, error) { return nil, nil }

func (s *vastStore) ListUploads(context.Context, string, string) iter.Seq2[UploadPage, error] {
	return func(yield func(UploadPage, error) bool) { yield(UploadPage{Date: epoch}, nil) }
}

func (s *vastStore) ListParts(context.Context, Ref) (PartsAnswer, error) { return PartsAnswer{}, nil }

func (s *vastStore) Abort(context.Context, Ref, time.Time) (Receipt, error) {
	s.count()
	return Receipt{Status: 204, RequestID: "r"}, nil
}

// The outcomes of 100,000 uploads would take some 90 MiB. What may be in use
// is the memory of three spools, 8 bytes for each claim, and what is in hand.
func TestPromise11_MemoryOfApplyDoesNotGrowWithThePlan(t *testing.T) {
	if testing.Short() {
		t.Skip("aborts 200,000 uploads")
	}
	defer goleak.VerifyNone(t)
	const uploads, limit = 100_000, 4 * runBytes
	for _, proves := range []bool{true, false} {
		if used := liveHeap(t, uploads, proves); used > limit {
			t.Errorf("listing proves %t: %d bytes in use, want at most %d", proves, used, limit)
		} else {
			t.Logf("listing proves %t: %d KiB in use", proves, used>>10)
		}
	}
}

// liveHeap applies a plan of n uploads and returns the most memory in use.
func liveHeap(t *testing.T, n int, proves bool) uint64 {
	var most, base uint64
	var mu sync.Mutex
	sample := func() {
		mu.Lock()
		defer mu.Unlock()
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		most = max(most, m.HeapAlloc)
	}
	sample()
	base, most = most, 0
	w := &world{t: t, cfg: testConfig(testRule("raw", "media", "raw/")), opts: testOptions(t)}
	store := &vastStore{identity: Identity{Kind: "ks3", ListingProves: proves}, every: sample}
	w.opts.Observer = store
	plan := w.planNaming(func(yield func(Item) bool) {
		for i := range n {
			u := rules.Upload{Provider: "ks3", Bucket: "media", Key: fmt.Sprintf("raw/%010d/camera.mp4", i), ID: fmt.Sprintf("%032d", i), Initiated: epoch.Add(-30 * day)}
			if !yield(Item{Upload: u, Reason: rules.AbortStale, Rule: "rule.raw"}) {
				return
			}
		}
	})
	report, err := Apply(t.Context(), Stores{"ks3": store}, w.cfg, plan, w.opts)
	if err != nil {
		t.Fatal(err)
	}
	closeAfter(t, report)
	if got := report.Results[Aborted].Uploads; got != int64(n) {
		t.Fatalf("%d aborted of %d: %+v", got, n, report.Results)
	}
	return most - min(most, base)
}
