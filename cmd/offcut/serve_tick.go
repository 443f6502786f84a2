package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"offcut/cmd/offcut/view"
	"offcut/engine"
	"offcut/engine/daemon"
	"offcut/engine/objectstore"
	"offcut/rules"
)

// A ticker does what is due at a tick: it plans, prints, and aborts where the
// rule's mode says so.
type ticker struct {
	app   *app
	rules ruleSet // as they were at the last tick; runs never overlap
	shown selection

	warned string // about the rules, at the last tick
}

// run does one run of a rule. It is the daemon's Runner. With mode "apply" the
// data directory is locked before the plan is made, so that nobody else aborts
// between what is shown and what is done.
func (t *ticker) run(ctx context.Context, job daemon.Job, stop <-chan struct{}) (sum daemon.Summary) {
	applies := job.Mode == rules.ModeApply
	if err := t.printf("\n%s at %s: %s\n\n", job.Rule, view.Instant(time.Now()), does(job.Mode)); err != nil {
		return daemon.Summary{Err: err}
	}
	opts := t.app.engineOptions()
	opts.Stop = stop
	if applies {
		dir, err := t.hold(ctx, &opts)
		if err != nil {
			return daemon.Summary{Err: errors.Join(err, t.printf("Nothing was done: %s\n", view.Lines(err.Error())))}
		}
		defer func() { sum.Err = errors.Join(sum.Err, dir.release()) }()
		defer func() {
			if sum.Err == nil && sum.Plan != nil {
				dir.retain(ctx, t.rules.cfg, sum.Plan)
			}
		}()
	}
	plan, err := t.plan(ctx, job, opts)
	if errors.Is(err, errNoInstance) {
		t.app.log.Warn().Str("rule", job.Rule).Msg("the rule has no instance that may act: nothing was looked at")
		return daemon.Summary{Err: t.printf("%s has no instance that may act: nothing was looked at.\n", job.Rule)}
	}
	if err != nil {
		return daemon.Summary{Plan: plan, Err: err}
	}
	sum.Plan = plan
	t.logChecks(job, plan)
	if applies && plan.Abort.Uploads > 0 {
		sum.Report, sum.Err = t.apply(ctx, plan, opts)
	}
	sum.Err = errors.Join(sum.Err, plan.Close())
	return sum
}

// logChecks logs the checks that a plan does not pass, and those that leave something out.
func (t *ticker) logChecks(job daemon.Job, plan *engine.Plan) {
	for _, c := range plan.Checks {
		if c.Status == rules.CheckPassed && len(c.Notes) == 0 {
			continue
		}
		line := t.app.log.Warn().Str("plan", plan.ID).Str("rule", job.Rule).Str("check", c.Address).Str("status", string(c.Status))
		if len(c.Messages) > 0 {
			line.Strs("messages", c.Messages)
		}
		if len(c.Notes) > 0 {
			line.Strs("notes", c.Notes)
		}
		line.Msg("check " + view.CheckVerb(c.Status))
	}
}

// hold takes the data directory for one run and settles what a killed one left.
func (t *ticker) hold(ctx context.Context, opts *engine.Options) (*heldDir, error) {
	dir, err := t.app.holdDataDir(ctx, t.app.origin("serve", ""), opts)
	if err != nil {
		return nil, err
	}
	if err := dir.settle(ctx, t.rules.cfg, t.rules.stores, *opts); err != nil {
		if t.app.signalled() {
			err = errors.Join(daemon.ErrStopped, err)
		}
		return nil, errors.Join(err, dir.release())
	}
	return dir, nil
}

// plan asks data blocks for their buckets again, builds the plan and prints it.
// Planning only reads, so a drain breaks it off; the plan is closed then.
func (t *ticker) plan(ctx context.Context, job daemon.Job, opts engine.Options) (*engine.Plan, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	planned := make(chan struct{})
	defer close(planned)
	go func() {
		select {
		case <-opts.Stop:
			cancel(daemon.ErrStopped)
		case <-planned:
		}
	}()

	plan, err := t.build(ctx, job, opts)
	if errors.Is(context.Cause(ctx), daemon.ErrStopped) {
		err = daemon.ErrStopped // whatever Build made of it
	}
	if err == nil {
		err = t.app.showPlan(plan, t.rules, t.shown)
	}
	if err == nil {
		t.app.rememberDiscoveries(&t.rules, plan)
	}
	if err != nil && plan != nil {
		err = errors.Join(err, plan.Close())
	}
	return plan, err
}

// errNoInstance says that there is nobody who could act.
var errNoInstance = errors.New("there is no instance of the rule")

// build builds the plan of a tick by what the bucket lists say now.
func (t *ticker) build(ctx context.Context, job daemon.Job, opts engine.Options) (*engine.Plan, error) {
	if len(t.rules.set.Queries()) > 0 {
		if err := t.discover(ctx); err != nil {
			return nil, err
		}
		opts.Asked = t.rules.asked
	}
	opts.Acting = []string{job.Rule}
	if job.Family {
		var err error
		if opts.Acting, err = t.instancesOf(job.Rule); err != nil {
			return nil, err
		}
		if err := t.open(ctx, opts.Acting); err != nil {
			return nil, err
		}
	}
	return engine.Build(ctx, t.rules.stores, t.rules.cfg, opts)
}

