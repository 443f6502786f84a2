package engine

import (
	"slices"
	"time"

	"offcut/rules"
)

// A ByAge counts what a rule would abort besides its plan if it looked at ages alone:
// uploads of whole scopes that are kept as active only, because parts arrived within
// idle_for.
type ByAge struct {
	Uploads   int64
	Bytes     int64
	OlderThan time.Duration // of the rule
	Within    time.Duration // a part of each of them arrived within it: the idle_for that keeps them, the longest where rules differ
}

// Merge adds the counts of other and keeps the longer spans.
func (b *ByAge) Merge(other ByAge) {
	b.Uploads += other.Uploads
	b.Bytes += other.Bytes
	b.OlderThan = max(b.OlderThan, other.OlderThan)
	b.Within = max(b.Within, other.Within)
}

// An ageJudge tells what ages alone would do.
type ageJudge struct {
	rules   *rules.Config            // without idle_for
	idleFor map[string]time.Duration // what it is, by address
}

func newAgeJudge(cfg *rules.Config) ageJudge {
	j := ageJudge{rules: cfg.ByAge(), idleFor: map[string]time.Duration{}}
	for i := range cfg.Rules {
		j.idleFor[cfg.Rules[i].Address] = cfg.Rules[i].Stale.IdleFor
	}
	return j
}

// within is the longest idle_for of rules.
func (j *ageJudge) within(addresses []string) (longest time.Duration) {
	for _, address := range addresses {
		longest = max(longest, j.idleFor[address])
	}
	return longest
}

// oldButActive says for which acting rule, by its place, a kept upload counts in
// ByAge, and what it counts. ok is false where ages alone would keep it too, and where
// no part of it arrived within idle_for: what has none is idle since its start.
func (s *scopeScan) oldButActive(u *rules.Upload, parts *rules.Parts, verdict rules.Verdict) (place int, found ByAge, ok bool) {
	if verdict.Reason != rules.KeepActive || parts.Count == 0 {
		return 0, ByAge{}, false
	}
	now, _ := s.clock.reading()
	alone := s.ages.rules.Decide(u, parts, now)
	rule := s.actor(alone.Rules)
	within := s.ages.within(verdict.Rules)
	if alone.Action != rules.Abort || rule == nil || now.Sub(parts.Newest) >= within {
		return 0, ByAge{}, false
	}
	return slices.Index(s.acting, rule), ByAge{Uploads: 1, Bytes: parts.Bytes, OlderThan: rule.Stale.OlderThan, Within: within}, true
}
