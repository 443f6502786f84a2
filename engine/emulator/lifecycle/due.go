package lifecycle

import (
	"strings"
	"time"
)

// Beijing time has been eight hours ahead of UTC, without exception, since 1991.
const beijingAhead = 8 * time.Hour

// An Object is what a decision needs to know of a stored object.
type Object struct {
	Key      string
	Size     int64 // bytes
	Tags     []Tag
	Class    string // storage class
	Modified time.Time
}

// An Action is what a rule asks for.
type Action string

const (
	Abort      Action = "abort"      // an open multipart upload goes, with its parts
	Expire     Action = "expire"     // an object goes
	Transition Action = "transition" // an object gets another storage class
)

// A Decision is what is due, and why.
type Decision struct {
	Action Action
	Rule   string // its ID, which may be empty
	Class  string // of a Transition
}

// Enabled reports whether any rule is enabled that acts on uploads, or on objects.
func (c *Configuration) Enabled() (uploads, objects bool) {
	for i := range c.rules {
		r := &c.rules[i]
		uploads = uploads || r.enabled && r.abort != nil
		objects = objects || r.enabled && (r.expire != nil || len(r.transitions) > 0)
	}
	return uploads, objects
}

// AbortDue reports whether an open upload of key is to be aborted at now, and by
// which rule (its ID, which may be empty).
func (c *Configuration) AbortDue(key string, initiated, now time.Time) (rule string, due bool) {
	at, rule, ok := c.AbortAt(key, initiated)
	return rule, ok && !now.Before(at)
}

// AbortAt is the first instant at which an upload of key is to be aborted, and
// the rule that asks for it. ok is false where no rule ever does.
func (c *Configuration) AbortAt(key string, initiated time.Time) (at time.Time, rule string, ok bool) {
	for i := range c.rules {
		r := &c.rules[i]
		if !r.enabled || r.abort == nil || !strings.HasPrefix(key, r.prefix) {
			continue
		}
		if t := r.abort.due(initiated); !ok || t.Before(at) {
			at, rule, ok = t, r.id, true
		}
	}
	return at, rule, ok
}

// ObjectDue tells what is to be done with an object at now. Expiration goes
// before transition; of several rules the one that is due first expires, and of
// several transitions that to the class that costs least wins (S3's rules for
// conflicts). An object never moves to a dearer class.
func (c *Configuration) ObjectDue(o Object, now time.Time) (d Decision, due bool) {
	if rule, due := c.ExpireDue(o, now); due {
		return Decision{Action: Expire, Rule: rule}, true
	}
	if rule, class, due := c.TransitionDue(o, now); due {
		return Decision{Action: Transition, Rule: rule, Class: class}, true
	}
	return Decision{}, false
}

// ExpireDue reports whether an object is to be deleted at now, and by which rule.
func (c *Configuration) ExpireDue(o Object, now time.Time) (rule string, due bool) {
	var first time.Time
	for i := range c.rules {
		r := &c.rules[i]
		if !r.enabled || r.expire == nil || !r.matches(o) {
			continue
		}
		at := r.expire.due(o.Modified)
		if !now.Before(at) && (!due || at.Before(first)) {
			first, rule, due = at, r.id, true
		}
	}
	return rule, due
}

// TransitionDue reports whether an object is to get another storage class at
// now, which one, and by which rule.
func (c *Configuration) TransitionDue(o Object, now time.Time) (rule, class string, due bool) {
	best := rank(o.Class)
	for i := range c.rules {
		r := &c.rules[i]
		if !r.enabled || len(r.transitions) == 0 || !r.matches(o) {
			continue
		}
		for _, t := range r.transitions {
			if rank(t.class) > best && !now.Before(t.due(o.Modified)) {
				best, rule, class, due = rank(t.class), r.id, t.class, true
			}
		}
	}
	return rule, class, due
}

// due is the instant at which something that began at from is due.
func (w when) due(from time.Time) time.Time {
	if w.date.IsZero() {
		return midnight(from.UTC().AddDate(0, 0, w.days))
	}
	if next := midnight(from); next.After(w.date) {
		return next
	}
	return w.date
}

// midnight is the first midnight in Beijing at or after t.
func midnight(t time.Time) time.Time {
	y, m, d := t.UTC().Add(beijingAhead).Date()
	at := time.Date(y, m, d, 0, 0, 0, 0, time.UTC).Add(-beijingAhead)
	if at.Before(t) {
		at = at.AddDate(0, 0, 1)
	}
	return at
}

// rank orders storage classes from the dearest to keep to the cheapest. A class
// that is not known is the dearest: nothing moves to it.
func rank(class string) int {
	for i, c := range [...]string{
		"EXTREME_PL3", "EXTREME_PL2", "EXTREME_PL1", "STANDARD", "STANDARD_IA", "DEEP_IA",
		"ARCHIVE", "COLD_ARCHIVE", "DEEP_COLD_ARCHIVE",
	} {
		if c == class {
			return i + 1
		}
	}
	return 0
}
