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
	"offcut/rules"
)

// A ticker does what is due at a tick: it plans, prints, and aborts where the
// rule's mode says so.
type ticker struct {
	app    *app
	cfg    *rules.Config
	stores engine.Stores
	shown  selection
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
				dir.retain(ctx, t.cfg, sum.Plan)
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
	if err := dir.settle(ctx, t.cfg, t.stores, *opts); err != nil {
		if t.app.signalled() {
			err = errors.Join(daemon.ErrStopped, err)
		}
		return nil, errors.Join(err, dir.release())
	}
	return dir, nil
}

// plan builds the plan and prints it. Planning only reads, so a drain breaks it
// off; the plan is closed then.
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

	plan, err := engine.Build(ctx, t.stores, t.cfg, opts)
	if errors.Is(context.Cause(ctx), daemon.ErrStopped) {
		err = daemon.ErrStopped // whatever Build made of it
	}
	if err == nil {
		err = t.app.showPlan(plan, t.cfg, t.shown)
	}
	if err != nil && plan != nil {
		err = errors.Join(err, plan.Close())
	}
	return plan, err
}

// apply aborts what the plan names and prints the outcomes.
func (t *ticker) apply(ctx context.Context, plan *engine.Plan, opts engine.Options) (*engine.Report, error) {
	report, err := engine.Apply(ctx, t.stores, t.cfg, plan, opts)
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
