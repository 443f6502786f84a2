package engine

import (
	"fmt"
	"sync"
	"sync/atomic"

	"github.com/dustin/go-humanize"
	"github.com/dustin/go-humanize/english"

	"offcut/rules"
)

// breakerFloor is the number of tried uploads below which max_changed_percent is not
// looked at.
const breakerFloor = 20

// A course is how the aborts of one rule went so far.
type course struct {
	tried  int64 // uploads that came to a claim, or to an outcome other than not-attempted
	active int64 // of those, the ones that became active
	gone   int64 // of those, the ones that the store says somebody else ended
	failed int64 // uploads that failed or are not verified
}

// breaks says why a rule must not go on after such a course, or returns "".
func (c course) breaks(limits rules.Limits) string {
	if limits.MaxFailures > 0 && c.failed >= limits.MaxFailures {
		return fmt.Sprintf("stopped after %s that failed or could not be verified (max_failures = %d): "+
			"look at the first of them, remove the cause and plan again; raise limits.max_failures if this is expected",
			english.Plural(int(c.failed), "upload", ""), limits.MaxFailures)
	}
	changed := c.active + c.gone
	if limits.MaxChanged <= 0 || c.tried < breakerFloor || float64(changed)*100 <= limits.MaxChanged*float64(c.tried) {
		return ""
	}
	return fmt.Sprintf("stopped because %s of the %s uploads tried, %s%%, had changed since the plan (%s became active, %s gone), which exceeds max_changed_percent = %s: "+
		"the threshold may be too short, or the account or the listing wrong: look at them and plan again; raise limits.max_changed_percent if this is expected",
		humanize.Comma(changed), humanize.Comma(c.tried), plainNumber(float64(changed)*100/float64(c.tried)),
		humanize.Comma(c.active), humanize.Comma(c.gone), plainNumber(limits.MaxChanged))
}

// A breaker ends the aborts of a rule while they are carried out, when they go in a
// way that nobody who planned them can have meant. Requests in hand are finished, so
// that a rule may overshoot by as many uploads as there are requests at once.
type breaker map[string]*fuse // by address of the rule

// A fuse is the breaker of one rule.
type fuse struct {
	limits rules.Limits
	why    atomic.Pointer[string] // why it broke; nil while it has not

	mu sync.Mutex
	course
}

func newBreaker(rs []rules.Rule) breaker {
	b := breaker{}
	for i := range rs {
		b[rs[i].Address] = &fuse{limits: rs[i].Limits}
	}
	return b
}

// broken says why a rule must not go on, or returns "".
func (b breaker) broken(rule string) string {
	if f := b[rule]; f != nil {
		if why := f.why.Load(); why != nil {
			return *why
		}
	}
	return ""
}

// tried counts the first result of an item: a claim or an outcome.
func (b breaker) tried(rule string, r Result) {
	b.count(rule, func(c *course) {
		switch r {
		case NotAttempted:
			return
		case BecameActive:
			c.active++
		case Gone:
			c.gone++
		}
		c.tried++
	})
}

// settled counts the failures among outcomes.
func (b breaker) settled(rule string, r Result) {
	if r == Failed || r == NotVerified {
		b.count(rule, func(c *course) { c.failed++ })
	}
}

func (b breaker) count(rule string, add func(*course)) {
	f := b[rule]
	if f == nil {
		return
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	add(&f.course)
	if f.why.Load() != nil {
		return // it is told as it was when it broke
	}
	if why := f.breaks(f.limits); why != "" {
		f.why.Store(&why)
	}
}
