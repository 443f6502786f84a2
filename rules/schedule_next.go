package rules

import (
	"time"

	"github.com/robfig/cron/v3"
)

// A wallSchedule ticks at the minutes that its fields name on the clock of its zone:
// not at all in those that the clock skips, and twice in those that it shows twice.
// Cron parses the fields, but its own search for the next tick loses its way on days
// without a midnight, and never ends at days that a zone left out.
type wallSchedule struct{ fields *cron.SpecSchedule }

// Next is the first tick after t, in t's location; the zero time when there is none
// until the end of the fifth year after t's.
func (w wallSchedule) Next(t time.Time) time.Time {
	loc := w.fields.Location
	here := wallTime(t.In(loc))
	// A clock that is put back across midnight shows the day before once more.
	day := time.Date(here.Year(), here.Month(), here.Day()-1, 0, 0, 0, 0, time.UTC)
	for last := here.Year() + 5; day.Year() <= last; day = day.AddDate(0, 0, 1) {
		if !namesDay(w.fields, day) {
			continue
		}
		next, found := w.within(day, t)
		if !found {
			continue
		}
		if other, also := w.within(day.AddDate(0, 0, 1), t); also && other.Before(next) {
			next = other
		}
		return next.In(t.Location())
	}
	return time.Time{}
}

// within is the first tick after t on a day of the clock, given as its midnight as if
// in UTC.
func (w wallSchedule) within(day, t time.Time) (next time.Time, found bool) {
	if !namesDay(w.fields, day) {
		return time.Time{}, false
	}
	steady := steadyOn(day, w.fields.Location)
	for minute := range 24 * 60 {
		if w.fields.Hour&(1<<(minute/60)) == 0 || w.fields.Minute&(1<<(minute%60)) == 0 {
			continue
		}
		for _, at := range instantsOf(day.Add(time.Duration(minute)*time.Minute), w.fields.Location) {
			if at.After(t) && (!found || at.Before(next)) {
				next, found = at, true
			}
		}
		if found && steady { // what follows on the clock follows in time
			break
		}
	}
	return next, found
}

// clockReach is further from UTC than the clock of any zone.
const clockReach = 15 * time.Hour

// steadyOn reports whether loc's clock is not changed on a day, given as its midnight as
// if in UTC.
func steadyOn(day time.Time, loc *time.Location) bool {
	return offsetAt(day.Add(-clockReach), loc) == offsetAt(day.Add(24*time.Hour+clockReach), loc)
}

// instantsOf are the instants at which loc's clock shows wall, given as if in UTC:
// none, one or two.
func instantsOf(wall time.Time, loc *time.Location) []time.Time {
	before, after := offsetAt(wall.Add(-clockReach), loc), offsetAt(wall.Add(clockReach), loc)
	var all []time.Time
	if at := wall.Add(-before); offsetAt(at, loc) == before {
		all = append(all, at)
	}
	if at := wall.Add(-after); after != before && offsetAt(at, loc) == after {
		all = append(all, at)
	}
	return all
}

// offsetAt is how far loc's clock is ahead of UTC at t.
func offsetAt(t time.Time, loc *time.Location) time.Duration {
	_, offset := t.In(loc).Zone()
	return time.Duration(offset) * time.Second
}

// wallTime is what a clock shows at t, as if it were UTC.
func wallTime(t time.Time) time.Time {
	_, offset := t.Zone()
	return t.UTC().Add(time.Duration(offset) * time.Second)
}

// namesMinute reports whether the fields of s name this minute on the clock.
func namesMinute(s *cron.SpecSchedule, wall time.Time) bool {
	return s.Minute&(1<<wall.Minute()) != 0 && s.Hour&(1<<wall.Hour()) != 0 && namesDay(s, wall)
}

// namesDay reports whether the fields of s name the day of a time on the clock.
func namesDay(s *cron.SpecSchedule, wall time.Time) bool {
	const star = 1 << 63 // cron marks a field of * with it
	if s.Month&(1<<wall.Month()) == 0 {
		return false
	}
	day, weekday := s.Dom&(1<<wall.Day()) != 0, s.Dow&(1<<wall.Weekday()) != 0
	if s.Dom&star != 0 || s.Dow&star != 0 {
		return day && weekday
	}
	return day || weekday
}
