package engine

import (
	"offcut/rules"
)

// counts is what was seen in one scope. rules runs parallel to Plan.Rules.
type counts struct {
	listed     int64
	candidates int64 // uploads whose parts had to be read
	kept       map[rules.Reason]int64
	rules      []ruleCounts
}

type ruleCounts struct {
	listed int64
	kept   map[rules.Reason]int64
	byAge  ByAge
}

func newCounts(acting int) counts {
	return counts{kept: map[rules.Reason]int64{}, rules: make([]ruleCounts, acting)}
}

// see counts a listed upload. covering are the acting rules that cover it.
func (c *counts) see(covering []int) {
	c.listed++
	for _, i := range covering {
		c.rules[i].listed++
	}
}

// keep counts a kept upload once, and once for each rule that covers it.
func (c *counts) keep(reason rules.Reason, covering []int) {
	c.kept[reason]++
	for _, i := range covering {
		if c.rules[i].kept == nil {
			c.rules[i].kept = map[rules.Reason]int64{}
		}
		c.rules[i].kept[reason]++
	}
}

// addTo adds what was seen in a whole scope to the plan.
func (c *counts) addTo(p *Plan) {
	addKept(p.Kept, c.kept)
	for i := range c.rules {
		p.Rules[i].Listed += c.rules[i].listed
		addKept(p.Rules[i].Kept, c.rules[i].kept)
		p.Rules[i].ByAge.Merge(c.rules[i].byAge)
	}
}

func addKept(sum, kept map[rules.Reason]int64) {
	for reason, n := range kept {
		sum[reason] += n
	}
}
