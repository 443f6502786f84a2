package rules

import (
	"strings"
	"time"
	"unicode/utf8"
)

// futureSlack is how far a start may lie ahead of now and still count as age 0.
// Stores write starts in whole seconds and some of them round up.
const futureSlack = time.Second

// Decide reaches the verdict of all rules and protects on one upload. It is pure:
// the same arguments always give the same verdict. parts is nil as long as they
// were not read; NeedParts asks for them. now is the instant that ages count from.
//
// The first of these that applies decides:
//
//  1. A protect that covers the upload and is not over keeps it.
//  2. A key that cannot be addressed safely keeps it.
//  3. No rule covers it: it is kept as filtered. A rule covers what lies in its
//     provider, one of its buckets and one of its prefixes, and matches none of its
//     excludes. Of the rules that cover it, those with the longest matching prefix
//     decide, and keep wins between them. Protects and excludes cover a key also
//     in Unicode's normal form C, and the rules that would decide about it in that
//     form can keep it too.
//  4. A start that is not known or lies in the future keeps it.
//  5. One deciding rule finds it too young: kept, whatever its parts say. An age
//     of exactly older_than is old enough, and so is one of exactly max_lifetime,
//     which makes an upload old enough by itself.
//  6. The where of one deciding rule, one that names nothing of the parts, is false:
//     kept as filtered. Or one has no value: kept as where-failed. upload.key is the
//     key as it is stored, also for the rules that would decide about its normal form.
//  7. The parts were not read yet: NeedParts.
//  8. Parts that are another upload's, could not be read to their end, or hold a
//     time that is not known keep it, also beyond max_lifetime.
//  9. A where of a deciding rule that names size, parts or idle keeps it, as in 6.
//  10. One deciding rule finds it active: kept. An idle time of exactly idle_for is
//     idle enough, and beyond max_lifetime nothing is active.
//  11. It is aborted.
//
// Without a now no age is known, so step 4 keeps everything that reaches it.
func (c *Config) Decide(u *Upload, parts *Parts, now time.Time) Verdict {
	x := c.indexed()
	if by, ok := c.protector(x, u, now); ok {
		return Verdict{Reason: KeepProtected, By: by}
	}
	if !addressable(u) {
		return Verdict{Reason: KeepKeyUnproven}
	}
	// Rules that decide together are few; more than these cost an allocation.
	var room [8]int
	deciders := c.deciders(room[:0], x, u)
	if len(deciders) == 0 {
		return Verdict{Reason: KeepFiltered}
	}
	if reason := startVeto(u, now); reason != "" {
		return Verdict{Reason: reason}
	}
	v := c.weigh(deciders, u, parts, now)
	if v.Action == Keep {
		return v
	}
	if stricter := c.weighComposed(u, parts, now); stricter.Reason != "" {
		return stricter
	}
	return v
}

// weighComposed returns the verdict that keeps u by the rules that would decide if
// its key had normal form C, or the zero Verdict. A rule may say by a longer prefix
// in that form that what lies there is to be kept for longer.
func (c *Config) weighComposed(u *Upload, parts *Parts, now time.Time) Verdict {
	composed, other := composedForm(u.Key)
	if !other {
		return Verdict{}
	}
	twin := *u
	twin.Key = composed
	var room [8]int
	deciders := c.deciders(room[:0], c.indexed(), &twin)
	if len(deciders) == 0 {
		return Verdict{}
	}
	if v := c.weigh(deciders, u, parts, now); v.Action == Keep {
		return v
	}
	return Verdict{}
}

// weigh applies the thresholds of the deciding rules to u, whose start is known.
func (c *Config) weigh(deciders []int, u *Upload, parts *Parts, now time.Time) Verdict {
	x, age := c.indexed(), Age(u, now)
	var room [8]int
	young := c.keepers(room[:0], deciders, func(s *Stale) bool { return s.young(age) })
	if len(young) > 0 {
		return Verdict{Reason: KeepYoung, Rules: x.addressesOf(young)}
	}
	if v := c.filter(deciders, subject{upload: u, age: age}, false); v.Reason != "" {
		return v
	}
	if parts == nil {
		return Verdict{Action: NeedParts, Rules: x.addressesOf(deciders)}
	}
	if reason := partsVeto(parts); reason != "" {
		return Verdict{Reason: reason}
	}
	idle := Idle(u, parts, now)
	if v := c.filter(deciders, subject{upload: u, parts: parts, age: age, idle: idle}, true); v.Reason != "" {
		return v
	}
	active := c.keepers(room[:0], deciders, func(s *Stale) bool { return s.active(age, idle) })
	if len(active) > 0 {
		return Verdict{Reason: KeepActive, Rules: x.addressesOf(active)}
	}
	reason := AbortStale
	if c.Rules[deciders[0]].Stale.overLifetime(age) {
		reason = AbortOverLifetime
	}
	return Verdict{Action: Abort, Reason: reason, Rules: x.addressesOf(deciders)}
}

