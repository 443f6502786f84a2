package main

import (
	"context"
	"errors"
	"io"
	"strings"

	"offcut/cmd/offcut/view"
	"offcut/engine"
)

// approve asks whether a plan may be carried out, unless that was answered on the
// command line. Where nobody approves, its error ends the command, and nothing was
// done.
func (a *app) approve(ctx context.Context, w workload, p *engine.Plan) error {
	if w.approved {
		return nil
	}
	question := view.Question{Plan: p, Confirm: w.cfg.Confirm, Now: identities(w.stores)}
	if err := question.Write(a.stdout, a.viewOptions()); err != nil {
		return err
	}
	answer, err := ask(ctx, a.stdin, a.stdout)
	switch {
	case ctx.Err() != nil:
		return a.cancelled(exitInterrupted, "")
	case errors.Is(err, io.EOF):
		return a.cancelled(exitError, "The input ended without an answer. ")
	case err != nil:
		return err
	case strings.TrimSpace(answer) == question.Answer():
		return nil
	default:
		return a.cancelled(exitError, "The answer was not '"+question.Answer()+"'. ")
	}
}

// identities says as whom each store is asked.
func identities(stores engine.Stores) map[string]engine.Identity {
	now := make(map[string]engine.Identity, len(stores))
	for address, store := range stores {
		now[address] = store.Identity()
	}
	return now
}

// cancelled ends an apply that nobody approved, and says why.
func (a *app) cancelled(code int, why string) error {
	if _, err := io.WriteString(a.stdout, "\nApply cancelled. "+why+"Nothing was aborted.\n"); err != nil {
		return err
	}
	return silent(code)
}
