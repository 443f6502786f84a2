package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"offcut/cmd/offcut/view"
	"offcut/engine"
	"offcut/engine/emulator"
	"offcut/engine/ledger"
	"offcut/engine/objectstore"
	"offcut/examples"
	"offcut/rules"
)

const demoHelp = `Shows the whole journey in a few seconds: starts a KS3 server on this machine,
fills it as careless uploaders would, and runs examples/quickstart on it: plan,
apply, plan again, look at the history. Then it checks that what had to go is
gone and that what had to stay is there. Nothing leaves this machine and nothing
is left behind.`

// newDemoCommand makes "offcut demo".
func newDemoCommand(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "demo",
		Short: "Show the whole journey on a built-in KS3 server",
		Long:  demoHelp,
		Args:  atMost(0, "argument"),
		RunE:  func(cmd *cobra.Command, _ []string) error { return a.demo(cmd.Context()) },
	}
}

// demo makes the room for the journey, and clears it away whatever happens.
func (a *app) demo(ctx context.Context) (err error) {
	dir, err := os.MkdirTemp("", "offcut-demo-")
	if err != nil {
		return fmt.Errorf("make a temporary directory: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	h, err := startHost(ctx, hostOptions{listen: "127.0.0.1:0", admin: "127.0.0.1:0"})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, h.close(ctx)) }()
	client, err := h.client(ctx, hostKey(emulator.Config{}))
	if err != nil {
		return err
	}
	defer client.Close()

	a.dataDir = dir
	j := &journey{app: a, host: h, client: client}
	defer func() { closeStores(j.stores) }()
	return j.travel(ctx)
}

// A journey is one demo on its way.
type journey struct {
	*app
	host   *host
	client *objectstore.Client // the uploaders' side
	steps  int

	data   *seeded
	cfg    *rules.Config
	stores engine.Stores
	evidence
}

// travel tells and does the whole journey.
func (j *journey) travel(ctx context.Context) error {
	for _, step := range []func(context.Context) error{
		j.seed, j.readRules, j.planFirst, j.applyAll, j.planAgain, j.remember, j.checkAll, j.bye,
	} {
		if err := step(ctx); err != nil {
			return err
		}
		if ctx.Err() != nil { // the checks would only tell of the interruption
			return context.Cause(ctx)
		}
	}
	return nil
}

// seed fills the server.
func (j *journey) seed(ctx context.Context) (err error) {
	if err := j.step("A KS3 server, and what careless uploaders left on it"); err != nil {
		return err
	}
	if j.data, err = seedQuickstartData(ctx, j.host, j.client); err != nil {
		return err
	}
	return j.tell(`
%s holds, in %d buckets:
  %d unfinished uploads: %s in %d real parts, and %s that exist in its books only
  1 finished object, under the key of an abandoned upload: %s/%s
`, j.host.url, len(j.data.buckets), len(j.data.uploads), rules.FormatSize(j.data.sentBytes), j.data.sentParts,
		rules.FormatSize(j.data.claimed), finishedBucket, finishedKey)
}

// readRules loads the rules and opens the store as "offcut plan" would, with the
// endpoint and the key in the environment.
func (j *journey) readRules(ctx context.Context) error {
	if err := j.step("The rules: examples/quickstart"); err != nil {
		return err
	}
	src, err := rules.ReadSource(examples.Quickstart, "quickstart", "examples/quickstart")
	if err != nil {
		return err
	}
	set, diags := rules.Load(src, rules.Values{})
	if err := j.showDiagnostics(diags); err != nil {
		return err
	}
	if j.cfg, diags = set.Resolve(nil); diags.HasErrors() {
		return j.showDiagnostics(diags)
	}
	key := hostKey(emulator.Config{})
	env := map[string]string{
		"KS3_ENDPOINT": j.host.url, "KS3_ACCESS_KEY_ID": key.AccessKeyID, "KS3_ACCESS_KEY_SECRET": key.SecretAccessKey,
	}
	j.getenv = func(name string) string { return env[name] }
	if j.stores, err = j.openStores(ctx, ruleSet{cfg: j.cfg}, nil); err != nil {
		return err
	}
	return j.showRules()
}

// showRules says in a few lines what the rules are.
func (j *journey) showRules() error {
	w := tabwriter.NewWriter(j.stdout, 0, 0, 2, ' ', 0)
	_, _ = fmt.Fprintln(w) // Flush tells of a failed write
	for _, r := range j.cfg.Rules {
		_, _ = fmt.Fprintf(w, "%s\t%s\n\t%s; in %s\n", r.Address, r.Description, thresholds(r.Stale), strings.Join(r.Scan.Buckets, " and "))
	}
	for _, p := range j.cfg.Protects {
		_, _ = fmt.Fprintf(w, "%s\t%s\n", p.Address, p.Reason)
	}
	return w.Flush()
}

// thresholds are a rule's thresholds in words.
func thresholds(s rules.Stale) string {
	text := fmt.Sprintf("older than %s and idle for %s", rules.FormatDuration(s.OlderThan), rules.FormatDuration(s.IdleFor))
	if s.MaxLifetime > 0 {
		text += fmt.Sprintf(", or older than %s", rules.FormatDuration(s.MaxLifetime))
	}
	return text
}

// planFirst shows what is stale, and keeps the plan for applyAll.
func (j *journey) planFirst(ctx context.Context) (err error) {
	if err := j.step("What is stale?  offcut plan examples/quickstart"); err != nil {
		return err
	}
	p, err := j.build(ctx)
	if err != nil {
		return err
	}
	j.first = p
	return errors.Join(j.tell("\n"), view.Plan(j.stdout, p, j.planOptions()), j.collect(p))
}

// applyAll aborts what the plan names.
func (j *journey) applyAll(ctx context.Context) (err error) {
	defer func() { err = errors.Join(err, j.first.Close()) }()
	if err := j.step("Abort it, and prove that it is gone.  offcut apply examples/quickstart"); err != nil {
		return err
	}
	opts := j.engineOptions()
	dir, err := j.holdDataDir(ctx, j.origin("demo", ""), &opts)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, dir.release()) }()
	report, err := engine.Apply(ctx, j.stores, j.cfg, j.first, opts)
	if err != nil {
		return err
	}
	j.report = report
	return errors.Join(view.Report(j.stdout, report, j.viewOptions()), report.Close())
}

