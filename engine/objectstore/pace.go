package objectstore

import (
	"context"
	"sync"
	"time"
)

// A pacer keeps the request rate under a cap and adapts it to what the store
// bears. A throttled store limits a rate, so the rate is what adapts: a refusal
// halves it; it comes back quickly to just below where it was refused, and then
// grows slowly, and faster the longer nothing is refused.
type pacer struct {
	cap  float64 // requests a second
	turn chan struct{}

	mu      sync.Mutex
	queued  int       // waiters that have to take turns
	next    time.Time // when the next request is due
	refused time.Time // the last cut; zero when none happened
	settled time.Time // a refusal of what was sent before this says nothing new
	ceiling float64   // the rate at that cut
}

// How the rate comes back after a cut, as parts of the rate that was refused.
const (
	rateAfterCut  = 0.5
	rateComeBack  = 2.0  // a second, up to rateNear
	rateNear      = 0.95 // from here on it only probes
	rateProbe     = 0.01 // a second, and once more with the cube of the time
	burstSeconds  = 0.05 // of tokens that may be used at once
	slowestPacing = 1.0  // requests a second that are never gone below, the cap aside
)

// longestGrace bounds how long after a cut refusals are not counted.
const longestGrace = 100 * time.Millisecond

func newPacer(limit float64) *pacer {
	return &pacer{cap: limit, turn: make(chan struct{}, 1)}
}

// wait blocks until a request may be sent. Only one waiter sleeps, the others
// queue behind it, so that a change of the rate reaches all of them.
func (p *pacer) wait(ctx context.Context) error {
	if p.free(time.Now()) {
		return ctx.Err()
	}
	defer p.leave()
	select {
	case p.turn <- struct{}{}:
	case <-ctx.Done():
		return ctx.Err()
	}
	defer func() { <-p.turn }()
	return sleep(ctx, p.book(time.Now()))
}

// free takes the next place where it is due and nobody waits; otherwise the
// caller is counted among the waiters until it leaves.
func (p *pacer) free(now time.Time) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.queued == 0 && !p.next.After(now) {
		p.take(now)
		return true
	}
	p.queued++
	return false
}

func (p *pacer) leave() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.queued--
}

// book takes the next place and tells how long to wait for it.
func (p *pacer) book(now time.Time) time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.take(now)
}

// take is book for who holds the lock. Time that passed unused is worth a small
// burst.
func (p *pacer) take(now time.Time) time.Duration {
	rate := p.rate(now)
	gap := time.Duration(float64(time.Second) / rate)
	if burst := max(0, time.Duration(burstSeconds*float64(time.Second))-gap); p.next.Before(now.Add(-burst)) {
		p.next = now.Add(-burst)
	}
	due := p.next
	p.next = due.Add(gap)
	return due.Sub(now)
}

// rate is what is allowed at now. The caller holds the lock.
func (p *pacer) rate(now time.Time) float64 {
	if p.refused.IsZero() {
		return p.cap
	}
	t := now.Sub(p.refused).Seconds()
	part := rateAfterCut + rateComeBack*t
	if part > rateNear {
		u := t - (rateNear-rateAfterCut)/rateComeBack
		part = rateNear + rateProbe*u + rateProbe*u*u*u
	}
	return min(p.cap, max(slowestPacing, p.ceiling*part))
}

// throttled hears that a request sent at start was refused at now. Refusals of
// what was sent before the last cut say nothing about the rate since, and neither
// do those of what was sent just after it: the requests that were under way still
// used up what the store allows.
func (p *pacer) throttled(start, now time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if start.Before(p.settled) {
		return
	}
	p.ceiling = p.rate(now)
	p.refused = now
	p.settled = now.Add(min(longestGrace, now.Sub(start)))
}

// sleep waits for d, or for the context.
func sleep(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return ctx.Err()
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
