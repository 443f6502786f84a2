//go:build unix

package main

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"offcut/engine"
)

// A kill says when a process is to be killed.
type kill struct {
	uploads  int
	request  int64         // before this request of the process, from 1; 0: by time
	answered bool          // after the server has answered it instead
	after    time.Duration // after the start, where request is 0
}

// drawKills spreads n kills evenly over the life of an apply: three of four at a
// request, the others at an instant. A full run sends so many requests and takes so
// long.
func drawKills(r *rand.Rand, n, uploads int, requests int64, took time.Duration) []kill {
	kills := make([]kill, n)
	for i := range kills {
		at := (float64(i) + r.Float64()) / float64(n)
		kills[i] = kill{uploads: uploads, answered: r.IntN(2) == 0}
		if i%4 == 3 {
			kills[i].after = time.Duration(at * float64(took))
		} else {
			kills[i].request = 1 + int64(at*float64(requests))
		}
	}
	return kills
}

// strike runs an apply and kills it. It reports what had reached the server by then.
func (k *kill) strike(a *arena) (died bool) {
	var once sync.Once
	var seen atomic.Int64
	started := make(chan *running, 1)
	fall := func() {
		once.Do(func() { p := <-started; p.kill() })
	}
	a.watch(func(*http.Request) func() {
		if seen.Add(1) != k.request {
			return nil
		}
		if k.answered {
			return fall
		}
		fall()
		return nil
	})
	p := a.start("apply", "-auto-approve")
	started <- p
	if k.request == 0 {
		defer time.AfterFunc(k.after, func() { _ = p.Process.Kill() }).Stop()
	}
	died = p.exit() == -1
	a.onRequest.Store(nil)
	return died
}

// trial kills an apply, lets the next one run, and says what is wrong then.
func (k *kill) trial(t testing.TB) (died bool, err error) {
	a := openArena(t, k.uploads)
	defer a.close()
	died = k.strike(a)
	before := a.abortsSeen()
	if err := a.checkIntents(before); err != nil {
		return died, err
	}
	if _, err := a.remember(".offcut"); err == nil && died && len(before) > 0 && len(before) < k.uploads {
		return died, errors.New("the killed run left nothing in doubt, though it was killed between its aborts")
	}
	next := a.apply(0)
	return died, errors.Join(a.checkBystanders(), a.checkSettled(before, next), a.checkNothingLeft())
}

// checkIntents looks whether it was on disk of every abort that reached the server
// that it may be sent. A run that has ended has outcomes instead.
func (a *arena) checkIntents(aborts map[engine.Ref]bool) error {
	intended := map[engine.Ref]bool{}
	err := a.query(".offcut", `
		SELECT buckets.bucket, items.key, items.upload_id
		FROM runs JOIN items ON items.run = runs.id JOIN buckets ON buckets.id = items.bucket
		LEFT JOIN intents ON intents.run = runs.id
		WHERE runs.finished IS NOT NULL OR items.id - runs.first_item <= intents.through`, func(scan func(...any) error) error {
		var ref engine.Ref
		err := scan(&ref.Bucket, &ref.Key, &ref.ID)
		intended[ref] = true
		return err
	})
	for ref := range aborts {
		if !intended[ref] {
			err = fmt.Errorf("an abort of %v was sent before its intent was on disk", ref)
		}
	}
	return err
}

func (a *arena) abortsSeen() map[engine.Ref]bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	seen := map[engine.Ref]bool{}
	for ref := range a.aborts {
		seen[ref] = true
	}
	return seen
}

