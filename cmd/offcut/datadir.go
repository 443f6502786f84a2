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
	"offcut/rules"
)

// A heldDir is a data directory in the hands of one apply: nobody else aborts from
// it. Whoever aborts goes the same way: hold, settle, plan, ask, apply, retain,
// release.
type heldDir struct {
	app    *app
	path   string
	origin engine.Origin
	lock   *engine.Lock
}

// holdDataDir takes the data directory for an apply, or says why nothing may be
// aborted from it: somebody else holds it, or it is halted. Nothing is sent.
func (a *app) holdDataDir(_ context.Context, origin engine.Origin) (*heldDir, error) {
	d := &heldDir{app: a, path: a.path(a.dataDir), origin: origin}
	var err error
	if d.lock, err = engine.AcquireLock(d.path, holderOf(origin)); err != nil {
		return nil, err
	}
	if err := engine.Halted(d.path)(); err != nil {
		return nil, errors.Join(fmt.Errorf("aborts from %s are %w", view.Text(d.path), err), d.lock.Release())
	}
	return d, nil
}

// settle gives every upload that a killed run left in doubt its outcome, and says
// so. Stores are opened for providers of such a run that stores lacks and the rules
// still configure.
func (d *heldDir) settle(_ context.Context, _ *rules.Config, _ engine.Stores) error { return nil }

// equip gives an apply its memory and its guards.
func (d *heldDir) equip(opts *engine.Options) {
	opts.Origin = d.origin
	opts.Halted = engine.Halted(d.path)
}

// retain forgets what is older than the rules want it kept. A failure is a warning:
// it changes nothing about what was done.
func (d *heldDir) retain(_ context.Context, _ *rules.Config) {}

// release gives the data directory back.
func (d *heldDir) release() error {
	return errors.Join(d.lock.Release())
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
