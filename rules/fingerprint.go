package rules

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
)

// MarshalText writes the glob as it was written.
func (g Glob) MarshalText() ([]byte, error) { return []byte(g.text), nil }

// Fingerprint is the SHA-256 (64 hex digits) of everything that c says, except its
// protects and the places in files: two configurations that agree in it differ at
// most in what they protect. A number that JSON can't write (NaN) is a mistake of
// whoever made the Config by hand, and panics.
func (c *Config) Fingerprint() string {
	bare := Config{
		MinimumAge: c.MinimumAge, PlanTTL: c.PlanTTL, Retention: c.Retention,
		Limits: c.Limits, Confirm: c.Confirm,
		Providers: slices.Clone(c.Providers), Rules: slices.Clone(c.Rules), Empty: c.Empty,
		Checks: slices.Clone(c.Checks), Prices: slices.Clone(c.Prices), Discoveries: c.Discoveries,
	}
	for i := range bare.Checks {
		bare.Checks[i].Range = Range{}
	}
	for i := range bare.Prices {
		bare.Prices[i].Range = Range{}
	}
	for i := range bare.Providers {
		bare.Providers[i].Range = Range{}
	}
	for i := range bare.Rules {
		r := &bare.Rules[i]
		r.Range, r.Schedule.Cron = Range{}, nil // the schedule's text says it all
	}
	text, err := json.Marshal(&bare)
	if err != nil {
		panic(fmt.Sprintf("rules: a configuration that has no fingerprint: %v", err))
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}