// keepers appends to dst the deciding rules whose thresholds keep an upload.
func (c *Config) keepers(dst, deciders []int, keeps func(*Stale) bool) []int {
	for _, i := range deciders {
		if keeps(&c.Rules[i].Stale) {
			dst = append(dst, i)
		}
	}
	return dst
}

// Covering appends to dst the indexes in c.Rules of the rules in whose scan
// (provider, bucket and a prefix) the upload lies, whatever their excludes, and
// returns it. They come in the order of the rules' addresses.
func (c *Config) Covering(dst []int, u *Upload) []int {
	for _, i := range c.indexed().scopes[indexScope{u.Provider, u.Bucket}] {
		if c.Rules[i].Scan.longestPrefix(u.Key) >= 0 {
			dst = append(dst, i)
		}
	}
	return dst
}

// deciders appends to dst the rules that decide about u: of those that cover it,
// the ones with the longest matching prefix, in the order of their addresses.
func (c *Config) deciders(dst []int, x *index, u *Upload) []int {
	longest := -1
	for _, i := range x.scopes[indexScope{u.Provider, u.Bucket}] {
		scan := &c.Rules[i].Scan
		n := scan.longestPrefix(u.Key)
		if n < 0 || n < longest || scan.excludes(u.Key) {
			continue
		}
		if n > longest {
			longest, dst = n, dst[:0]
		}
		dst = append(dst, i)
	}
	return dst
}

// longestPrefix is the length of the longest prefix of s that key begins with, or
// -1 where there is none.
func (s *Scan) longestPrefix(key string) int {
	longest := -1
	for _, prefix := range s.Prefixes {
		if len(prefix) > longest && strings.HasPrefix(key, prefix) {
			longest = len(prefix)
		}
	}
	return longest
}

// excludes reports whether one of s's globs matches key, as it is or in normal
// form C.
func (s *Scan) excludes(key string) bool {
	if len(s.Exclude) == 0 {
		return false
	}
	if matchesAny(s.Exclude, key) {
		return true
	}
	composed, other := composedForm(key)
	return other && matchesAny(s.Exclude, composed)
}

func matchesAny(globs []Glob, s string) bool {
	for i := range globs {
		if globs[i].Match(s) {
			return true
		}
	}
	return false
}

// overLifetime reports whether an upload of this age is aborted, active or not.
func (s *Stale) overLifetime(age time.Duration) bool {
	return s.MaxLifetime > 0 && age >= s.MaxLifetime
}

func (s *Stale) young(age time.Duration) bool {
	return age < s.OlderThan && !s.overLifetime(age)
}

func (s *Stale) active(age, idle time.Duration) bool {
	return idle < s.IdleFor && !s.overLifetime(age)
}

// startVeto is the reason to keep u because of its start, or empty.
func startVeto(u *Upload, now time.Time) Reason {
	switch {
	case !known(u.Initiated), !known(now):
		return KeepStartUnknown
	case u.Initiated.Sub(now) > futureSlack:
		return KeepStartInFuture
	}
	return ""
}

// partsVeto is the reason to keep an upload because of what listing its parts
// said, or empty.
func partsVeto(p *Parts) Reason {
	switch {
	case p.Foreign:
		return KeepKeyUnproven
	case p.Unreadable:
		return KeepPartsUnreadable
	case !p.timesKnown():
		return KeepActivityUnknown
	}
	return ""
}

// addressable reports whether a request for u is certain to mean this upload and
// no other: its bucket, key and id are there, and nothing on the way to the store
// rewrites the key. Proxies and clients resolve "." and ".." segments, some end a
// text at NUL, and a replacement character may stand for bytes that were lost.
func addressable(u *Upload) bool {
	return !u.KeyUnproven &&
		u.Bucket != "" && u.Key != "" && u.ID != "" &&
		utf8.ValidString(u.Key) &&
		!strings.Contains(u.Key, string(utf8.RuneError)) &&
		strings.IndexByte(u.Key, 0) < 0 &&
		!HasDotSegment(u.Key)
}

// HasDotSegment reports whether a segment of key is "." or "..". A server or a proxy
// may resolve such a path, and a request would then be about another key.
func HasDotSegment(key string) bool {
	for {
		segment, rest, more := strings.Cut(key, "/")
		if segment == "." || segment == ".." {
			return true
		}
		if !more {
			return false
		}
		key = rest
	}
}
