package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/user"
	"time"

	"offcut/cmd/offcut/view"
	"offcut/engine"
	"offcut/engine/ledger"
	"offcut/rules"
)

// A heldDir is a data directory in the hands of one apply: nobody else aborts from
// it, and its ledger takes down what is done. Whoever aborts goes the same way: hold,
// settle, plan, ask, apply, retain, release.
type heldDir struct {
	app    *app
	path   string
	origin engine.Origin
	lock   *engine.Lock
	ledger *ledger.Ledger
}

// holdDataDir takes the data directory for an apply and gives its options the memory
// and the guards; or says why nothing may be aborted from it: somebody else holds it,
// it is halted, or its ledger cannot take down what is done. Nothing is sent.
func (a *app) holdDataDir(ctx context.Context, origin engine.Origin, opts *engine.Options) (*heldDir, error) {
	d := &heldDir{app: a, path: opts.Dir, origin: origin}
	var err error
	if d.lock, err = engine.AcquireLock(d.path, holderOf(origin)); err != nil {
		return nil, err
	}
	halted := engine.Halted(d.path)
	if err := halted(); err != nil {
		return nil, errors.Join(fmt.Errorf("aborts from %s are %w", view.Text(d.path), err), d.lock.Release())
	}
	if d.ledger, err = ledger.Open(ctx, d.path); err != nil {
		return nil, errors.Join(fmt.Errorf("%w; nothing was attempted", err), d.lock.Release())
	}
	opts.Journal, opts.Origin, opts.Halted = d.ledger, origin, halted
	return d, nil
}

// retain forgets the runs that are older than the rules want them kept, by the time
// that the plan's ages count from. A failure is a warning: it changes nothing about
// what was done.
func (d *heldDir) retain(ctx context.Context, cfg *rules.Config, p *engine.Plan) {
	now := provenNow(p)
	if cfg.Retention <= 0 || now.IsZero() {
		return
	}
	n, err := d.ledger.Prune(ctx, now.Add(-cfg.Retention), d.origin.Actor)
	if err != nil {
		d.app.log.Warn().Err(err).Msg("the ledger keeps what is older than its retention: the next apply tries again")
	} else if n > 0 {
		d.app.log.Info().Int64("runs", n).Stringer("retention", cfg.Retention).Msg("runs older than the retention were removed from the ledger")
	}
}

// provenNow is the earliest instant of a plan that a store and this machine agreed on;
// zero where none did. A clock that has jumped ahead must not make the ledger forget.
func provenNow(p *engine.Plan) time.Time {
	var earliest time.Time
	for i := range p.Providers {
		if now := p.Providers[i].Now; !now.IsZero() && (earliest.IsZero() || now.Before(earliest)) {
			earliest = now
		}
	}
	return earliest
}

// release closes the ledger and gives the data directory back.
func (d *heldDir) release() error {
	return errors.Join(d.ledger.Close(), d.lock.Release())
}

// origin says who runs a command of this program; planFile is the path of the saved
// plan, empty where the command makes its own.
func (a *app) origin(command, planFile string) engine.Origin {
	return engine.Origin{Actor: actor(), Command: "offcut " + command, Version: version, PlanFile: planFile}
}

// actor is who runs this program where: "user@host". What the system does not tell
// is "unknown".
func actor() string {
	name, host := userAndHost()
	return name + "@" + host
}

func userAndHost() (name, host string) {
	name, host = "unknown", "unknown"
	if u, err := user.Current(); err == nil {
		name = u.Username
	}
	if h, err := os.Hostname(); err == nil {
		host = h
	}
	return name, host
}

// holderOf says who holds the lock of the data directory.
func holderOf(o engine.Origin) engine.Holder {
	name, host := userAndHost()
	return engine.Holder{PID: os.Getpid(), Host: host, User: name, Command: o.Command, Since: time.Now()}
}

// refuseApplied says who applied a saved plan before, if somebody did. The ledger
// refuses it too, but only once somebody has answered the prompt.
func (d *heldDir) refuseApplied(ctx context.Context, plan string) error {
	for r, err := range d.ledger.Runs(ctx, ledger.Filter{Run: plan}) {
		if err != nil {
			return err
		}
		if r.ID == plan {
			return fmt.Errorf(`%w, at %s by %s: make a new plan; "offcut history show %s" tells what was done; nothing was attempted`,
				engine.ErrPlanApplied, view.Instant(r.Started), view.Text(r.Origin.Actor), r.ID[:min(8, len(r.ID))])
		}
	}
	return nil
}