// remember shows what the ledger kept, and checks its chain.
func (j *journey) remember(ctx context.Context) (err error) {
	if err := j.step("Who did what, and when?  offcut history, offcut audit verify"); err != nil {
		return err
	}
	dir := j.path(j.dataDir)
	l, err := ledger.OpenReadOnly(ctx, dir)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, l.Close()) }()
	if err := j.tell("\n"); err != nil {
		return err
	}
	if _, err := view.HistoryRuns(j.stdout, l.Runs(ctx, ledger.Filter{}), j.viewOptions()); err != nil {
		return err
	}
	chain, err := l.Verify(ctx)
	if err != nil {
		return err
	}
	a := &view.Audit{What: "ledger.db", Chain: chain}
	err = errors.Join(j.tell("\n"), view.AuditResult(j.stdout, a, j.viewOptions()))
	if err == nil && (!a.Whole() || chain.Rows != j.first.Abort.Uploads) {
		err = errors.New("the ledger does not hold what was done")
	}
	return err
}

// planAgain shows that nothing is left to do.
func (j *journey) planAgain(ctx context.Context) (err error) {
	if err := j.step("Again.  offcut plan examples/quickstart"); err != nil {
		return err
	}
	p, err := j.build(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, p.Close()) }()
	j.again = p
	return errors.Join(j.tell("\n"), view.PlanEnd(j.stdout, p, j.planOptions()))
}

// planOptions are the view's options for a plan.
func (j *journey) planOptions() view.Options {
	o := j.viewOptions()
	o.Protects = j.cfg.Protects
	return o
}

func (j *journey) build(ctx context.Context) (*engine.Plan, error) {
	opts := j.engineOptions()
	opts.RecordKept = true
	return engine.Build(ctx, j.stores, j.cfg, opts)
}

// bye says what it was good for, and how to do the same by hand.
func (j *journey) bye(context.Context) error {
	return j.tell(`
Saved: %s uploads; %s.

The same by hand, in two terminals:
  offcut emulator -seed quickstart      # prints export lines: paste them into the other terminal
  offcut scan ks3://media-prod
  offcut plan examples/quickstart
  offcut apply examples/quickstart
  offcut history
  offcut serve -once examples/quickstart
`, view.Count(j.first.Abort.Uploads), view.TotalsPhrase(j.first.Abort))
}

// step begins a step of the journey.
func (j *journey) step(title string) error {
	j.steps++
	text := fmt.Sprintf("%d. %s", j.steps, title)
	if j.out.color {
		text = "\x1b[1m" + text + "\x1b[0m"
	}
	return j.tell("\n%s\n", text)
}

func (j *journey) tell(format string, args ...any) error {
	_, err := fmt.Fprintf(j.stdout, format, args...)
	return err
}
