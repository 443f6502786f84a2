package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"

	"github.com/spf13/cobra"

	"offcut/cmd/offcut/view"
	"offcut/engine/ledger"
)

const historyCodes = `    0  done, also when nothing matches
    1  error`

const historyHelp = `Shows the runs that the ledger of the data directory remembers, the newest first:
when, by whom, by which rules, and what came of the uploads. It only reads, and
works beside an apply. The last line sums every run, also those that -limit hides.
With filters, the runs that have a matching outcome are shown, whole.`

// newHistoryCommand makes "offcut history" and what is below it.
func newHistoryCommand(a *app) *cobra.Command {
	var f pastFlags
	cmd := &cobra.Command{
		Use:   "history",
		Short: "Show what was done, when and by whom",
		Long:  historyHelp,
		Example: `  offcut history
  offcut history -since 30d -rule rule.stale_media
  offcut history show 1f3a09c2
  offcut history uploads -key 'raw/cam-01/*' -outcome failed
  offcut history days -since 2026-11-01 -format csv`,
		Annotations: map[string]string{exitCodes: historyCodes},
		Args:        noSubcommand,
		RunE:        a.looking(&f, a.historyRuns),
	}
	a.addPastFlags(cmd, &f, 50)
	a.addUploadFilters(cmd, &f)
	cmd.AddCommand(newHistoryShowCommand(a), newHistoryUploadsCommand(a), newHistoryDaysCommand(a))
	return cmd
}

func newHistoryShowCommand(a *app) *cobra.Command {
	var f pastFlags
	cmd := &cobra.Command{
		Use:   "show RUN",
		Short: "Show one run whole: who, where, by which rules, and every outcome",
		Long: `Shows one run: who applied what, where and as whom, where its rules stood, and
its outcomes. RUN is the id that "offcut history" and the log show, or its
beginning.`,
		Example: `  offcut history show 1f3a09c2
  offcut history show 1f3a09c2 -outcome failed -outcome not-verified
  offcut history show 1f3a09c2 -json`,
		Annotations: map[string]string{exitCodes: historyCodes},
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 || args[0] == "" {
				return errors.New(`name the run: offcut history show RUN; "offcut history" lists them`)
			}
			return atMost(1, "RUN")(cmd, args)
		},
	}
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		f.run = args[0]
		return a.looking(&f, a.historyRun)(cmd, nil)
	}
	a.addPastFlags(cmd, &f, 50)
	a.addUploadFilters(cmd, &f)
	return cmd
}

func newHistoryUploadsCommand(a *app) *cobra.Command {
	var f pastFlags
	cmd := &cobra.Command{
		Use:   "uploads",
		Short: "Show single uploads and what became of them",
		Long: `Shows the outcomes of single uploads over all runs, the newest first. The last
line sums all that match, also those that -limit hides.`,
		Example: `  offcut history uploads -bucket media-prod -key raw/cam-01/2026-03-02.mp4
  offcut history uploads -since 24h -outcome failed
  offcut history uploads -run 1f3a09c2 -format csv`,
		Annotations: map[string]string{exitCodes: historyCodes},
		Args:        atMost(0, "argument"),
		RunE:        a.looking(&f, a.historyUploads),
	}
	a.addPastFlags(cmd, &f, 50)
	a.addUploadFilters(cmd, &f)
	cmd.Flags().StringVar(&f.run, "run", "", "only the run with this `ID`, or its beginning")
	return cmd
}

func newHistoryDaysCommand(a *app) *cobra.Command {
	var f pastFlags
	cmd := &cobra.Command{
		Use:   "days",
		Short: "Show what was done by day",
		Long: `Shows the sums of each day (UTC), the newest first. -since and -until choose whole
days.`,
		Example: `  offcut history days -since 30d
  offcut history days -rule rule.stale_media -format csv`,
		Annotations: map[string]string{exitCodes: historyCodes},
		Args:        atMost(0, "argument"),
		RunE:        a.looking(&f, a.historyDays),
	}
	a.addPastFlags(cmd, &f, 366)
	return cmd
}

// A past is an open ledger with what is asked of it.
type past struct {
	*ledger.Ledger
	filter ledger.Filter // without a limit
	flags  *pastFlags
}

// rows are the outcomes that the filter chooses, as many as are to be shown.
func (p *past) rows(ctx context.Context) iter.Seq2[ledger.Entry, error] {
	limited := p.filter
	limited.Limit = p.flags.rows()
	return p.Outcomes(ctx, limited)
}

// looking runs a command on the ledger with the filter that its flags say. Without
// a ledger nothing is known to have been applied, and that is the answer.
func (a *app) looking(f *pastFlags, show func(context.Context, past) error) func(*cobra.Command, []string) error {
	return func(cmd *cobra.Command, _ []string) error {
		filter, err := f.filter(a.json, cmd.Flags().Changed("limit"))
		if err != nil {
			return err
		}
		if err := a.announce("history"); err != nil {
			return err
		}
		l, err := ledger.OpenReadOnly(cmd.Context(), a.path(a.dataDir))
		if errors.Is(err, ledger.ErrNone) {
			return a.noLedger(f)
		}
		if err != nil {
			return err
		}
		defer a.tidyUp("close the ledger", l.Close)
		return show(cmd.Context(), past{l, filter, f})
	}
}

