package rules

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// An Overlap is a prefix that several rules look at, in the same buckets of one
// provider, and who of them decides about the keys below it.
type Overlap struct {
	Provider string   `json:"provider"`
	Buckets  []string `json:"buckets"` // sorted
	Prefix   string   `json:"prefix"`  // what is decided about; empty for the whole bucket
	Deciders []string `json:"deciders"`

	// Within and Over tell of the rules whose longest prefix here is a shorter one, and
	// who therefore do not decide. Where Over is empty the deciders, which are several,
	// share the prefix, and one of them that keeps an upload is enough to keep it.
	Within string   `json:"within"`
	Over   []string `json:"over,omitempty"`

	// Excludes says that a decider excludes some of the keys: about those the other
	// rules decide.
	Excludes bool `json:"excludes"`
	// Where says that a decider has a condition: what that is false for is kept, and not
	// left to the other rules.
	Where bool `json:"where"`
}

// Overlaps lists where scopes of different rules meet, in the order of providers,
// prefixes and buckets. A prefix is held against the longest one that holds it; what
// lies further up follows. Buckets in which the same holds are one Overlap.
func (c *Config) Overlaps() []Overlap {
	o := &overlaps{cfg: c, groups: map[string]int{}, sets: map[int][]string{}, found: map[overlapKey]int{}}
	x := c.indexed()
	for _, scope := range slices.SortedFunc(maps.Keys(x.scopes), compareScopes) {
		if len(x.scopes[scope]) > 1 {
			o.look(scope, x.scopes[scope])
		}
	}
	slices.SortStableFunc(o.all, func(a, b Overlap) int {
		return cmp.Or(cmp.Compare(a.Provider, b.Provider), cmp.Compare(a.Prefix, b.Prefix), cmp.Compare(len(a.Over), len(b.Over)))
	})
	return o.all
}

func compareScopes(a, b indexScope) int {
	return cmp.Or(cmp.Compare(a.provider, b.provider), cmp.Compare(a.bucket, b.bucket))
}

// overlaps gathers what Overlaps returns.
type overlaps struct {
	cfg    *Config
	groups map[string]int   // numbers of sets of rules, from 1
	sets   map[int][]string // their addresses, by number
	found  map[overlapKey]int
	all    []Overlap
}

// An overlapKey is what makes overlaps of two buckets the same.
type overlapKey struct {
	provider, prefix, within string
	deciders, over           int
}

// A prefixGroup is a prefix of one bucket and the rules that have it, by their indexes
// in the order of addresses.
type prefixGroup struct {
	prefix string
	rules  []int
	set    int // number of this set of rules; 0 for none
}

// look finds the overlaps of the rules that look at one bucket.
func (o *overlaps) look(scope indexScope, rules []int) {
	var around []prefixGroup // those that hold the one at hand, the shortest first
	for _, g := range o.prefixesOf(rules) {
		for len(around) > 0 && !strings.HasPrefix(g.prefix, around[len(around)-1].prefix) {
			around = around[:len(around)-1]
		}
		if len(g.rules) > 1 {
			o.add(scope, g, prefixGroup{prefix: g.prefix})
		}
		if len(around) > 0 {
			within := around[len(around)-1]
			if over := o.without(within, g); len(over.rules) > 0 {
				o.add(scope, g, over)
			}
		}
		around = append(around, g)
	}
}

// prefixesOf lists the prefixes of some rules, sorted, so that one stands before those
// that it holds.
func (o *overlaps) prefixesOf(rules []int) []prefixGroup {
	byPrefix := map[string][]int{}
	for _, i := range rules {
		for _, prefix := range o.cfg.Rules[i].Scan.Prefixes {
			if list := byPrefix[prefix]; len(list) == 0 || list[len(list)-1] != i {
				byPrefix[prefix] = append(list, i)
			}
		}
	}
	groups := make([]prefixGroup, 0, len(byPrefix))
	for _, prefix := range slices.Sorted(maps.Keys(byPrefix)) {
		groups = append(groups, o.group(prefix, byPrefix[prefix]))
	}
	return groups
}

// without is within, but for the rules that g has too.
func (o *overlaps) without(within, g prefixGroup) prefixGroup {
	shared := func(i int) bool { return slices.Contains(g.rules, i) }
	if !slices.ContainsFunc(within.rules, shared) {
		return within
	}
	return o.group(within.prefix, slices.DeleteFunc(slices.Clone(within.rules), shared))
}

func (o *overlaps) add(scope indexScope, g, over prefixGroup) {
	key := overlapKey{scope.provider, g.prefix, over.prefix, g.set, over.set}
	n, ok := o.found[key]
	if !ok {
		n = len(o.all)
		o.found[key] = n
		o.all = append(o.all, Overlap{
			Provider: scope.provider, Prefix: g.prefix, Deciders: o.sets[g.set],
			Within: over.prefix, Over: o.sets[over.set], Excludes: o.excludes(g),
			Where: slices.ContainsFunc(g.rules, func(i int) bool { return o.cfg.Rules[i].Stale.Where != nil }),
		})
	}
	o.all[n].Buckets = append(o.all[n].Buckets, scope.bucket)
}

// group numbers a set of rules.
func (o *overlaps) group(prefix string, rules []int) prefixGroup {
	text := fmt.Sprint(rules)
	set, ok := o.groups[text]
	if !ok && len(rules) > 0 {
		set = len(o.groups) + 1
		o.groups[text], o.sets[set] = set, o.cfg.indexed().addressesOf(rules)
	}
	return prefixGroup{prefix, rules, set}
}

// excludes reports whether one of the rules of g excludes a key under its prefix.
func (o *overlaps) excludes(g prefixGroup) bool {
	return slices.ContainsFunc(g.rules, func(i int) bool {
		return slices.ContainsFunc(o.cfg.Rules[i].Scan.Exclude, func(e Glob) bool { return e.reaches(g.prefix) })
	})
}
