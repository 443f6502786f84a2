package engine

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"offcut/rules"
)

// Settled says what became of a run that had ended before all its outcomes were
// known.
type Settled struct {
	Run     Run
	Results map[Result]Totals // of the uploads that had no outcome before
}

// Settle gives every upload of a killed run that has no outcome exactly one, by
// looking for it at its store, and ends the run in Options.Journal. It only reads.
// The caller holds the lock of the data directory. The runs that it returns are
// settled, also beside an error; after an error others may not be.
func Settle(ctx context.Context, stores Stores, opts Options) ([]Settled, error) {
	if opts.Journal == nil {
		return nil, nil
	}
	runs, err := opts.Journal.Unsettled()
	if err != nil {
		return nil, fmt.Errorf("look for runs that were killed: %w", err)
	}
	var all []Settled
	for i := range runs {
		s := newSettlement(ctx, stores, &runs[i], opts)
		if err := s.work(); err != nil {
			return all, fmt.Errorf("settle %s: %w", runs[i].Run.name(), err)
		}
		all = append(all, Settled{Run: runs[i].Run, Results: s.results})
	}
	return all, nil
}

// A settlement settles one run.
type settlement struct {
	brake
	*Unsettled
	stores    Stores
	opts      Options
	clock     func() time.Time
	witnesses map[string]*witness // by provider

	broken atomic.Bool // a stop kept an upload from being settled

	mu      sync.Mutex
	results map[Result]Totals
}

func newSettlement(ctx context.Context, stores Stores, run *Unsettled, opts Options) *settlement {
	s := &settlement{
		brake: brake{ctx, opts.Stop}, Unsettled: run, stores: stores, opts: opts, clock: opts.Clock,
		witnesses: map[string]*witness{}, results: map[Result]Totals{},
	}
	if s.clock == nil {
		s.clock = time.Now
	}
	return s
}

func (s *settlement) observe(e Event) {
	if s.opts.Observer != nil {
		s.opts.Observer.Observe(e)
	}
}

// work settles the run, or leaves it unsettled and says why.
func (s *settlement) work() error {
	s.observe(RunUnsettled{Run: s.Run})
	sent := requestsOf(s.stores)
	ctx, cancel := s.untilGrace()
	defer cancel()
	err := s.eachDoubt(ctx)
	for _, w := range s.witnesses {
		w.hands.Wait()
	}
	switch {
	case err != nil:
		return err
	case s.broken.Load():
		return errStopped
	}
	err = s.Log.Finish(RunEnd{
		Finished:    s.clock().UTC(),
		Interrupted: s.results[NotAttempted].Uploads > 0,
		Requests:    requestsOf(s.stores) - sent,
		SettledBy:   cmp.Or(s.opts.PlanID, s.opts.Origin.Command),
	})
	if err != nil {
		return fmt.Errorf("write its outcomes: %w", err)
	}
	s.observe(RunSettled{Settled: Settled{Run: s.Run, Results: s.results}})
	return nil
}

var errStopped = errors.New("stopped before everything was looked at; the next apply goes on with it")

// eachDoubt hands every upload in doubt to the witness of its provider.
func (s *settlement) eachDoubt(ctx context.Context) error {
	for d, err := range s.Doubts {
		switch {
		case err != nil:
			return fmt.Errorf("read which uploads are in doubt: %w", err)
		case s.signalled():
			return errStopped
		case !d.Intended:
			s.conclude(&d, NotAttempted, "the run broke off before its abort: plan again")
			continue
		}
		w := s.witness(ctx, d.Item.Upload.Provider)
		w.start(func() { s.settle(ctx, w, &d) })
	}
	return nil
}

// settle finds out what became of an upload that an abort may have been sent for.
func (s *settlement) settle(ctx context.Context, w *witness, d *Doubt) {
	if why := unaddressable(&d.Item.Upload); why != "" {
		s.conclude(d, Failed, why)
		return
	}
	found := w.testify(ctx, d)
	if found.presence == unknown && s.signalled() {
		s.broken.Store(true)
		return
	}
	if !d.Answered {
		d.RequestID = found.requestID
	}
	result, why := d.judge(found)
	s.conclude(d, result, why)
}

// conclude gives an upload its one outcome.
func (s *settlement) conclude(d *Doubt, r Result, why string) {
	o := &Outcome{Item: d.Item, Seq: d.Seq, Result: r, RequestID: d.RequestID, Err: why, At: s.clock().UTC()}
	if d.Answered {
		o.Attempts = 1 // at least
	}
	s.count(o)
	s.Log.Conclude(o)
	s.observe(UploadSettled{Run: s.Run.ID, Outcome: *o})
}

func (s *settlement) count(o *Outcome) {
	var prices rules.PriceList
	if p := s.provider(o.Item.Upload.Provider); p != nil {
		prices = p.Prices
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	sum := s.results[o.Result]
	sum.Add(prices, &o.Item)
	s.results[o.Result] = sum
}

// provider returns what the run knew of a provider, or nil.
func (s *settlement) provider(address string) *ProviderStatus {
	for i := range s.Run.Providers {
		if s.Run.Providers[i].Address == address {
			return &s.Run.Providers[i]
		}
	}
	return nil
}
