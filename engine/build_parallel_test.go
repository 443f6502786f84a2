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

	"go.uber.org/goleak"
)

// A slow key holds one reader and nobody else, and no more than Parallelism
// requests are under way.
func TestBuildSlowKeyHoldsNobodyElse(t *testing.T) {
	s := newMemStore("media")
	s.pageSize = 10
	slow := s.put("media", "00-slow", "1", 9*day)
	const others = 300
	for i := range others {
		s.put("media", fmt.Sprintf("k%03d", i), "1", 9*day)
	}
	var mu sync.Mutex
	left, atOnce, most := others, 0, 0
	done := make(chan struct{})
	s.onListParts = func(ref Ref) error {
		mu.Lock()
		atOnce++
		most = max(most, atOnce)
		mu.Unlock()
		if ref == slow {
			<-done // ends only when everything else has been read
		}
		mu.Lock()
		defer mu.Unlock()
		atOnce--
		if ref != slow {
			if left--; left == 0 {
				close(done)
			}
		}
		return nil
	}
	p := buildPlan(t, s, testConfig(testRule("stale", "media", "")), testOptions(t))
	if p.Abort.Uploads != others+1 {
		t.Errorf("%d planned", p.Abort.Uploads)
	}
	if most > 4 {
		t.Errorf("%d part lists were under way at once, with a parallelism of 4", most)
	}
}

// A key whose parts cannot be read for a while waits beside the readers.
func TestBuildFailingKeyHoldsNobodyElse(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		w.opts.Parallelism = 1
		refs := w.several(100)
		var last time.Time
		fails := map[Ref]int{refs[0]: readTries - 1, refs[1]: 1000}
		w.store.onListParts = func(ref Ref) error {
			if fails[ref]--; fails[ref] >= 0 {
				return coolingFailure(20 * time.Second)
			}
			if fails[ref] == -1 && ref != refs[0] {
				last = w.opts.Clock()
			}
			return nil
		}
		plan, err := Build(t.Context(), w.stores(), w.cfg, w.opts)
		if err != nil {
			t.Fatal(err)
		}
		closeAfter(t, plan)
		if !last.Equal(epoch) {
			t.Errorf("the last of the other keys had to wait until %s", last)
		}
		if plan.Abort.Uploads != 99 || plan.Unread != 1 || plan.Whole() {
			t.Errorf("%d planned, %d unread, whole %t", plan.Abort.Uploads, plan.Unread, plan.Whole())
		}
		if n := 1000 - fails[refs[1]]; n != readTries {
			t.Errorf("%d readings of the key that always fails, want %d", n, readTries)
		}
		if n := len(heardOf[PartsRead](w.seen)); n != 100 {
			t.Errorf("%d uploads were observed", n)
		}
		if took := plan.Finished.Sub(epoch); took != (readTries-1)*20*time.Second {
			t.Errorf("the plan took %s", took)
		}
	})
}

// More uploads fail than may wait at once: those behind them have to wait, and
// every one of them is judged.
func TestBuildOfAStoreThatOnlyFails(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newMemStore("media")
		for i := range maxOpen + 100 {
			s.put("media", fmt.Sprintf("k%04d", i), "1", 9*day)
		}
		s.onListParts = func(Ref) error { return coolingFailure(10 * time.Second) }
		p := buildPlan(t, s, testConfig(testRule("stale", "media", "")), testOptions(t))
		if p.Unread != maxOpen+100 || p.Abort.Uploads != 0 || p.Whole() {
			t.Errorf("%d unread, %d planned, whole %t", p.Unread, p.Abort.Uploads, p.Whole())
		}
		if n := s.called("ListParts"); n != readTries*(maxOpen+100) {
			t.Errorf("%d readings", n)
		}
	})
}

func TestBuildCancelledWhileUploadsWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		w.several(10)
		w.store.onListParts = func(Ref) error { return coolingFailure(10 * time.Second) }
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if _, err := Build(ctx, w.stores(), w.cfg, w.opts); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("error %v", err)
		}
		if took := w.opts.Clock().Sub(epoch); took != time.Second {
			t.Errorf("it ended after %s", took)
		}
	})
}

