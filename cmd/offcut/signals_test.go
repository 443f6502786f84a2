package main

import (
	"context"
	"errors"
	"io"
	"os"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
)

func TestFirstSignalCancelsWhereNothingIsInHand(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, signals := newInterruptible(io.Discard)
		ctx, release := a.watchSignals(t.Context())
		defer release()
		synctest.Wait()
		if ctx.Err() != nil || closed(a.stop) {
			t.Fatal("stopped without a signal")
		}
		signals <- os.Interrupt
		<-ctx.Done()
		if !closed(a.stop) {
			t.Error("stop is open after a signal")
		}
	})
}

func TestSecondSignalCancelsWhileUploadsAreInHand(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var said strings.Builder
		a, signals := newInterruptible(&said)
		handedBack := false
		a.unhandle = func() { handedBack = true }
		ctx, release := a.watchSignals(t.Context())
		defer release()
		end := a.finishInHand()
		defer end()
		signals <- syscall.SIGTERM
		<-a.stop
		synctest.Wait()
		if ctx.Err() != nil {
			t.Fatal("the first signal broke the requests off")
		}
		if want := "SIGTERM received: finishing the requests in hand. A second one leaves at once.\n"; said.String() != want {
			t.Errorf("said %q", said.String())
		}
		signals <- syscall.SIGTERM
		<-ctx.Done()
		synctest.Wait()
		if !handedBack {
			t.Error("a third signal would not end the process")
		}
	})
}

func TestReleaseEndsTheWatching(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, _ := newInterruptible(io.Discard)
		ctx, release := a.watchSignals(context.Background())
		release() // synctest fails the test if the goroutine stays
		if ctx.Err() == nil {
			t.Error("the context is left open")
		}
		if closed(a.stop) {
			t.Error("stop was closed without a signal")
		}
	})
}

func newInterruptible(stderr io.Writer) (*app, chan<- os.Signal) {
	signals := make(chan os.Signal)
	return &app{world: world{stderr: stderr, signals: signals}}, signals
}

func closed(c <-chan struct{}) bool {
	select {
	case <-c:
		return true
	default:
		return false
	}
}

// Rules may take long to read: a signal does not wait for that.
func TestUnlessStoppedDoesNotWaitForAComputation(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, signals := newInterruptible(io.Discard)
		ctx, release := a.watchSignals(t.Context())
		defer release()
		if got, err := unlessStopped(ctx, func() int { return 7 }); got != 7 || err != nil {
			t.Errorf("%d, %v", got, err)
		}
		endless := make(chan struct{})
		defer close(endless)
		go func() { signals <- os.Interrupt }()
		got, err := unlessStopped(ctx, func() int { <-endless; return 7 })
		if got != 0 || !errors.Is(err, context.Canceled) {
			t.Errorf("%d, %v: want the signal to end it", got, err)
		}
	})
}
