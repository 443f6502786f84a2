package main

import (
	"context"
	"io"
	"os"
	"strings"
	"sync"
	"syscall"
	"testing"
	"testing/synctest"

	"github.com/rs/zerolog"

	"offcut/rules"
)

// A transcript gathers what a console writes.
type transcript struct {
	mu   sync.Mutex
	text strings.Builder
}

func (t *transcript) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.text.Write(p)
}

func (t *transcript) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.text.String()
}

// Where lines cannot be edited, Ctrl-C drops what was typed, and the console goes on; a
// second one ends it, as nothing was typed since.
func TestConsoleInterruptDropsTheLine(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		in, typed := io.Pipe()
		var out transcript
		interrupts := make(chan struct{}, 1)
		c := &console{
			app:  &app{world: world{stdin: in, stdout: &out, stderr: &out}, log: zerolog.Nop()},
			set:  new(rules.Set),
			asks: true, interrupts: interrupts,
		}
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		ended := make(chan error, 1)
		go func() { ended <- c.run(ctx) }()
		typeLine := func(line string) {
			t.Helper()
			if _, err := io.WriteString(typed, line); err != nil {
				t.Fatal(err)
			}
			synctest.Wait()
		}
		typeLine("[1,\n")
		interrupts <- struct{}{}
		synctest.Wait()
		typeLine("1 + 1\n")
		interrupts <- struct{}{}
		synctest.Wait()
		interrupts <- struct{}{}
		if err := <-ended; err != nil {
			t.Error(err)
		}
		if err := typed.Close(); err != nil {
			t.Fatal(err)
		}
		if want := "> : \n> 2\n> \n> \n"; out.String() != want {
			t.Errorf("%q, want %q", out.String(), want)
		}
	})
}

// An interrupt that a command answers itself does not end it; SIGTERM does.
func TestAnsweredInterruptDoesNotEndTheCommand(t *testing.T) {
	signals := make(chan os.Signal)
	a := &app{world: world{signals: signals, stderr: io.Discard}, log: zerolog.Nop()}
	ctx, release := a.watchSignals(t.Context())
	defer release()
	interrupts, end := a.answerInterrupts()
	for range 3 { // also where nobody has taken the one before
		signals <- os.Interrupt
	}
	signals <- os.Interrupt // the third was dealt with by now
	<-interrupts
	if a.signalled() || ctx.Err() != nil {
		t.Fatal("the interrupt ended the command")
	}
	signals <- syscall.SIGTERM
	<-ctx.Done()
	end()
	if !a.signalled() {
		t.Error("SIGTERM did not end the command")
	}
}