// noLedger says that there is nothing to show. Forms for programs stay whole.
func (a *app) noLedger(f *pastFlags) error {
	if f.run != "" {
		return fmt.Errorf("there is no run %s: %s has no ledger, so that nothing was applied from it or its ledger was removed; -data-dir names another directory",
			view.Text(f.run), view.Text(a.path(a.dataDir)))
	}
	if a.json {
		return view.HistoryDaysJSON(a.stdout, nil, 0)
	}
	return a.remark(f, "There is no ledger in "+view.Text(a.path(a.dataDir))+": nothing was applied from it, or the ledger was removed. -data-dir names another directory.")
}

// remark says that there is nothing to show: on stdout, or on stderr where stdout
// holds rows for programs.
func (a *app) remark(f *pastFlags, text string) error {
	to := a.stdout
	if f.format != "table" {
		to = a.stderr
	}
	_, err := io.WriteString(to, text+"\n")
	return err
}

func (a *app) historyRuns(ctx context.Context, p past) error {
	switch p.flags.format {
	case "json":
		return view.HistoryRunsJSON(a.stdout, p.Runs(ctx, p.filter), p.flags.rows())
	case "csv":
		return view.HistoryRunsCSV(a.stdout, p.Runs(ctx, p.filter), p.flags.rows())
	}
	n, err := view.HistoryRuns(a.stdout, p.Runs(ctx, p.filter), a.pastOptions(p))
	if err == nil && n == 0 {
		return a.nothingMatches(ctx, p)
	}
	return err
}

func (a *app) historyDays(ctx context.Context, p past) error {
	days, err := p.Days(ctx, p.filter)
	if err != nil {
		return err
	}
	switch p.flags.format {
	case "json":
		return view.HistoryDaysJSON(a.stdout, days, p.flags.rows())
	case "csv":
		return view.HistoryDaysCSV(a.stdout, days, p.flags.rows())
	}
	n, err := view.HistoryDays(a.stdout, days, a.pastOptions(p))
	if err == nil && n == 0 {
		return a.nothingMatches(ctx, p)
	}
	return err
}

func (a *app) historyUploads(ctx context.Context, p past) error {
	if p.filter.Run != "" {
		run, err := findRun(ctx, p, p.filter.Run)
		if err != nil {
			return err
		}
		p.filter.Run = run.ID
	}
	rows := p.rows(ctx)
	if p.flags.format == "csv" {
		return view.HistoryUploadsCSV(a.stdout, rows)
	}
	sums, err := p.Sums(ctx, p.filter)
	if err != nil {
		return err
	}
	if p.flags.format == "json" {
		return view.HistoryUploadsJSON(a.stdout, rows, sums)
	}
	if len(sums) == 0 {
		return a.nothingMatches(ctx, p)
	}
	return view.HistoryUploads(a.stdout, rows, sums, a.pastOptions(p))
}

func (a *app) historyRun(ctx context.Context, p past) error {
	run, err := findRun(ctx, p, p.flags.run)
	if err != nil {
		return err
	}
	p.filter.Run = run.ID
	rows := p.rows(ctx)
	if p.flags.format == "csv" {
		return view.HistoryUploadsCSV(a.stdout, rows)
	}
	sums, err := p.Sums(ctx, p.filter)
	if err != nil {
		return err
	}
	if p.flags.format == "json" {
		return view.HistoryRunJSON(a.stdout, &run, rows, sums)
	}
	return view.HistoryRun(a.stdout, &run, rows, sums, a.pastOptions(p))
}

func (a *app) pastOptions(p past) view.Options {
	o := a.viewOptions()
	o.Limit = p.flags.limit
	return o
}

// nothingMatches says that the filters choose nothing, and what there is.
func (a *app) nothingMatches(ctx context.Context, p past) error {
	var oldest, newest ledger.RunSummary
	var n int64
	for r, err := range p.Runs(ctx, ledger.Filter{}) {
		if err != nil {
			return err
		}
		if oldest = r; n == 0 {
			newest = r
		}
		n++
	}
	dir := view.Text(a.path(a.dataDir))
	switch n {
	case 0:
		return a.remark(p.flags, "The ledger of "+dir+" holds no run yet.")
	case 1:
		return a.remark(p.flags, fmt.Sprintf("No outcome matches. The ledger of %s holds 1 run, of %s.", dir, view.Instant(newest.Started)))
	}
	return a.remark(p.flags, fmt.Sprintf("No outcome matches. The ledger of %s holds %s, from %s to %s.",
		dir, view.CountOf(n, "run"), view.Instant(oldest.Started), view.Instant(newest.Started)))
}
