package ledger

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"offcut/engine"
)

const (
	// gather is how long rows may wait for others before they are written together.
	gather = 50 * time.Millisecond

	// batch is how many rows are written at once without waiting longer.
	batch = 2048

	// maxQueued is how many rows may wait. Above it, who brings more waits for the disk:
	// memory must not grow with the plan.
	maxQueued = 2 * batch

	// firstStep is how many items ahead intents are written. A mark is moved when half
	// of the step is used, so that hardly anybody waits. Who had to wait all the same
	// doubles the step, up to lastStep.
	firstStep = 512
	lastStep  = 8192
)

var errFinished = errors.New("the run has ended")

// A runLog takes down one run. See engine.RunLog. What it takes is queued, and one
// goroutine writes it, in the order in which it came.
type runLog struct {
	l      *Ledger
	run    *engine.Run
	id     int64 // of the run's row
	first  int64 // id of the first item
	items  int64
	prices map[string]priced // of the run's providers, by address
	rules  map[string]engine.RuleOrigin

	work   chan struct{} // something is queued
	urgent chan struct{} // somebody waits for it
	quit   chan struct{} // write what is queued, then leave
	left   chan struct{} // the writer has left

	mu       sync.Mutex
	changed  *sync.Cond // of the fields below
	marks    map[string]*mark
	outcomes []*engine.Outcome
	answers  map[int64]answer // by seq
	started  bool             // the writer has
	stopped  bool             // the writer is to leave
	ended    bool             // Finish was called
	err      error            // the first failed write
}

// A mark says of one provider which items may have been attempted.
type mark struct {
	through int64 // the last seq that is on disk; -1 before the first
	wanted  int64 // the last seq that is to be
	step    int64
}

// An answer is that of a store to an abort.
type answer struct {
	requestID string
	at        int64
}

func newRunLog(l *Ledger, run *engine.Run) *runLog {
	r := &runLog{
		l: l, run: run, prices: map[string]priced{}, rules: map[string]engine.RuleOrigin{},
		work: make(chan struct{}, 1), urgent: make(chan struct{}, 1),
		quit: make(chan struct{}), left: make(chan struct{}),
		marks: map[string]*mark{}, answers: map[int64]answer{},
	}
	r.changed = sync.NewCond(&r.mu)
	for _, p := range run.Providers {
		r.prices[p.Address] = priced{p.Identity.Kind, p.Prices}
	}
	for _, rule := range run.Rules {
		r.rules[rule.Address] = rule
	}
	return r
}

// ruleOf says where the rule of an item stands, as far as the run tells.
func (r *runLog) ruleOf(item *engine.Item) engine.RuleOrigin {
	if rule, ok := r.rules[item.Rule]; ok {
		return rule
	}
	return engine.RuleOrigin{Address: item.Rule}
}

// Intend returns once it is on disk that an abort of the item may be sent.
func (r *runLog) Intend(provider string, seq int64) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	m := r.marks[provider]
	if m == nil {
		m = &mark{through: -1, wanted: -1, step: firstStep}
		r.marks[provider] = m
	}
	if m.wanted < seq+m.step/2 {
		m.wanted = max(m.wanted, seq+m.step)
		r.wake(true)
	}
	if m.through >= 0 && m.through < seq {
		m.step = min(2*m.step, lastStep)
	}
	for r.err == nil && !r.closed() && m.through < seq {
		r.changed.Wait()
	}
	switch {
	case r.err != nil:
		return r.err
	case r.closed():
		return fmt.Errorf("record what is about to be done: %w", errFinished)
	}
	return nil
}

// Answered takes down that the store answered an abort with success.
func (r *runLog) Answered(seq int64, receipt engine.Receipt, at time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.enter() {
		r.answers[seq] = answer{requestID: receipt.RequestID, at: at.UnixMicro()}
		r.wake(len(r.answers) >= batch)
	}
}

// Conclude takes down the outcome of an item.
func (r *runLog) Conclude(o *engine.Outcome) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.enter() {
		r.outcomes = append(r.outcomes, o)
		r.wake(len(r.outcomes) >= batch)
	}
}

// enter waits while too much is queued, and reports whether anything is still taken.
func (r *runLog) enter() bool {
	for r.err == nil && !r.closed() && len(r.outcomes)+len(r.answers) >= maxQueued {
		r.changed.Wait()
	}
	return r.err == nil && !r.closed()
}

func (r *runLog) closed() bool { return r.stopped || r.ended }

// wake tells the writer that something is queued, and starts it at the first time.
func (r *runLog) wake(urgent bool) {
	if !r.started && r.err == nil && !r.stopped {
		r.started = true
		if r.err = r.l.enroll(r); r.err != nil {
			return
		}
		go r.write()
	}
	poke(r.work)
	if urgent {
		poke(r.urgent)
	}
}

func poke(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

// enroll makes sure that Close waits for the log's writer.
func (l *Ledger) enroll(r *runLog) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.logs == nil {
		return fmt.Errorf("write to the ledger %s: it is closed", l.path)
	}
	l.logs[r] = true
	return nil
}

// write writes what is queued until it is told to leave.
func (r *runLog) write() {
	defer close(r.left)
	for {
		select {
		case <-r.work:
		case <-r.quit:
			r.commit()
			return
		}
		wait := time.NewTimer(gather)
		select {
		case <-r.urgent:
		case <-wait.C:
		case <-r.quit:
		}
		wait.Stop()
		r.commit()
	}
}

// A load is what is written at once.
type load struct {
	marks    map[string]int64
	answers  map[int64]answer
	outcomes []*engine.Outcome
}

// take takes what is queued.
func (r *runLog) take() (b load, ok bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	b = load{marks: map[string]int64{}, answers: r.answers, outcomes: r.outcomes}
	for provider, m := range r.marks {
		if m.wanted > m.through {
			b.marks[provider] = m.wanted
		}
	}
	r.answers, r.outcomes = map[int64]answer{}, nil
	return b, r.err == nil && len(b.marks)+len(b.answers)+len(b.outcomes) > 0
}

// commit writes what is queued. After the first failure nothing more is written.
func (r *runLog) commit() {
	b, ok := r.take()
	if !ok {
		return
	}
	err := r.l.transact(context.Background(), func(tx *transaction) error { return r.store(tx, &b) })
	r.mu.Lock()
	defer r.mu.Unlock()
	if err != nil {
		r.err = r.l.explain("write to", err)
	} else {
		for provider, through := range b.marks {
			r.marks[provider].through = through
		}
	}
	r.changed.Broadcast()
}

// stop writes what is queued and ends the writer. It returns why something could not
// be written.
func (r *runLog) stop() error {
	r.mu.Lock()
	if !r.stopped {
		r.stopped = true
		close(r.quit)
	}
	started := r.started
	r.changed.Broadcast()
	r.mu.Unlock()
	if started {
		<-r.left
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.err
}

// Finish writes what is left and ends the run.
func (r *runLog) Finish(end engine.RunEnd) error {
	r.mu.Lock()
	again := r.ended
	r.ended = true
	r.mu.Unlock()
	if again {
		return fmt.Errorf("end run %s in the ledger: %w before", r.run.ID, errFinished)
	}
	err := r.stop()
	r.l.dismiss(r)
	if err != nil {
		return err
	}
	err = r.l.transact(context.Background(), func(tx *transaction) error { return r.end(tx, end) })
	return r.l.explain("end run "+r.run.ID+" in", err)
}

func (l *Ledger) dismiss(r *runLog) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.logs, r)
}
