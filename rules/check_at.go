package rules

import (
	"fmt"
	"time"
)

// What stands in the rule files and is right or wrong by the time of day. It is
// gathered by Load and looked at by CheckAt, because nothing in Load knows the time.

// A dated is the end of a protect.
type dated struct {
	address string // of its protect
	until   time.Time
	at      spot
}

// A ticking is the schedule of a rule.
type ticking struct {
	schedule Schedule
	at       spot
}

// CheckAt reports what is wrong with the rules at the instant now, although nothing is
// wrong with their text: protects that have ended, and ticks of the year after now
// that happen not at all or twice because clocks change. These are all warnings.
// What follows from the buckets of data blocks is looked at by ResolveAt. A now that no
// clock can truly show is refused with a warning of its own.
func (s *Set) CheckAt(now time.Time) Diagnostics {
	l := &loader{}
	l.checkAt(s, now)
	d := newDiagnostics(l.diags, nil)
	d.files = s.problems.files
	return d
}

func (l *loader) checkAt(s *Set, now time.Time) {
	if now.Year() < minYear || now.Year() > maxYear {
		l.warnNowhere("Clock that cannot be right", fmt.Sprintf(
			"The clock of this machine shows %s, so which protects have ended, and which ticks meet a change of the clocks, was not looked at. Set the clock.",
			now.UTC().Format("2006-01-02 15:04 UTC")))
		return
	}
	l.checkUntil(s.dated, now)
	for _, t := range s.ticking {
		if trouble := t.schedule.clockTrouble(now); trouble != "" {
			l.warnIn(t.at, "Tick at a change of the clocks", trouble)
		}
	}
}

// checkUntil warns about protects that have ended, once for all instances of a block
// that end at the same time.
func (l *loader) checkUntil(all []dated, now time.Time) {
	type end struct {
		file  string
		byte  int
		until time.Time
	}
	together := map[end][]dated{}
	var order []end
	for _, d := range all {
		e := end{d.at.at.Filename, d.at.at.Start.Byte, d.until.UTC()}
		if now.Before(d.until) {
			continue
		}
		if together[e] == nil {
			order = append(order, e)
		}
		together[e] = append(together[e], d)
	}
	for _, e := range order {
		d, names := together[e][0], together[e][0].address
		if more := len(together[e]) - 1; more > 0 {
			names = fmt.Sprintf("%s and %s", names, counted(more, "other instance"))
		}
		l.warnIn(d.at, "Protect that has ended", fmt.Sprintf(
			"%s ended %s ago, on %s, and protects nothing any more: rules may abort what it covered. Write a later instant if it is still needed, or remove the block.",
			names, FormatAge(now.Sub(e.until)), e.until.Format("2006-01-02 15:04 UTC")))
	}
}

// The years that a clock can truly show: this program is younger than the first, and
// the zone database says little about the time after the last.
const (
	minYear = 2024
	maxYear = 2199
)
