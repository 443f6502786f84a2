package objectstore

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// throttle is a server that bears a fixed rate and refuses what is above it.
type throttle struct {
	rate   float64
	tokens float64
	last   time.Time

	mu             sync.Mutex
	taken, refused int
}

// take asks the server at now.
func (s *throttle) take(now time.Time) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.tokens = min(s.rate/10, s.tokens+now.Sub(s.last).Seconds()*s.rate)
	s.last = now
	if s.tokens < 1 {
		s.refused++
		return false
	}
	s.tokens--
	s.taken++
	return true
}

// drive sends through a pacer with many workers for a while.
func drive(p *pacer, s *throttle, workers int, d time.Duration) {
	ctx, cancel := context.WithTimeout(context.Background(), d)
	defer cancel()
	var group sync.WaitGroup
	for range workers {
		group.Go(func() {
			for p.wait(ctx) == nil {
				start := time.Now()
				if sleep(ctx, 20*time.Millisecond) != nil {
					return
				}
				if !s.take(time.Now()) {
					p.throttled(start, time.Now())
				}
			}
		})
	}
	group.Wait()
}

func TestPacerKeepsTheCap(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &throttle{rate: 1e9, last: time.Now()}
		drive(newPacer(500), s, 64, 10*time.Second)
		if s.taken < 4900 || s.taken > 5050 {
			t.Errorf("%d requests in 10 s at a cap of 500/s", s.taken)
		}
	})
}

func TestPacerKeepsASlowCap(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, start := newPacer(0.5), time.Now()
		for range 4 {
			if err := p.wait(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		if took := time.Since(start); took != 6*time.Second {
			t.Errorf("four requests at one in two seconds took %v", took)
		}
	})
}

// A store that throttles gets nearly what it allows, and little more.
func TestPacerAdaptsToAThrottledStore(t *testing.T) {
	for _, rate := range []float64{30, 300, 1000, 2000} {
		synctest.Test(t, func(t *testing.T) {
			s := &throttle{rate: rate, tokens: rate / 10, last: time.Now()}
			drive(newPacer(3000), s, 128, 30*time.Second)
			goodput := float64(s.taken) / (rate * 30)
			waste := float64(s.refused) / float64(s.taken)
			t.Logf("%v/s: %.0f %% of it used, %.1f %% refused", rate, 100*goodput, 100*waste)
			if goodput < 0.88 || waste > 0.05 && rate > 100 {
				t.Errorf("%v/s: %.0f %% of it used, %.1f %% refused", rate, 100*goodput, 100*waste)
			}
		})
	}
}

func TestPacerRecovers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPacer(500)
		now := time.Now()
		p.throttled(now, now)
		if got := p.rate(now); got != 250 {
			t.Errorf("after a refusal: %v/s", got)
		}
		// Requests sent before the cut were refused for the old rate.
		p.throttled(now.Add(-time.Second), now.Add(time.Millisecond))
		if got := p.rate(now.Add(time.Millisecond)); got < 250 {
			t.Errorf("after a late refusal: %v/s", got)
		}
		last := 0.0
		for s := range 20 {
			got := p.rate(now.Add(time.Duration(s) * time.Second))
			if got < last || got > 500 {
				t.Errorf("after %d s: %v/s", s, got)
			}
			last = got
		}
		if last != 500 {
			t.Errorf("the cap is not reached again: %v/s", last)
		}
	})
}

func TestPacerNeverStops(t *testing.T) {
	p, now := newPacer(500), time.Now()
	for range 100 {
		now = now.Add(time.Millisecond)
		p.throttled(now, now)
	}
	if got := p.rate(now); got != slowestPacing {
		t.Errorf("got %v/s", got)
	}
}

func TestPacerWaitEndsWithTheContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPacer(0.001)
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if err := p.wait(ctx); err != nil {
			t.Fatal(err)
		}
		for range 2 { // the one who sleeps, and the one behind it
			if err := p.wait(ctx); !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("got %v", err)
			}
		}
	})
}
