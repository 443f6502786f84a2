package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"offcut/cmd/offcut/view"
	"offcut/engine"
)

const applyCodes = `    0  all that was planned is aborted, gone or active again; or nothing to do
    1  refused before the first abort
    3  something failed, is not proven or was not attempted; a listing was
       partial or failed, or a limit stopped a rule
  130  interrupted; the report says what was done`

// newApplyCommand makes "offcut apply".
func newApplyCommand(a *app) *cobra.Command {
	var s selection
	var approved bool
	cmd := &cobra.Command{
		Use:   "apply [PATH | PLANFILE]",
		Short: "Abort what is stale by the rules, after asking",
		Long: `Makes a plan, shows it, asks, aborts what the plan names, and proves that it is
gone. With the file of a plan that "offcut plan -out" saved, it is that plan which
is shown and applied, once, while its time lasts, for the same rules, endpoint and
account; protect blocks that were added since are honoured. Right before each
abort the upload's parts are read again: what came to life is kept. The first
Ctrl-C finishes the requests in hand and writes the report; a second one leaves
at once.`,
		Example: `  offcut apply
  offcut apply stale.plan
  offcut apply -target rule.stale_media
  offcut apply -auto-approve -json cleanup`,
		Args:        atMostOnePath,
		Annotations: map[string]string{exitCodes: applyCodes},
	}
	cmd.RunE = a.selecting(&s, func(ctx context.Context, path string) error {
		if err := a.checkAsking(approved); err != nil {
			return err
		}
		saved, err := a.isSaved(path)
		if err != nil {
			return err
		}
		if !saved {
			return a.apply(ctx, path, s, approved)
		}
		if err := checkSavedFlags(cmd); err != nil {
			return err
		}
		return a.applySaved(ctx, path, s, approved)
	})
	a.addRuleFlags(cmd)
	a.addSelectionFlags(cmd, &s)
	cmd.Flags().BoolVar(&approved, "auto-approve", false, "abort without asking")
	a.addInputFlag(cmd)
	a.addJSONFlag(cmd, "write JSON lines; needs -auto-approve")
	a.addDataDirFlag(cmd, "the ledger, the lock and working files")
	a.addParallelismFlag(cmd)
	a.addLogFlags(cmd, "warn", "console")
	return cmd
}

// checkAsking refuses to run without a way to ask.
func (a *app) checkAsking(approved bool) error {
	switch {
	case a.json && !approved:
		return errors.New("-json cannot ask: give -auto-approve as well, or look at the plan with \"offcut plan -json\"")
	case !a.input && !approved:
		return errors.New("-input=false forbids asking: give -auto-approve as well, or look at the plan with \"offcut plan\"")
	}
	return nil
}

func (a *app) apply(ctx context.Context, path string, s selection, approved bool) error {
	if err := a.announce("apply"); err != nil {
		return err
	}
	w, err := a.prepare(ctx, path, s)
	if err != nil {
		return err
	}
	dir, err := a.holdDataDir(ctx, a.origin("apply", ""), &w.options)
	if err != nil {
		return err
	}
	defer a.tidyUp("give the data directory back", dir.release)
	if err := dir.settle(ctx, w.cfg, w.stores, w.options); err != nil {
		return err
	}
	p, err := engine.Build(ctx, w.stores, w.cfg, w.options)
	if err != nil {
		return err
	}
	defer a.tidyUp("remove the plan's working files", p.Close)
	if err := a.showPlan(p, w.loaded, s); err != nil {
		return err
	}
	a.rememberDiscoveries(&w.loaded, p)
	w.approved = approved
	return a.askAndCarryOut(ctx, w, p, dir)
}

// askAndCarryOut applies a plan that was shown, once somebody approves.
func (a *app) askAndCarryOut(ctx context.Context, w workload, p *engine.Plan, dir *heldDir) error {
	if p.Abort.Uploads == 0 {
		dir.retain(ctx, w.cfg, p)
		return a.nothingToAbort(p)
	}
	if err := a.approve(ctx, w, p); err != nil {
		return err
	}
	defer dir.retain(ctx, w.cfg, p)
	return a.carryOut(ctx, w, p)
}

// tidyUp does what remains after the work. A failure leaves something behind that
// the log names, and changes nothing about what was done: nor does the exit code.
func (a *app) tidyUp(what string, do func() error) {
	if err := do(); err != nil {
		a.log.Warn().Err(err).Msg(what)
	}
}

// nothingToAbort ends an apply that has nothing to do.
func (a *app) nothingToAbort(p *engine.Plan) (err error) {
	if a.json {
		err = view.NothingAppliedJSON(a.stdout, p)
	} else {
		err = view.NothingApplied(a.stdout, p, a.viewOptions())
	}
	if err != nil {
		return err
	}
	if !p.Whole() {
		return silent(exitIncomplete)
	}
	return nil
}

// carryOut applies the plan and writes the report.
func (a *app) carryOut(ctx context.Context, w workload, p *engine.Plan) error {
	end := a.finishInHand()
	r, err := engine.Apply(ctx, w.stores, w.cfg, p, w.options)
	end()
	if err != nil {
		return err
	}
	defer a.tidyUp("remove the report's working files", r.Close)
	if a.json {
		err = view.ReportJSON(a.stdout, r)
	} else {
		err = view.Report(a.stdout, r, a.viewOptions())
	}
	if err != nil {
		return a.reportLost(r, err)
	}
	return silent(applyCode(ctx, p, r))
}

// reportLost ends an apply whose report could not be written to stdout. What was
// done is told on stderr then, as nobody could tell it later.
func (a *app) reportLost(r *engine.Report, cause error) error {
	err := fmt.Errorf("the plan was applied, but its report could not be written: %w", cause)
	o := view.Options{Width: a.errs.width, Color: a.errs.color}
	return exitStatus{exitIncomplete, errors.Join(err, view.Report(a.stderr, r, o))}
}

// applyCode is the exit code of an apply.
func applyCode(ctx context.Context, p *engine.Plan, r *engine.Report) int {
	switch {
	case r.Interrupted || ctx.Err() != nil:
		return exitInterrupted
	case !r.Clean() || !p.Whole():
		return exitIncomplete
	default:
		return exitOK
	}
}
