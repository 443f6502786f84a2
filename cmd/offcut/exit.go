package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"offcut/engine"
)

// Exit codes; README.md has the table.
const (
	exitOK          = 0
	exitError       = 1
	exitWorkFound   = 2 // plan -detailed-exitcode
	exitIncomplete  = 3 // apply: something was not done; fmt -check: files to format; halt: it is halted
	exitInterrupted = 130
)

// An exitStatus carries an exit code out of a command. Its text, where there is
// one, is printed as an error; where err is nil everything was said already.
type exitStatus struct {
	code int
	err  error
}

func (e exitStatus) Error() string {
	if e.err == nil {
		return ""
	}
	return e.err.Error()
}
func (e exitStatus) Unwrap() error { return e.err }

// silent ends a command with a code when everything was said already.
func silent(code int) error {
	if code == exitOK {
		return nil
	}
	return exitStatus{code: code}
}

// conclude turns what a command returned into the exit code, and prints the
// error that is still unsaid. It is the only place that does.
func (a *app) conclude(ctx context.Context, err error) int {
	var status exitStatus
	if errors.Is(err, engine.ErrNoSpool) {
		err = fmt.Errorf("%w: give -data-dir DIR that can be written", err)
	}
	switch {
	case err == nil:
		return exitOK
	case !a.acts && errors.Is(err, errNobodyReads): // "| head" has seen enough
		return exitError
	case errors.As(err, &status):
		if strings.TrimSpace(err.Error()) == "" {
			return status.code
		}
		a.printError(err) // its own text, or that of an error joined to it
		if status.code == exitWorkFound {
			return exitError
		}
		return status.code
	case errors.Is(err, context.Canceled) && (ctx.Err() != nil || a.signalled()):
		a.printError(errors.New("interrupted"))
		return exitInterrupted
	default:
		a.printError(err)
		return exitError
	}
}

// signalled reports whether a first signal has come.
func (a *app) signalled() bool {
	select {
	case <-a.stop:
		return true
	default:
		return false
	}
}
