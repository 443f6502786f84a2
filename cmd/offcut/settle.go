package main

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"offcut/cmd/offcut/view"
	"offcut/engine"
	"offcut/engine/objectstore"
	"offcut/rules"
)

// settle gives every upload that a killed run left without an outcome its one, and
// says so. It only reads from the stores. An apply that could not settle does not
// go on: its own uploads may be among those in doubt.
func (d *heldDir) settle(ctx context.Context, cfg *rules.Config, stores engine.Stores, opts engine.Options) error {
	runs, err := d.ledger.Unsettled()
	if err != nil || len(runs) == 0 {
		return err
	}
	more, err := d.app.openFurther(ctx, cfg, stores, runs)
	if err != nil {
		return fmt.Errorf("settle what a killed run left: %w", err)
	}
	defer closeStores(more)
	all := maps.Clone(stores)
	maps.Copy(all, more)
	settled, err := engine.Settle(ctx, all, opts)
	for i := range settled {
		if err := d.tell(&settled[i]); err != nil {
			return err
		}
	}
	if err != nil && (ctx.Err() != nil || d.app.signalled()) {
		return exitStatus{exitInterrupted, err}
	}
	return err
}

// openFurther opens the stores that unsettled runs worked in and that are not open:
// those of rules that do not act now. What the rules no longer configure cannot be
// asked.
func (a *app) openFurther(ctx context.Context, cfg *rules.Config, stores engine.Stores, runs []engine.Unsettled) (engine.Stores, error) {
	more := engine.Stores{}
	for _, p := range cfg.Providers {
		wanted := slices.ContainsFunc(runs, func(u engine.Unsettled) bool {
			return slices.ContainsFunc(u.Run.Providers, func(s engine.ProviderStatus) bool { return s.Address == p.Address })
		})
		if stores[p.Address] != nil || !wanted {
			continue
		}
		client, err := objectstore.Open(ctx, p, a.storeSettings())
		if err != nil {
			closeStores(more)
			return nil, err
		}
		more[p.Address] = client
	}
	return more, nil
}

// tell says what became of a killed run: to people on stderr, to programs as a JSON
// line, and where the log is JSON in the log.
func (d *heldDir) tell(s *engine.Settled) error {
	a := d.app
	if a.jsonLog {
		a.log.Warn().Str("run", s.Run.ID).Time("started", s.Run.Started.UTC()).Str("actor", s.Run.Origin.Actor).
			Msg(view.Settled(s))
	}
	if a.json {
		return view.SettledJSON(a.stdout, s)
	}
	if a.jsonLog {
		return nil
	}
	_, err := fmt.Fprintln(a.stderr, view.Settled(s))
	return err
}
