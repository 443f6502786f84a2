package engine

import (
	"context"
	"fmt"
	"time"
)

// stopGrace is how long the requests of a stage may go on after a stop signal.
const stopGrace = 10 * time.Second

// A brake ends work before it is done: a stop signal after what is in hand, the end
// of the context at once.
type brake struct {
	ctx  context.Context // of every request; done means that requests break off
	stop <-chan struct{} // may be nil
}

// untilGrace returns a context for the requests of a stage: they may go on for
// stopGrace after a stop signal and break off with the context of the run.
func (b brake) untilGrace() (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(b.ctx)
	if b.stop == nil {
		return ctx, cancel
	}
	go func() {
		select {
		case <-ctx.Done():
			return
		case <-b.stop:
		}
		select {
		case <-ctx.Done():
		case <-time.After(stopGrace):
			cancel()
		}
	}()
	return ctx, cancel
}

// signalled reports whether somebody asked for an end.
func (b brake) signalled() bool {
	select {
	case <-b.stop:
		return true
	case <-b.ctx.Done():
		return true
	default:
		return false
	}
}

// wait waits and reports whether nobody asked for an end meanwhile.
func (b brake) wait(d time.Duration) bool {
	select {
	case <-b.stop:
		return false
	case <-b.ctx.Done():
		return false
	case <-time.After(d):
		return !b.signalled()
	}
}

// stopped reports whether nothing new may be begun: after a stop signal, and when
// what is done can no longer be recorded or reported.
func (r *applying) stopped() bool {
	return r.tally.broken.Load() || r.recorder.failure() != nil || r.signalled()
}

// cut notes that a stop, and not a full disk, kept something from being done. It
// returns what to call it in an outcome.
func (r *applying) cut() string {
	if r.signalled() {
		r.cutShort.Store(true)
		return "stopped"
	}
	if err := r.recorder.failure(); err != nil {
		return fmt.Sprintf("the ledger cannot be written (%v), and nothing is done that it cannot record; free space, or repair the data directory: stopped", err)
	}
	return "the report cannot keep more outcomes on disk: stopped"
}

// pause waits and reports whether work may go on afterwards.
func (r *applying) pause(d time.Duration) bool { return r.wait(d) && !r.stopped() }
