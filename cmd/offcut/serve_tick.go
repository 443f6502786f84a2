package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"offcut/cmd/offcut/view"
	"offcut/engine"
	"offcut/engine/daemon"
	"offcut/rules"
)

// A ticker does what is due at a tick: it plans, prints, and aborts where the
// rule's mode says so.
type ticker struct {
	app   *app
	rules ruleSet         // as they were at the last tick; runs never overlap
	known map[string]bool // addresses of rules that were there at the start, or were told since
	shown selection
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
	opts.Acting, opts.Stop = []string{job.Rule}, stop
	if applies {
		dir, err := t.hold(ctx, &opts)
		if err != nil {
			return daemon.Summary{Err: errors.Join(err, t.printf("Nothing was done: %s\n", view.Lines(err.Error())))}
		}
		defer func() { sum.Err = errors.Join(sum.Err, dir.release()) }()
		defer func() {
			if sum.Err == nil {
				dir.retain(ctx, t.rules.cfg, sum.Plan)
			}
		}()
	}
	plan, err := t.plan(ctx, opts)
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

// logChecks logs the checks that a plan does not pass.
func (t *ticker) logChecks(job daemon.Job, plan *engine.Plan) {
	for _, c := range plan.Checks {
		if c.Status != rules.CheckPassed {
			t.app.log.Warn().Str("plan", plan.ID).Str("rule", job.Rule).Str("check", c.Address).Str("status", string(c.Status)).
				Strs("messages", c.Messages).Msg("check " + view.CheckVerb(c.Status))
		}
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
func (t *ticker) plan(ctx context.Context, opts engine.Options) (*engine.Plan, error) {
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

	plan, err := t.build(ctx, opts)
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

// build builds the plan of a tick by what the bucket lists say now.
func (t *ticker) build(ctx context.Context, opts engine.Options) (*engine.Plan, error) {
	if len(t.rules.set.Queries()) > 0 {
		if err := t.discover(ctx, opts.Acting); err != nil {
			return nil, err
		}
		opts.Asked = t.rules.asked
	}
	return engine.Build(ctx, t.rules.stores, t.rules.cfg, opts)
}

// discover gives the rules the meaning that they have by the bucket lists of now. The
// acting rules must still be among them.
func (t *ticker) discover(ctx context.Context, acting []string) error {
	fresh := t.rules
	d, err := engine.Discover(ctx, fresh.stores, fresh.set.Queries())
	if err != nil {
		return err
	}
	fresh.found, fresh.asked = d.Found, d.Requests
	if err := t.app.resolve(&fresh); err != nil {
		return err
	}
	if err := t.app.checkRealms(fresh.cfg); err != nil {
		return err
	}
	now := ruleAddresses(fresh.cfg)
	for _, rule := range acting {
		if !now[rule] {
			return fmt.Errorf("%s is not there any more, as the buckets that its for_each follows from have changed: nothing was done for it; start serve again to forget its schedule", rule)
		}
	}
	for _, rule := range slices.Sorted(maps.Keys(now)) {
		if !t.known[rule] {
			t.known[rule] = true
			t.app.log.Warn().Str("rule", rule).Msg("this rule is new, as the buckets that its for_each follows from have changed: start serve again for its schedule to tick")
		}
	}
	t.app.compareDiscoveries(&fresh)
	t.rules = fresh
	return nil
}

// ruleAddresses are the addresses of all rules.
func ruleAddresses(cfg *rules.Config) map[string]bool {
	all := map[string]bool{}
	for i := range cfg.Rules {
		all[cfg.Rules[i].Address] = true
	}
	return all
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
