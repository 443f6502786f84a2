package engine

import (
	"cmp"
	"errors"
	"fmt"
	"iter"
	"strings"

	"offcut/rules"
)

// RestorePlan makes a plan again of what was kept of one: its figures in p, and its
// items, which it reads once and puts into a spool of its own in dir. Ages are worked
// out from the providers' instants and scopes from the keys, so that p's Providers and
// Scopes must be there from the start; its other figures are looked at after the last
// item, so that whoever yields the items may learn them then. On error there is no
// plan, and nothing is left in dir.
//
// It refuses what no Build makes: items out of plan order or twice, outside the scopes
// that were listed to their end, of a rule that may not act or was stopped, without a
// key or a start, ages that count from after the plan, and totals that are not those of
// the items.
func RestorePlan(dir string, p *Plan, items iter.Seq2[Item, error]) (*Plan, error) {
	if dir == "" {
		return nil, errors.New("there is no directory to keep the plan in")
	}
	spool, err := newSpool(dir, "items", candidateCodec, keepFirst)
	if err != nil {
		return nil, err
	}
	p.items, p.kept = spool, nil
	r := newRestoring(p)
	err = r.checkInstants()
	if err == nil {
		err = r.take(items)
	}
	if err == nil {
		err = r.compare()
	}
	if err != nil {
		return nil, errors.Join(err, spool.Close())
	}
	spool.Finish()
	return p, nil
}

// A restoring is one RestorePlan in progress.
type restoring struct {
	plan      *Plan
	providers map[string]ProviderStatus
	scopes    map[string]scopeIndex // by provider
	place     map[*Scope]int        // in plan.Scopes
	last      *rules.Upload
	all       Totals
	byRule    map[string]*Totals
}

func newRestoring(p *Plan) *restoring {
	r := &restoring{
		plan: p, providers: map[string]ProviderStatus{}, scopes: map[string]scopeIndex{},
		place: map[*Scope]int{}, byRule: map[string]*Totals{},
	}
	for _, status := range p.Providers {
		r.providers[status.Address] = status
		r.scopes[status.Address] = newScopeIndex(p.Scopes, status.Address)
	}
	for i := range p.Scopes {
		r.place[&p.Scopes[i]] = i
	}
	return r
}

// checkInstants refuses ages that count from after the plan: they would be too high.
func (r *restoring) checkInstants() error {
	for _, s := range r.plan.Providers {
		if s.Now.Sub(r.plan.Finished) > MaxSkew {
			return fmt.Errorf("the ages of provider %s count from %s, after the plan was made", s.Address, instant(s.Now))
		}
	}
	return nil
}

// take puts the items into the plan's spool.
func (r *restoring) take(items iter.Seq2[Item, error]) error {
	for item, err := range items {
		if err != nil {
			return err
		}
		u := &item.Upload
		scope, err := r.locate(&item)
		if err != nil {
			return fmt.Errorf("item %d, upload %q of key %q in bucket %q: %w", r.all.Uploads+1, u.ID, u.Key, u.Bucket, err)
		}
		if err := r.plan.items.Add(&candidate{Item: item, Scope: scope}); err != nil {
			return err
		}
		r.count(&item)
		r.last = u
	}
	return nil
}

// locate finds the scope of an item and works out its ages.
func (r *restoring) locate(item *Item) (scope int, err error) {
	u := &item.Upload
	if r.last != nil && comparePlaces(r.last, u) >= 0 {
		return 0, errors.New("it does not come after the item before it")
	}
	if why := unaddressable(u); why != "" {
		return 0, errors.New(why)
	}
	if item.Reason != rules.AbortStale && item.Reason != rules.AbortOverLifetime {
		return 0, fmt.Errorf("%q is no reason to abort", item.Reason)
	}
	if u.Initiated.Unix() <= 0 {
		return 0, errors.New("its start is not known")
	}
	found := r.scopes[u.Provider].find(u.Bucket, u.Key)
	if found == nil {
		return 0, errors.New("it is outside every scope that was listed to its end")
	}
	now := r.providers[u.Provider].Now
	item.Age, item.Idle = rules.Age(u, now), rules.Idle(u, &item.Parts, now)
	return r.place[found], nil
}

// count adds an item to the totals of its rule and of all.
func (r *restoring) count(item *Item) {
	prices := r.providers[item.Upload.Provider].Prices
	r.all.Add(prices, item)
	t := r.byRule[item.Rule]
	if t == nil {
		t = &Totals{}
		r.byRule[item.Rule] = t
	}
	t.Add(prices, item)
}

// compare compares the plan's totals with those of its items.
func (r *restoring) compare() error {
	if !sameAmount(r.plan.Abort, r.all) {
		return fmt.Errorf("the totals are %s, but those of the items are %s", amount(r.plan.Abort), amount(r.all))
	}
	for i := range r.plan.Rules {
		t := &r.plan.Rules[i]
		found := r.byRule[t.Address]
		delete(r.byRule, t.Address)
		switch {
		case t.Stopped != "" && found != nil:
			return fmt.Errorf("%s was stopped by a limit, but there are items of it", t.Address)
		case t.Stopped == "" && !sameAmount(t.Abort, *cmp.Or(found, &Totals{})):
			return fmt.Errorf("the totals of %s are %s, but those of its items are %s", t.Address, amount(t.Abort), amount(*cmp.Or(found, &Totals{})))
		}
	}
	for address := range r.byRule {
		return fmt.Errorf("there are items of %q, which is none of the plan's rules", address)
	}
	return nil
}

func sameAmount(a, b Totals) bool {
	return a.Uploads == b.Uploads && a.Bytes == b.Bytes && a.Parts == b.Parts
}

func amount(t Totals) string {
	return fmt.Sprintf("%d uploads, %d parts, %d bytes", t.Uploads, t.Parts, t.Bytes)
}

// comparePlaces compares two uploads by the order of a plan.
func comparePlaces(a, b *rules.Upload) int {
	return cmp.Or(strings.Compare(a.Provider, b.Provider), strings.Compare(a.Bucket, b.Bucket),
		strings.Compare(a.Key, b.Key), strings.Compare(a.ID, b.ID))
}
