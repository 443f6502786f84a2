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
		return fmt.Sprintf("kept as filtered: no rule covers %q in the bucket %q of %s.", m.upload.Key, m.upload.Bucket, m.upload.Provider)
	}
	return fmt.Sprintf("kept as %s.", v.Reason)
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
