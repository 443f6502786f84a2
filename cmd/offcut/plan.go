package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"offcut/cmd/offcut/view"
	"offcut/engine"
	"offcut/engine/planfile"
	"offcut/rules"
)

const planCodes = `    0  done, whether or not there is something to abort
    1  error; a listing is partial or failed, or a limit is exceeded
    2  with -detailed-exitcode: something to abort
  130  interrupted`

// A selection says which rules may act, and how a plan is shown.
type selection struct {
	targets, excludes []string
	limit             int
	showKept          bool
	format            string // "table", "csv" or "json"
	past              bool   // the plan was made before, by another command
	out               string // path of the file that the plan is saved in; empty: it is not
}

// newPlanCommand makes "offcut plan".
func newPlanCommand(a *app) *cobra.Command {
	var s selection
	var detailed bool
	cmd := &cobra.Command{
		Use:   "plan [PATH]",
		Short: "List what is stale by the rules; only reads",
		Long: `Lists the uploads that the rules of a directory, or of one file, look at, reaches
a verdict on each, and shows what apply would abort. It sends GET and HEAD only.
With -out the plan is saved, so that "offcut apply FILE" does exactly what was seen.`,
		Example: `  offcut plan
  offcut plan -out stale.plan
  offcut plan -target rule.stale_media -show-kept
  offcut plan -format csv >stale.csv
  offcut plan -detailed-exitcode -var stale_after=14d cleanup`,
		Args:        atMostOnePath,
		Annotations: map[string]string{exitCodes: planCodes},
	}
	cmd.RunE = a.selecting(&s, func(ctx context.Context, path string) error {
		if cmd.Flags().Changed("out") {
			if err := planfile.CheckTarget(a.path(s.out)); err != nil {
				return fmt.Errorf("-out: %w", err)
			}
		}
		return a.plan(ctx, path, s, detailed)
	})
	a.addRuleFlags(cmd)
	a.addSelectionFlags(cmd, &s)
	cmd.Flags().StringVar(&s.format, "format", "table", "write the plan as `FORM`: table or csv")
	completeValues(cmd, "format", "table", "csv")
	cmd.Flags().BoolVar(&s.showKept, "show-kept", false, "also show the uploads that stay, with the reason")
	cmd.Flags().StringVar(&s.out, "out", "", "save the plan in `FILE`, for \"offcut apply FILE\"")
	cmd.Flags().BoolVar(&detailed, "detailed-exitcode", false, "exit 2 when there is something to abort")
	a.addJSONFlag(cmd, "write JSON lines")
	a.addDataDirFlag(cmd, "working files, while it runs,")
	a.addParallelismFlag(cmd)
	a.addLogFlags(cmd, "warn", "console")
	return cmd
}

// selecting runs a command on the path that it was given, once its selection is found
// to make sense.
func (a *app) selecting(s *selection, run func(ctx context.Context, path string) error) func(*cobra.Command, []string) error {
	return func(cmd *cobra.Command, args []string) error {
		path, err := firstOr(args, ".")
		if err != nil {
			return err
		}
		if err := s.check(a.json, cmd.Flags().Changed("limit")); err != nil {
			return err
		}
		return run(cmd.Context(), path)
	}
}

// addSelectionFlags is for commands that make a plan.
func (a *app) addSelectionFlags(cmd *cobra.Command, s *selection) {
	cmd.Flags().StringArrayVar(&s.targets, "target", nil, "let only the rule at `ADDRESS` act; may be repeated")
	cmd.Flags().StringArrayVar(&s.excludes, "exclude", nil, "keep the rule at `ADDRESS` from acting; may be repeated")
	a.completeRules(cmd, "target", func(r rules.Outline) bool { return !r.Disabled })
	a.completeRules(cmd, "exclude", func(rules.Outline) bool { return true })
	cmd.Flags().IntVar(&s.limit, "limit", 50, "show at most `N` rows of a table; hides rows, never trims aborts")
}

