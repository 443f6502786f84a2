package rules

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// why tells the figures that led to the verdict on a mock.
func (c *Config) why(m *mocked, v Verdict, now time.Time) string {
	age, idle := FormatDuration(Age(&m.upload, now)), FormatDuration(Idle(&m.upload, &m.parts, now))
	switch v.Reason {
	case KeepProtected:
		return fmt.Sprintf("kept as protected, by %s.", v.By)
	case KeepYoung:
		return fmt.Sprintf("kept as young: it is %s old, and %s.", age, c.thresholds(v, "older_than"))
	case KeepActive:
		return fmt.Sprintf("kept as active: its newest part is %s old, and %s.", idle, c.thresholds(v, "idle_for"))
	case AbortStale:
		return fmt.Sprintf("to be aborted as stale: it is %s old and has been idle for %s, and %s.", age, idle, c.thresholds(v, "older_than", "idle_for"))
	case AbortOverLifetime:
		return fmt.Sprintf("to be aborted as over-lifetime: it is %s old, and %s.", age, c.thresholds(v, "max_lifetime"))
	case KeepFiltered:
		return "kept as filtered: " + c.whyFiltered(m, now) + "."
	case KeepWhereFailed:
		return "kept as where-failed: the where of " + v.Rules[0] + " has no value for it: " + v.Why + "."
	}
	return fmt.Sprintf("kept as %s.", v.Reason)
}

// whyFiltered tells what takes an upload out of the rules.
func (c *Config) whyFiltered(m *mocked, now time.Time) string {
	const most = 3 // rules that are named
	var all []string
	for _, v := range c.Explain(&m.upload, &m.parts, now).Rules {
		switch {
		case v.Standing == Excluded:
			all = append(all, fmt.Sprintf("%s excludes %q", v.Rule.Address, v.Exclude))
		case v.Standing == NoPrefix:
			all = append(all, fmt.Sprintf("%s looks at this bucket, but only under %s", v.Rule.Address, enumerate(v.Rule.Scan.Prefixes, "and")))
		case v.Verdict.Reason == KeepFiltered && v.Rule.Stale.Where != nil:
			all = append(all, fmt.Sprintf("where of %s is false: %s", v.Rule.Address, cut(v.Rule.Stale.Where.String())))
		}
	}
	if len(all) == 0 {
		return fmt.Sprintf("no rule looks at the bucket %q of %s", m.upload.Bucket, m.upload.Provider)
	}
	if more := len(all) - most; more > 0 {
		all = append(all[:most], fmt.Sprintf("and %d more", more))
	}
	return strings.Join(all, ", ")
}

// thresholds names those thresholds of the rules that decided.
func (c *Config) thresholds(v Verdict, names ...string) string {
	var all []string
	for i := range c.Rules {
		s := &c.Rules[i].Stale
		if !slices.Contains(v.Rules, c.Rules[i].Address) {
			continue
		}
		var set []string
		for _, name := range names {
			value := map[string]time.Duration{"older_than": s.OlderThan, "idle_for": s.IdleFor, "max_lifetime": s.MaxLifetime}[name]
			set = append(set, fmt.Sprintf("%s = %q", name, FormatDuration(value)))
		}
		all = append(all, fmt.Sprintf("%s has %s", c.Rules[i].Address, strings.Join(set, " and ")))
	}
	return strings.Join(all, ", ")
}