// discover gives the rules the meaning that they have by the bucket lists of now.
func (t *ticker) discover(ctx context.Context) error {
	fresh := t.rules
	d, err := engine.Discover(ctx, fresh.stores, fresh.set.Queries())
	if err != nil {
		return err
	}
	fresh.found, fresh.asked = d.Found, d.Requests
	if err := t.resolve(&fresh); err != nil {
		return err
	}
	if err := t.app.checkRealms(fresh.cfg); err != nil {
		return err
	}
	t.app.compareDiscoveries(&fresh)
	t.rules = fresh
	return nil
}

// resolve gives rules their meaning. stderr holds the log, so that messages about rules
// stand in it: what keeps them from having one is the run's error, and a warning is
// logged when it was not told at the tick before.
func (t *ticker) resolve(r *ruleSet) error {
	cfg, diags := r.set.ResolveAt(r.found, t.app.now())
	var text strings.Builder
	if err := diags.WriteText(&text, 0, false); err != nil {
		return err
	}
	told := strings.TrimSpace(text.String())
	if diags.HasErrors() {
		return errors.New(told)
	}
	if told != "" && told != t.warned {
		t.app.log.Warn().Str("warnings", told).Msg("the rules have warnings, by the buckets that there are now")
	}
	t.warned = told
	r.means(cfg)
	return nil
}

// open opens the stores that rules need and that were not needed before: a family may
// have had no instance when serve began.
func (t *ticker) open(ctx context.Context, acting []string) error {
	cfg := t.rules.cfg
	for i := range cfg.Rules {
		r := &cfg.Rules[i]
		if t.rules.stores[r.Provider] != nil || !slices.Contains(acting, r.Address) {
			continue
		}
		at := slices.IndexFunc(cfg.Providers, func(p rules.Provider) bool { return p.Address == r.Provider })
		client, err := objectstore.Open(ctx, cfg.Providers[at], t.app.storeSettings())
		if err != nil {
			return err
		}
		t.rules.stores[r.Provider] = client // serve closes it
	}
	return nil
}

// instancesOf are the addresses of a block's instances that are there now and may act.
func (t *ticker) instancesOf(block string) ([]string, error) {
	acting, err := engine.SelectRules(t.rules.cfg, t.shown.targets, t.shown.excludes)
	if err != nil {
		return nil, err
	}
	var instances []string
	for i := range t.rules.cfg.Rules {
		r := &t.rules.cfg.Rules[i]
		if blockOf(r) == block && slices.Contains(acting, r.Address) {
			instances = append(instances, r.Address)
		}
	}
	if len(instances) == 0 {
		return nil, errNoInstance
	}
	return instances, nil
}

// apply aborts what the plan names and prints the outcomes.
func (t *ticker) apply(ctx context.Context, plan *engine.Plan, opts engine.Options) (*engine.Report, error) {
	report, err := engine.Apply(ctx, t.rules.stores, t.rules.cfg, plan, opts)
	if err != nil {
		return nil, err
	}
	err = view.Report(t.app.stdout, report, t.app.viewOptions())
	return report, errors.Join(err, report.Close())
}

// announce says what will happen when, once everything is up.
func (t *ticker) announce(addr string, next []daemon.Next) {
	slices.SortStableFunc(next, func(a, b daemon.Next) int {
		return cmp.Or(a.At.Compare(b.At), strings.Compare(a.Job.Rule, b.Job.Rule))
	})
	w := tabwriter.NewWriter(t.app.stdout, 0, 0, 2, ' ', 0) // its Flush tells of a failed write
	_, _ = fmt.Fprintln(w, "RULE\tSCHEDULE\tNEXT TICK\tIN UTC\tAT A TICK")
	for _, n := range next {
		_, _ = fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\n", n.Job.Rule, n.Job.Schedule.Text,
			zoned(n.At, n.Job.Schedule.Timezone), view.Instant(n.At), does(n.Job.Mode))
	}
	err := w.Flush()
	if addr != "" {
		err = errors.Join(err, t.printf("\nmetrics on http://%s/metrics\n", addr))
	}
	if err = errors.Join(err, t.printf("waiting for the first tick; SIGINT, SIGTERM or SIGHUP ends it after the requests in hand\n")); err != nil {
		t.app.log.Error().Err(err).Msg("stdout cannot be written")
	}
}

func (t *ticker) printf(format string, args ...any) error {
	_, err := fmt.Fprintf(t.app.stdout, format, args...)
	return err
}

// does says what a tick does.
func does(mode rules.Mode) string {
	if mode == rules.ModeApply {
		return "plans and aborts"
	}
	return `only plans (mode = "plan")`
}

// zoned is an instant in a rule's own time zone.
func zoned(t time.Time, zone string) string {
	loc, err := time.LoadLocation(zone)
	if err != nil {
		return view.Instant(t) // the rules were loaded with this zone, so this does not happen
	}
	return t.In(loc).Format("2006-01-02 15:04:05 -07:00 ") + loc.String()
}

// closeStores closes the connections that stores keep open.
func closeStores(stores engine.Stores) {
	for _, s := range stores {
		if c, ok := s.(interface{ Close() }); ok {
			c.Close()
		}
	}
}
