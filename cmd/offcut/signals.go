package main

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"sync"
	"syscall"

	"github.com/rs/zerolog"
)

// watchSignals closes a.stop at the first signal and cancels the context at the
// second. As long as there is nothing to finish (finishInHand was not called),
// the first one cancels as well. release ends the watching.
func (a *app) watchSignals(parent context.Context) (ctx context.Context, release func()) {
	ctx, cancelContext := context.WithCancel(parent)
	cancel := func() {
		cancelContext()
		if a.unhandle != nil {
			a.unhandle()
		}
	}
	stop, done := make(chan struct{}), make(chan struct{})
	a.stop = stop
	var watching sync.WaitGroup
	watching.Go(func() {
		var first os.Signal
		select {
		case first = <-a.signals:
		case <-done:
			return
		}
		close(stop)
		if !a.draining.Load() {
			cancel()
			return
		}
		a.sayReceived(first)
		select {
		case <-a.signals:
			cancel()
		case <-done:
		}
	})
	return ctx, func() {
		close(done)
		watching.Wait()
		cancelContext()
	}
}

// sayReceived answers a signal, in the form that stderr has.
func (a *app) sayReceived(s os.Signal) {
	name := map[os.Signal]string{os.Interrupt: "Interrupt", syscall.SIGTERM: "SIGTERM", syscall.SIGHUP: "SIGHUP"}[s]
	text := cmp.Or(name, "Signal") + " received: finishing the requests in hand. A second one leaves at once."
	if a.jsonLog {
		a.log.WithLevel(zerolog.InfoLevel).Msg(text)
		return
	}
	_, _ = fmt.Fprintln(a.stderr, text)
}

// finishInHand makes the next signal let the requests in hand finish, instead of
// breaking them off, until the returned function is called. Commands call it
// while they abort uploads or serve.
func (a *app) finishInHand() (end func()) {
	a.draining.Store(true)
	return func() { a.draining.Store(false) }
}
