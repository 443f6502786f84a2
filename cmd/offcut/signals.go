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
		first := a.firstSignal(done)
		if first == nil {
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

// unlessStopped returns what f does, unless a signal ends the command before. f then
// goes on until the process ends, so that it must do nothing but compute: large rule
// files may take it seconds.
func unlessStopped[T any](ctx context.Context, f func() T) (T, error) {
	result := make(chan T, 1)
	go func() { result <- f() }()
	select {
	case r := <-result:
		return r, nil
	case <-ctx.Done():
		var none T
		return none, ctx.Err()
	}
}

// firstSignal waits for a signal that is to end the command, and returns nil where
// done is closed before one comes.
func (a *app) firstSignal(done <-chan struct{}) os.Signal {
	for {
		select {
		case s := <-a.signals:
			interrupts := a.interrupts.Load()
			if s != os.Interrupt || interrupts == nil {
				return s
			}
			select {
			case *interrupts <- struct{}{}:
			default: // the one before is not answered yet
			}
		case <-done:
			return nil
		}
	}
}

// answerInterrupts makes Ctrl-C send on the returned channel instead of ending the
// command, until the returned function is called.
func (a *app) answerInterrupts() (interrupts <-chan struct{}, end func()) {
	c := make(chan struct{}, 1)
	a.interrupts.Store(&c)
	return c, func() { a.interrupts.Store(nil) }
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