// check looks for flags that would not act together.
func (s *selection) check(asJSON, limitGiven bool) error {
	if s.format == "" {
		s.format = "table"
	}
	switch {
	case s.limit < 1:
		return fmt.Errorf("-limit is %d: give a number from 1", s.limit)
	case s.format != "table" && s.format != "csv":
		return fmt.Errorf("-format is %q: give table or csv", s.format)
	case asJSON && s.format == "csv":
		return errors.New("-json and -format csv exclude each other")
	case limitGiven && (asJSON || s.format == "csv"):
		return errors.New("-limit hides rows of the table; CSV and JSON hold every row, so leave it out")
	case s.showKept && s.format == "csv":
		return errors.New("-show-kept does not go with -format csv, which holds what to abort; use -json")
	}
	if asJSON {
		s.format = "json"
	}
	return nil
}

func (a *app) plan(ctx context.Context, path string, s selection, detailed bool) error {
	if err := a.announce("plan"); err != nil {
		return err
	}
	w, err := a.prepare(ctx, path, s)
	if err != nil {
		return err
	}
	p, err := engine.Build(ctx, w.stores, w.cfg, w.options)
	if err != nil {
		return err
	}
	defer a.tidyUp("remove the plan's working files", p.Close)
	if err := a.showAndSave(p, path, w, s); err != nil {
		return err
	}
	a.rememberDiscoveries(&w.loaded, p)
	return silent(planCode(p, detailed))
}

// planCode is the exit code of a plan.
func planCode(p *engine.Plan, detailed bool) int {
	switch {
	case !p.Whole():
		return exitError
	case detailed && p.Abort.Uploads > 0:
		return exitWorkFound
	default:
		return exitOK
	}
}

// A workload is what Build and Apply need.
type workload struct {
	cfg     *rules.Config
	loaded  ruleSet
	stores  engine.Stores
	options engine.Options

	approved bool // on the command line
}

// prepare loads the rules, chooses those that may act and opens their stores.
// Nothing is sent but for the bucket lists that data blocks ask for.
func (a *app) prepare(ctx context.Context, path string, s selection) (workload, error) {
	loaded, err := a.loadRuleSet(ctx, path)
	if err != nil {
		return workload{}, err
	}
	cfg := loaded.cfg
	acting, err := engine.SelectRules(cfg, s.targets, s.excludes)
	if err != nil {
		return workload{}, err
	}
	stores, err := a.openStores(ctx, loaded, acting)
	if err != nil {
		return workload{}, err
	}
	a.resultTells = true
	options := a.engineOptions()
	options.Acting, options.Asked = acting, loaded.asked
	options.RecordKept = s.showKept
	return workload{cfg: cfg, loaded: loaded, stores: stores, options: options}, nil
}

// announce writes the first of the JSON lines.
func (a *app) announce(command string) error {
	if !a.json {
		return nil
	}
	if err := view.Version(a.stdout, version, command); err != nil {
		return err
	}
	a.jsonLines = true
	return nil
}

// showPlan writes a plan, made by rules as far as they are known, to stdout in the form
// that was asked for.
func (a *app) showPlan(p *engine.Plan, by ruleSet, s selection) error {
	o := a.viewOptions()
	o.Limit, o.ShowKept, o.Past, o.Discoveries = s.limit, s.showKept, s.past, by.discoveries
	if by.cfg != nil {
		o.Protects, o.Overlaps = by.cfg.Protects, by.cfg.Overlaps()
	}
	switch s.format {
	case "csv":
		return a.showCSV(p, o)
	case "json":
		return view.PlanJSON(a.stdout, p, o)
	default:
		return view.Plan(a.stdout, p, o)
	}
}

// showCSV writes rows to stdout and, as they have no place for it, the last lines
// to stderr.
func (a *app) showCSV(p *engine.Plan, o view.Options) error {
	if err := view.PlanCSV(a.stdout, p); err != nil {
		return err
	}
	o.Width, o.Color = a.errs.width, a.errs.color
	return view.PlanEnd(a.stderr, p, o)
}
