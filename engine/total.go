package engine

import (
	"cmp"
	"slices"

	"offcut/rules"
)

// A group is a part of what one rule would abort.
type group struct {
	rule int // index in Plan.Rules
	name string
}

// sumItems adds up the items of whole scopes by rule, stops the rules that exceed
// a limit, or all of them where they exceed one of the run together, and totals what
// is left. acting runs parallel to p.Rules.
func (p *Plan) sumItems(acting []*rules.Rule, run rules.RunLimits) error {
	place, prices := map[string]int{}, map[string]rules.PriceList{}
	for i := range p.Rules {
		place[p.Rules[i].Address] = i
	}
	for _, s := range p.Providers {
		prices[s.Address] = s.Prices
	}
	buckets, owners := map[group]*Totals{}, map[group]*Totals{}
	found := make([]int64, len(p.Scopes))
	for c, err := range p.items.All() {
		if err != nil {
			return err
		}
		found[c.Scope]++
		if p.Scopes[c.Scope].Status != ScopeComplete {
			continue
		}
		u := &c.Item.Upload
		rule, list := place[c.Item.Rule], prices[u.Provider]
		p.Rules[rule].Abort.Add(list, &c.Item)
		totalOf(buckets, group{rule, u.Provider + "/" + u.Bucket}).Add(list, &c.Item)
		totalOf(owners, group{rule, cmp.Or(u.Owner, u.Initiator)}).Add(list, &c.Item)
	}
	for i := range p.Rules {
		t := &p.Rules[i]
		t.Refused = len(acting[i].Refused) > 0
		t.Stopped = stopReason(acting[i], t, p.doubtfulOf(t.Address, found))
		if t.Stopped == "" {
			p.Abort.Merge(t.Abort)
		}
	}
	p.stopAll(runStopReason(run, &p.Abort))
	p.ByBucket, p.ByOwner = p.ranked(buckets), p.ranked(owners)
	return nil
}

// stopAll stops every rule that no limit of its own stopped, unless why is empty.
func (p *Plan) stopAll(why string) {
	if why == "" {
		return
	}
	for i := range p.Rules {
		p.Rules[i].Stopped = cmp.Or(p.Rules[i].Stopped, why)
	}
	p.Abort = Totals{}
}

func totalOf(groups map[group]*Totals, g group) *Totals {
	t := groups[g]
	if t == nil {
		t = &Totals{}
		groups[g] = t
	}
	return t
}

// doubtfulOf names the scopes of a rule of which no share is known. found counts
// the items of every scope, each upload once.
func (p *Plan) doubtfulOf(address string, found []int64) (doubt doubtfulScopes) {
	for i := range p.Scopes {
		s := &p.Scopes[i]
		if !slices.Contains(s.Rules, address) {
			continue
		}
		if s.unfinished() {
			doubt.unfinished = append(doubt.unfinished, s.where())
		} else if s.unsorted || s.stale > found[i] {
			doubt.uncounted = append(doubt.uncounted, s.where())
		}
	}
	return doubt
}

// ranked merges the groups of rules that were not stopped: the most bytes first,
// and by name between equals.
func (p *Plan) ranked(groups map[group]*Totals) []GroupTotal {
	// The same order of rules every time, so that sums of money come out the same.
	order := make([]group, 0, len(groups))
	for g := range groups {
		if p.Rules[g.rule].Stopped == "" {
			order = append(order, g)
		}
	}
	slices.SortFunc(order, func(a, b group) int { return cmp.Or(cmp.Compare(a.name, b.name), cmp.Compare(a.rule, b.rule)) })
	var ranked []GroupTotal
	for _, g := range order {
		if n := len(ranked); n == 0 || ranked[n-1].Name != g.name {
			ranked = append(ranked, GroupTotal{Name: g.name})
		}
		ranked[len(ranked)-1].Merge(*groups[g])
	}
	slices.SortStableFunc(ranked, func(a, b GroupTotal) int { return cmp.Compare(b.Bytes, a.Bytes) })
	return ranked
}
