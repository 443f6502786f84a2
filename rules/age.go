package rules

import "time"

// known reports whether a store told the instant t. The Unix epoch and what lies
// before it count as not told: object storage is younger, and a program that has
// no time to tell writes either.
func known(t time.Time) bool { return t.Unix() > 0 }

// StartKnown reports whether the store told when u was initiated.
func StartKnown(u *Upload) bool { return known(u.Initiated) }

// Age is how long ago u was initiated, at least 0. It is 0 where that cannot be
// told: where the start or now is not known.
func Age(u *Upload, now time.Time) time.Duration {
	if !known(u.Initiated) || !known(now) {
		return 0
	}
	return max(now.Sub(u.Initiated), 0)
}

// Idle is how long ago u last changed, at least 0: since its newest part, or since
// it was initiated where it has no part. It is 0 where that cannot be told: where
// the parts were not read, or not to their end, or hold a time that is not known,
// or where the start or now is not known.
func Idle(u *Upload, p *Parts, now time.Time) time.Duration {
	if !IdleKnown(u, p) || !known(now) {
		return 0
	}
	last := u.Initiated
	if p.Newest.After(last) {
		last = p.Newest
	}
	return max(now.Sub(last), 0)
}

// IdleKnown reports whether it can be told when u last changed.
func IdleKnown(u *Upload, p *Parts) bool {
	return p != nil && !p.Foreign && !p.Unreadable && p.timesKnown() && known(u.Initiated)
}

// timesKnown reports whether the time of every part is known.
func (p *Parts) timesKnown() bool {
	return !p.TimeUnknown && (p.Count == 0 || known(p.Newest))
}
