package rules

import (
	"cmp"
	"slices"
)

// An index finds the rules that look at a bucket without walking over all rules.
// It also fixes the order of addresses, which a Config need not be in.
//
// It holds no threshold, prefix or exclude: those are read from the Config itself.
type index struct {
	rules    []Rule    // the slices that the index was built for
	protects []Protect // likewise

	scopes       map[indexScope][]int // indexes in rules, in the order of addresses, each once
	place        []int                // of rules[i] in addresses
	addresses    []string             // the addresses of all rules, sorted
	protectOrder []int                // indexes in protects, in the order of addresses
}

type indexScope struct{ provider, bucket string }

// indexed returns the index of c, building it at the first use. Goroutines that
// come first at the same time build equal ones, and it does not matter whose stays.
func (c *Config) indexed() *index {
	if x := c.index.Load(); x != nil && sameSlice(x.rules, c.Rules) && sameSlice(x.protects, c.Protects) {
		return x
	}
	x := newIndex(c)
	c.index.Store(x)
	return x
}

// sameSlice reports whether a and b are one piece of memory.
func sameSlice[T any](a, b []T) bool {
	return len(a) == len(b) && (len(a) == 0 || &a[0] == &b[0])
}

func newIndex(c *Config) *index {
	x := &index{
		rules:     c.Rules,
		protects:  c.Protects,
		scopes:    map[indexScope][]int{},
		place:     make([]int, len(c.Rules)),
		addresses: make([]string, len(c.Rules)),
	}
	order := indexOrder(len(c.Rules), func(i int) string { return c.Rules[i].Address })
	for place, i := range order {
		r := &c.Rules[i]
		x.place[i], x.addresses[place] = place, r.Address
		for _, bucket := range r.Scan.Buckets {
			scope := indexScope{r.Provider, bucket}
			// A bucket that is named twice must not count its rule twice.
			if list := x.scopes[scope]; len(list) == 0 || list[len(list)-1] != i {
				x.scopes[scope] = append(list, i)
			}
		}
	}
	x.protectOrder = indexOrder(len(c.Protects), func(i int) string { return c.Protects[i].Address })
	return x
}

// indexOrder returns 0 to n-1 in the order of their addresses.
func indexOrder(n int, address func(int) string) []int {
	order := make([]int, n)
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(address(a), address(b)) })
	return order
}

// addressesOf returns the addresses of some rules, given in the order of addresses.
// Rules that are neighbours in that order, above all a single one, share memory.
func (x *index) addressesOf(rules []int) []string {
	first, last := x.place[rules[0]], x.place[rules[len(rules)-1]]
	if last-first == len(rules)-1 {
		return x.addresses[first : last+1 : last+1]
	}
	out := make([]string, len(rules))
	for n, i := range rules {
		out[n] = x.addresses[x.place[i]]
	}
	return out
}
