package view

import (
	"strings"

	"offcut/engine"
)

// A stop says why rules were stopped. A limit of the whole run stops all of them for
// one reason, which is told once.
type stop struct {
	why   string
	rules []string // addresses
}

func stopsOfPlan(p *engine.Plan) (all []stop) {
	for _, r := range p.Rules {
		all = gatherStop(all, r.Address, r.Stopped)
	}
	return all
}

func stopsOfReport(r *engine.Report) (all []stop) {
	for _, rule := range r.Rules {
		all = gatherStop(all, rule.Address, rule.Stopped)
	}
	for _, rule := range r.Rules {
		all = gatherStop(all, rule.Address, rule.Broken)
	}
	return all
}

// gatherStop adds a rule to those that were stopped for the same reason; none where
// why is empty.
func gatherStop(all []stop, rule, why string) []stop {
	if why == "" {
		return all
	}
	for i := range all {
		if all[i].why == why {
			all[i].rules = append(all[i].rules, rule)
			return all
		}
	}
	return append(all, stop{why, []string{rule}})
}

// text names at most six of the rules, and the reason. One of a rule that was stopped on
// its way begins with what the label says already.
func (s stop) text() string {
	const most = 6
	names := strings.Join(s.rules[:min(most, len(s.rules))], ", ")
	if hidden := len(s.rules) - most; hidden > 0 {
		names += " and " + countOf(int64(hidden), "more rule")
	}
	if why, ok := strings.CutPrefix(s.why, "stopped "); ok {
		return names + " " + why
	}
	return names + ": " + s.why
}
