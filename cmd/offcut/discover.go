package main

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"

	"offcut/cmd/offcut/view"
	"offcut/engine"
	"offcut/engine/objectstore"
	"offcut/rules"
)

// discover asks for the bucket lists that the data blocks of a rule set want, and
// gives it its meaning. It opens the stores that it needs; where there is no data
// block, it sends nothing.
func (a *app) discover(ctx context.Context, r *ruleSet) error {
	queries := r.set.Queries()
	if r.stores == nil {
		r.stores = engine.Stores{}
	}
	for _, q := range queries {
		if r.stores[q.Provider.Address] != nil {
			continue
		}
		client, err := objectstore.Open(ctx, q.Provider, a.storeSettings())
		if err != nil {
			closeStores(r.stores)
			return fmt.Errorf("%s: %w", q.Address, err)
		}
		r.stores[q.Provider.Address] = client
	}
	d, err := engine.Discover(ctx, r.stores, queries)
	if err != nil {
		return err
	}
	r.found, r.asked = d.Found, d.Requests
	return a.resolve(ctx, r)
}

// resolve gives a rule set the meaning that it has with the bucket lists in r.found.
func (a *app) resolve(ctx context.Context, r *ruleSet) error {
	type resolved struct {
		cfg   *rules.Config
		diags rules.Diagnostics
	}
	now, err := unlessStopped(ctx, func() resolved {
		cfg, diags := r.set.ResolveAt(r.found, a.now())
		return resolved{cfg, diags}
	})
	if err != nil {
		return err
	}
	if err := a.showMistakes(now.diags, "rule", sentFor(r)); err != nil {
		return err
	}
	r.means(now.cfg)
	return nil
}

// means gives a rule set its meaning.
func (r *ruleSet) means(cfg *rules.Config) {
	r.cfg, r.discoveries = cfg, nil
	for _, d := range cfg.Discoveries {
		r.discoveries = append(r.discoveries, view.Discovery{Discovery: d})
	}
}

// sentFor says what was sent for a rule set.
func sentFor(r *ruleSet) string {
	if r.asked > 0 {
		return "nothing but bucket lists was asked for"
	}
	return "nothing was sent"
}

// compareDiscoveries looks which buckets appeared or vanished since the plan before. What
// cannot be read is a warning: it changes nothing about the plan.
func (a *app) compareDiscoveries(r *ruleSet) {
	for i := range r.discoveries {
		d := &r.discoveries[i]
		sight, err := a.sightOf(r, d.Discovery)
		if err == nil {
			d.Change, err = sight.Compare(a.path(a.dataDir))
		}
		if err != nil {
			a.log.Warn().Err(err).Msg("the buckets are not compared with those of the last plan")
		}
		event := a.log.Info().Str("data", d.Address).Str("provider", d.Provider).Int("buckets", len(d.Names))
		if d.Change != nil {
			event.Strs("appeared", d.Change.Appeared).Strs("gone", d.Change.Gone)
		}
		event.Msg("buckets found")
	}
}

// rememberDiscoveries keeps what was found for the next plan. What cannot be written is
// a warning.
func (a *app) rememberDiscoveries(r *ruleSet, p *engine.Plan) {
	for i := range r.discoveries {
		sight, err := a.sightOf(r, r.discoveries[i].Discovery)
		if err == nil {
			sight.At = p.Started
			err = sight.Remember(a.path(a.dataDir))
		}
		if err != nil {
			a.log.Warn().Err(err).Msg("the next plan cannot tell which buckets appeared or vanished")
		}
	}
}

// sightOf is what a data block sees now, and where that is remembered.
func (a *app) sightOf(r *ruleSet, d rules.Discovery) (*engine.Sight, error) {
	whole, err := filepath.Abs(a.path(r.path))
	if err != nil {
		return nil, err
	}
	queries := r.set.Queries()
	at := slices.IndexFunc(queries, func(q rules.Query) bool { return q.Address == d.Address })
	realm, err := objectstore.Realm(queries[at].Provider, a.storeSettings())
	return &engine.Sight{Rules: whole, Data: d.Address, Realm: realm, Buckets: d.Names}, err
}
