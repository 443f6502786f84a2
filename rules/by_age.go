package rules

import "slices"

// ByAge returns the rules of c as they would be without idle_for: nothing is kept
// because parts still arrive. It is what bucket lifecycles and the clean-up commands
// of other tools do, and it is for telling the difference only: nothing may be
// aborted by it. Protects, filters and every unknown keep what they keep in c.
func (c *Config) ByAge() *Config {
	byAge := &Config{MinimumAge: c.MinimumAge, Providers: c.Providers, Rules: slices.Clone(c.Rules), Protects: c.Protects}
	for i := range byAge.Rules {
		byAge.Rules[i].Stale.IdleFor = 0
	}
	return byAge
}
