package engine

import (
	"errors"
	"fmt"
	"time"

	"offcut/rules"
)

// ErrPlanExpired is what Apply's error matches for a plan past its time.
var ErrPlanExpired = errors.New("the plan has expired")

// checkTime refuses a plan that may not be applied at this time of day.
func (r *applying) checkTime() error { return CheckTime(r.plan, r.clock()) }

// CheckTime says why a plan may not be applied at the instant now, or returns nil.
// Apply asks it too; it is for asking before people are asked.
func CheckTime(p *Plan, now time.Time) error {
	switch {
	case p.Finished.Sub(now) > MaxSkew:
		return fmt.Errorf("the plan says that it was made at %s, but this machine's clock says %s: set the clock (NTP), then plan again", stamp(p.Finished), stamp(now))
	case p.Expires.IsZero() || now.Before(p.Expires):
		return nil
	}
	return fmt.Errorf("%w: it was made at %s and could be applied until %s (plan_ttl = %q), and it is %s now: plan again",
		ErrPlanExpired, stamp(p.Finished), stamp(p.Expires), rules.FormatDuration(p.Expires.Sub(p.Finished).Round(time.Second)), stamp(now))
}