// checkSettled looks whether the ledger tells the truth about both runs: each
// planned upload of each has one outcome, and each target was aborted or gone once.
func (a *arena) checkSettled(before map[engine.Ref]bool, next *running) error {
	m, err := a.remember(".offcut")
	if err != nil {
		return err
	}
	if len(m) == 0 || len(m) > 2 {
		return fmt.Errorf("the ledger knows of %d runs", len(m))
	}
	for ref := range a.targets {
		results := m.of(ref)
		ended := 0
		for _, r := range results {
			if r == engine.Aborted || r == engine.Gone {
				ended++
			} else if r != engine.Failed && r != engine.NotAttempted && r != engine.NotVerified {
				return fmt.Errorf("%v has the outcomes %q", ref, results)
			}
		}
		if ended != 1 {
			return fmt.Errorf("%v was aborted once, and has the outcomes %q", ref, results)
		}
		if before[ref] && slices.Contains(results, engine.NotAttempted) {
			return fmt.Errorf("an abort of %v reached the server before the kill, and it has the outcomes %q", ref, results)
		}
	}
	for _, args := range [][]string{{"audit", "verify"}, {"history"}} {
		if p := a.start(args...); p.exit() != 0 {
			return fmt.Errorf("offcut %v: %s", args, p.said())
		}
	}
	if len(m) == 2 && !strings.Contains(next.said(), "did not finish") && !strings.Contains(next.said(), "killed") {
		return fmt.Errorf("the next run says nothing of the killed one: %s", next.said())
	}
	return nil
}

// checkNothingLeft looks whether all targets are gone, and another apply has
// nothing to do.
func (a *arena) checkNothingLeft() error {
	left := a.left()
	for ref := range a.targets {
		if left[ref] {
			return fmt.Errorf("%v is still there", ref)
		}
	}
	a.apply(0)
	return nil
}

// measureApply tells how many requests a whole apply sends and how long it takes.
func measureApply(t testing.TB, uploads int) (requests int64, took time.Duration) {
	a := openArena(t, uploads)
	defer a.close()
	var seen atomic.Int64
	a.watch(func(*http.Request) func() { seen.Add(1); return nil })
	started := time.Now()
	a.apply(0)
	return seen.Load(), time.Since(started)
}

// killAll carries out kills, two at once, and returns how many runs were killed
// before they ended and how many were settled well by the next one.
func killAll(t testing.TB, all []kill) (died, settled int) {
	var group errgroup.Group
	group.SetLimit(2)
	var mu sync.Mutex
	for i, k := range all {
		group.Go(func() error {
			dead, err := k.trial(t)
			mu.Lock()
			defer mu.Unlock()
			if dead {
				died++
			}
			if err == nil {
				settled++
			} else {
				t.Errorf("kill %d, %+v: %v", i, k, err)
			}
			return nil
		})
	}
	_ = group.Wait() // it has no error
	return died, settled
}

// An apply is killed at random instants, spread over its whole life. After the next
// one every planned upload of the killed run has exactly one outcome, nothing else
// was touched, and the audit verifies.
func TestPromise8_AKilledApplyIsSettledByTheNext(t *testing.T) {
	kills, uploads := 20, 600
	if testing.Short() {
		kills = 4
	}
	requests, took := measureApply(t, uploads)
	seed := rand.Uint64()
	t.Logf("a whole run sends %d requests and takes %s; seed %d", requests, took, seed)
	died, settled := killAll(t, drawKills(rand.New(rand.NewPCG(seed, 0)), kills, uploads, requests, took))
	if settled < kills || died < kills/2 {
		t.Errorf("of %d runs %d were killed before their end, and %d were settled", kills, died, settled)
	}
}

// BenchmarkKills kills 200 applies of 5,000 uploads. Every one must be settled.
func BenchmarkKills(b *testing.B) {
	kills, uploads := 200, 5000
	if testing.Short() {
		kills, uploads = 20, 1000
	}
	for b.Loop() {
		requests, took := measureApply(b, uploads)
		seed := rand.Uint64()
		b.Logf("a whole run sends %d requests and takes %s; seed %d", requests, took, seed)
		died, settled := killAll(b, drawKills(rand.New(rand.NewPCG(seed, 0)), kills, uploads, requests, took))
		b.ReportMetric(float64(kills), "kills")
		b.ReportMetric(float64(died), "died")
		b.ReportMetric(float64(settled), "settled")
	}
	b.ReportMetric(0, "ns/op")
}
