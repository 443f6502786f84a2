package rules

import (
	"slices"
	"strings"
	"time"
)

// An Explanation is a verdict with what every rule and every protect said to it.
type Explanation struct {
	Verdict Verdict // what Decide says

	// Veto is why the upload is kept whatever its rules say: key-unproven, start-unknown
	// or start-in-future. Empty otherwise.
	Veto Reason

	Age       time.Duration // 0 where it is not known
	Idle      time.Duration // likewise
	IdleKnown bool

	Protects []ProtectView // every protect, in the order of their addresses
	Rules    []RuleView    // every rule, likewise
}

// A ProtectView is how one protect block stands to an upload.
type ProtectView struct {
	Protect *Protect
	Covers  bool
	Misses  Miss   // what takes the upload out of it; empty where it covers
	Bucket  string // the glob that the bucket matches; empty where none does
	Key     string // the prefix that the key begins with, or the glob that it matches; empty for every key
}

// A Miss is why a protect does not cover an upload.
type Miss string

// The reasons, in the order in which they are looked for.
const (
	MissOver   Miss = "over"   // its until has come
	MissBucket Miss = "bucket" // the bucket matches none of its buckets
	MissKey    Miss = "key"    // the key is none of those that it is about
	MissOwner  Miss = "owner"  // the upload is known to be another account's
)

// A Standing is how a rule stands to a key.
type Standing string

// Standings. Of a rule that decides, decides with it or is outranked, RuleView.Verdict
// is what the rule alone says.
const (
	OtherProvider   Standing = "other-provider"   // it looks at another provider
	OtherBucket     Standing = "other-bucket"     // the bucket is not among its own
	NoPrefix        Standing = "no-prefix"        // the key begins with none of its prefixes
	Excluded        Standing = "excluded"         // one of its excludes matches the key
	Outranked       Standing = "outranked"        // it covers the key, and rules with a longer prefix decide
	Decides         Standing = "decides"          // it covers the key by the longest prefix of all
	DecidesComposed Standing = "decides-composed" // it would decide in Unicode's composed form of the key, so that it may keep, and never abort
)

// A RuleView is how one rule stands to an upload, and what it says.
type RuleView struct {
	Rule     *Rule
	Standing Standing
	Prefix   string // the longest of its prefixes that the key begins with; with no-prefix the one that comes nearest
	Exclude  string // with excluded: the glob that matches
	// Verdict is what the rule would say if it were alone and nothing vetoed: young,
	// active, filtered, where-failed, stale, over-lifetime, what the parts leave open,
	// or NeedParts. Zero where the rule does not cover the key, or Veto is set.
	Verdict Verdict
}

// Explain says how the verdict on an upload comes about. Its arguments are those of
// Decide, which reaches the verdict.
func (c *Config) Explain(u *Upload, parts *Parts, now time.Time) Explanation {
	e := Explanation{
		Verdict: c.Decide(u, parts, now), Veto: startVeto(u, now),
		Age: Age(u, now), Idle: Idle(u, parts, now), IdleKnown: IdleKnown(u, parts),
	}
	if !addressable(u) {
		e.Veto = KeepKeyUnproven
	}
	for _, i := range c.indexed().protectOrder {
		e.Protects = append(e.Protects, c.Protects[i].view(u, now))
	}
	for _, i := range indexOrder(len(c.Rules), func(i int) string { return c.Rules[i].Address }) {
		v := c.view(i, u)
		switch v.Standing {
		case Decides, DecidesComposed, Outranked:
			if e.Veto == "" {
				alone := Config{Rules: c.Rules[i : i+1]}
				v.Verdict = alone.weigh([]int{0}, u, parts, now)
			}
		}
		e.Rules = append(e.Rules, v)
	}
	return e
}

// view says how the rule at an index of c.Rules stands to an upload.
func (c *Config) view(i int, u *Upload) RuleView {
	r := &c.Rules[i]
	v := RuleView{Rule: r}
	n := r.Scan.longestPrefix(u.Key)
	if n >= 0 {
		v.Prefix = u.Key[:n]
	}
	switch {
	case r.Provider != u.Provider:
		v.Standing = OtherProvider
	case !slices.Contains(r.Scan.Buckets, u.Bucket):
		v.Standing = OtherBucket
	case slices.Contains(c.deciders(nil, c.indexed(), u), i):
		v.Standing = Decides
	case c.decidesComposed(i, u):
		v.Standing = DecidesComposed
	case n < 0:
		v.Standing, v.Prefix = NoPrefix, nearestPrefix(r.Scan.Prefixes, u.Key)
	case r.Scan.excludes(u.Key):
		v.Standing, v.Exclude = Excluded, r.Scan.excluding(u.Key)
	default:
		v.Standing = Outranked
	}
	return v
}

// decidesComposed reports whether a rule would decide in the composed form of a key
// about which, as it is, others decide.
func (c *Config) decidesComposed(i int, u *Upload) bool {
	composed, other := composedForm(u.Key)
	if !other || len(c.deciders(nil, c.indexed(), u)) == 0 {
		return false
	}
	twin := *u
	twin.Key = composed
	return slices.Contains(c.deciders(nil, c.indexed(), &twin), i)
}

// excluding is the first exclude that matches a key, as it is or in normal form C.
func (s *Scan) excluding(key string) string {
	for _, form := range formsOf(key) {
		if glob := matching(s.Exclude, form); glob != "" {
			return glob
		}
	}
	return ""
}

// formsOf is a key as it is, and in normal form C where that is another text.
func formsOf(key string) []string {
	if composed, other := composedForm(key); other {
		return []string{key, composed}
	}
	return []string{key}
}

// nearestPrefix is the prefix that has the most in common with a key's beginning,
// empty where none has anything.
func nearestPrefix(prefixes []string, key string) (nearest string) {
	most := 0
	for _, p := range prefixes {
		n := 0
		for n < min(len(p), len(key)) && p[n] == key[n] {
			n++
		}
		if n > most {
			nearest, most = p, n
		}
	}
	return nearest
}

// view says how a protect stands to an upload.
func (p *Protect) view(u *Upload, now time.Time) ProtectView {
	v := ProtectView{Protect: p, Covers: p.covers(u, now), Bucket: matching(p.Buckets, u.Bucket), Key: p.matchingKey(u.Key)}
	switch {
	case v.Covers:
	case !p.Until.IsZero() && !now.Before(p.Until):
		v.Misses = MissOver
	case !matchesAny(p.Buckets, u.Bucket):
		v.Misses = MissBucket
	case !p.coversKey(u.Key):
		v.Misses = MissKey
	default:
		v.Misses = MissOwner
	}
	return v
}

// matchingKey is the prefix or the glob by which p is about a key.
func (p *Protect) matchingKey(key string) string {
	for _, form := range formsOf(key) {
		for _, prefix := range p.Prefixes {
			if strings.HasPrefix(form, prefix) {
				return prefix
			}
		}
		if glob := matching(p.Keys, form); glob != "" {
			return glob
		}
	}
	return ""
}

// matching is the first of some globs that matches s, or empty.
func matching(globs []Glob, s string) string {
	for i := range globs {
		if globs[i].Match(s) {
			return globs[i].String()
		}
	}
	return ""
}
