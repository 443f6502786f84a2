package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"offcut/engine"
	"offcut/engine/daemon"
	"offcut/rules"
)

const serveHelp = `Runs every rule that has a schedule when its time has come, until SIGINT,
SIGTERM or SIGHUP. Each tick plans the rule and prints the plan; a rule with
mode = "apply" then aborts what the plan names and prints the outcomes. (mode is
about ticks alone: "offcut apply" aborts by every rule that is not excluded.)
Runs never overlap, and a tick whose run before has not ended is skipped and
counted. Data blocks are asked for their buckets at the start and again at each
tick: a bucket that appears needs no restart, and a tick that cannot have the
list fails and ends nothing else. Where the for_each of a rule follows from them, all
instances that there are at a tick run together.

The HTTP port, on this machine only, has /healthz, /readyz and /metrics.`

const serveExitCodes = `    0  drained after a signal; with -once: everything was done
    1  error; with -once: a rule had no plan, or was refused before its first
       abort
    3  with -once: something was not listed or not done
  130  with -once: interrupted`

// serveFlags are the flags of serve.
type serveFlags struct {
	selection
	listen string
	once   bool
}

// newServeCommand makes "offcut serve".
func newServeCommand(a *app) *cobra.Command {
	var flags serveFlags
	cmd := &cobra.Command{
		Use:   "serve [PATH]",
		Short: "Run the rules on their schedules",
		Long:  serveHelp,
		Example: `  offcut serve
  offcut serve -once examples/quickstart
  offcut serve -listen 127.0.0.1:9999 /etc/offcut`,
		Args:        atMostOnePath,
		Annotations: map[string]string{exitCodes: serveExitCodes},
		RunE: func(cmd *cobra.Command, args []string) error {
			path, err := firstOr(args, ".")
			if err != nil {
				return err
			}
			if err := flags.check(false, false); err != nil {
				return err
			}
			if flags.once && cmd.Flags().Changed("listen") {
				return errors.New("-once opens no port, so -listen does not go with it")
			}
			return a.serve(cmd.Context(), path, flags)
		},
	}
	a.addRuleFlags(cmd)
	a.addSelectionFlags(cmd, &flags.selection)
	a.addLogFlags(cmd, "info", "json")
	a.addParallelismFlag(cmd)
	a.addDataDirFlag(cmd, "the ledger, the lock and working files")
	cmd.Flags().StringVar(&flags.listen, "listen", "127.0.0.1:9180", "serve health and metrics at a loopback `ADDRESS`; empty for none")
	cmd.Flags().BoolVar(&flags.once, "once", false, "run every scheduled rule now, one after the other, and exit")
	return cmd
}

var errNoSchedule = errors.New(`no rule that may act has a schedule, so there is nothing to wait for. ` +
	`Write schedule = "0 3 * * *" into a rule, and mode = "apply" for it to abort what it finds; ` +
	`"offcut plan" and "offcut apply" run rules without a schedule`)

// serve loads the rules, checks that every store can be opened, and hands the
// scheduled rules to the daemon. Data blocks are answered before that, as which rules
// there are may follow from them: where a bucket list cannot be had, serve does not start.
func (a *app) serve(ctx context.Context, path string, flags serveFlags) error {
	loaded, err := a.loadRuleSet(ctx, path)
	if err != nil {
		return err
	}
	acting, err := engine.SelectRules(loaded.cfg, flags.targets, flags.excludes)
	if err != nil {
		return err
	}
	jobs := scheduledJobs(loaded, acting, flags.selection)
	if len(jobs) == 0 {
		return errNoSchedule
	}
	loaded.stores, err = a.openStores(ctx, loaded, ticking(loaded.cfg, jobs))
	if err != nil {
		return err
	}
	defer closeStores(loaded.stores)
	defer a.finishInHand()()

	t := &ticker{app: a, rules: loaded, shown: flags.selection}
	opts := daemon.Options{Jobs: jobs, Run: t.run, Stop: a.stop, Log: a.log, Version: version}
	if flags.once {
		return a.serveOnce(ctx, opts)
	}
	opts.Listen = flags.listen
	opts.Ready = t.announce
	return daemon.Run(ctx, opts)
}

// serveOnce runs every job now. The worst end decides the exit code.
func (a *app) serveOnce(ctx context.Context, opts daemon.Options) error {
	sums := daemon.Once(ctx, opts)
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	worst := exitOK
	for i, sum := range sums {
		switch {
		case errors.Is(sum.Err, daemon.ErrStopped), sum.Report != nil && sum.Report.Interrupted:
			return exitStatus{code: exitInterrupted, err: errors.New("interrupted before everything was done")}
		case sum.Result() == daemon.ResultError:
			a.printError(fmt.Errorf("%s: %w", opts.Jobs[i].Rule, sum.Err))
			worst = exitError
		case sum.Result() == daemon.ResultIncomplete && worst == exitOK:
			worst = exitIncomplete
		}
	}
	return silent(worst)
}

// scheduledJobs are the acting rules that have a schedule, in the order of their
// addresses. Instances that follow from bucket lists share one job, so that those tick
// which are there when it comes due.
func scheduledJobs(r ruleSet, acting []string, s selection) []daemon.Job {
	var jobs []daemon.Job
	families := map[string]bool{}
	for _, f := range r.set.Families() {
		families[f.Address] = true
		if !f.Disabled && !f.Schedule.IsZero() && s.mayHold(f.Address) {
			jobs = append(jobs, daemon.Job{Rule: f.Address, Family: true, Schedule: f.Schedule, Mode: f.Mode})
		}
	}
	for i := range r.cfg.Rules {
		rule := &r.cfg.Rules[i]
		if !rule.Schedule.IsZero() && slices.Contains(acting, rule.Address) && !families[blockOf(rule)] {
			jobs = append(jobs, daemon.Job{Rule: rule.Address, Schedule: rule.Schedule, Mode: rule.Mode})
		}
	}
	slices.SortFunc(jobs, func(a, b daemon.Job) int { return strings.Compare(a.Rule, b.Rule) })
	return jobs
}

// mayHold reports whether instances of a block may be among the rules that are chosen.
func (s *selection) mayHold(block string) bool {
	if slices.Contains(s.excludes, block) {
		return false
	}
	return len(s.targets) == 0 || slices.ContainsFunc(s.targets, func(target string) bool {
		a, err := rules.ParseAddress(target)
		a.Key = ""
		return err == nil && a.String() == block
	})
}

// ticking are the addresses of the rules that jobs are about.
func ticking(cfg *rules.Config, jobs []daemon.Job) []string {
	list := []string{}
	for i := range cfg.Rules {
		r := &cfg.Rules[i]
		if slices.ContainsFunc(jobs, func(j daemon.Job) bool { return j.Rule == r.Address || j.Family && j.Rule == blockOf(r) }) {
			list = append(list, r.Address)
		}
	}
	return list
}

// blockOf is the address of the block that a rule is, or is an instance of.
func blockOf(r *rules.Rule) string { return rules.Address{Block: "rule", Name: r.Name}.String() }