// Listings and part lists share one allowance.
func TestBuildHasNoMoreThanParallelismRequestsUnderWay(t *testing.T) {
	dir := t.TempDir()
	for _, allowed := range []int{1, 2, 5} {
		synctest.Test(t, func(t *testing.T) {
			s := newMemStore("a", "b", "c")
			s.pageSize = 3
			for i := range 30 {
				for _, bucket := range []string{"a", "b", "c"} {
					s.put(bucket, fmt.Sprint(i), "1", 9*day)
				}
			}
			var mu sync.Mutex
			under, most := 0, 0
			request := func() error {
				mu.Lock()
				under++
				most = max(most, under)
				mu.Unlock()
				time.Sleep(time.Second) // of the bubble's clock: all that can start has started
				mu.Lock()
				under--
				mu.Unlock()
				return nil
			}
			s.onListUploads = func(string, string) error { return request() }
			s.onListParts = func(Ref) error { return request() }
			opts := Options{Dir: dir, Parallelism: allowed, Clock: func() time.Time { return epoch }}
			p := buildPlan(t, s, testConfig(testRule("a", "a", ""), testRule("b", "b", ""), testRule("c", "c", "")), opts)
			if p.Abort.Uploads != 90 || most != allowed {
				t.Errorf("%d planned, %d requests under way at once, allowed are %d", p.Abort.Uploads, most, allowed)
			}
		})
	}
}

// Even with one request at once, listings and part lists make progress.
func TestBuildWithOneRequestAtOnce(t *testing.T) {
	s := newMemStore("a", "b")
	s.pageSize = 3
	for i := range 50 {
		s.put("a", fmt.Sprintf("k%03d", i), "1", 9*day)
		s.put("b", fmt.Sprintf("k%03d", i), "1", 9*day)
	}
	opts := testOptions(t)
	opts.Parallelism = 1
	p := buildPlan(t, s, testConfig(testRule("a", "a", ""), testRule("b", "b", "")), opts)
	if p.Abort.Uploads != 100 {
		t.Errorf("%d planned, want 100", p.Abort.Uploads)
	}
}

func TestBuildCancelled(t *testing.T) {
	defer goleak.VerifyNone(t)
	for name, arm := range map[string]func(*memStore, func()){
		"in the bucket list": func(s *memStore, cancel func()) {
			s.onListBuckets = func() error { cancel(); return nil }
		},
		"in a listing": func(s *memStore, cancel func()) {
			s.onPage = func(_, _ string, n int, _ *UploadPage) error {
				if n == 2 {
					cancel()
				}
				return nil
			}
		},
		"in a part list": func(s *memStore, cancel func()) {
			s.onListParts = func(Ref) error { cancel(); return nil }
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := newMemStore("media")
			s.pageSize = 2
			for i := range 200 {
				s.put("media", fmt.Sprintf("k%03d", i), "1", 9*day)
			}
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			arm(s, cancel)
			p, err := Build(ctx, Stores{"ks3": s}, testConfig(testRule("stale", "media", "")), testOptions(t))
			if p != nil || !errors.Is(err, context.Canceled) {
				t.Errorf("plan %v, error %v: want no plan and the context's error", p, err)
			}
		})
	}
}

// Without the disk there is no plan, whenever the disk fails.
func TestBuildFailsWithItsSpool(t *testing.T) {
	defer goleak.VerifyNone(t)
	for name, bound := range map[string]int{"at once": 1, "later": 90} {
		t.Run(name, func(t *testing.T) {
			s := newMemStore("media")
			s.pageSize = 2
			for i := range 100 {
				s.put("media", fmt.Sprint(i), "1", 9*day)
			}
			b, err := newBuild(Stores{"ks3": s}, testConfig(testRule("a", "media", "")), testOptions(t))
			if err != nil {
				t.Fatal(err)
			}
			b.plan.items.bound = bound
			mustClose(t, b.plan.items.file) // every write fails from now on
			err = b.scan(t.Context())
			if err == nil {
				err = b.sum()
			}
			if err == nil || !strings.Contains(err.Error(), "write the items spool") {
				t.Errorf("a plan on a broken disk ended with %v", err)
			}
		})
	}
}
