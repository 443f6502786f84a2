package rules

import (
	"fmt"
	"strings"
	"time"

	"github.com/robfig/cron/v3"
)

// A clockChange is an instant at which the clocks of a time zone are put forward or
// back, as they do for summer time.
type clockChange struct {
	at       time.Time // the first instant with the new offset
	from, to string    // what the clocks show just before it (as if it went on) and at it: "02:00", "03:00"
	first    time.Time // the first minute on the clock, as if in UTC, that is skipped or shown twice
	length   time.Duration
	forward  bool // the minutes are skipped; else they are shown twice
}

// maxClockChanges bounds how many changes of one zone are looked at. No zone has more
// than four a year.
const maxClockChanges = 16

// clockChanges lists the changes of loc's clocks after a and not after b.
func clockChanges(loc *time.Location, a, b time.Time) []clockChange {
	var changes []clockChange
	for t, n := a.In(loc), 0; n < maxClockChanges; n++ {
		_, end := t.ZoneBounds()
		if end.IsZero() || end.After(b) {
			break
		}
		_, before := end.Add(-1).Zone()
		_, after := end.Zone()
		if before != after {
			wall := func(offset int) time.Time { return end.UTC().Add(time.Duration(offset) * time.Second) }
			changes = append(changes, clockChange{
				at: end, from: wall(before).Format("15:04"), to: wall(after).Format("15:04"),
				first: wall(min(before, after)), length: time.Duration(max(before, after)-min(before, after)) * time.Second,
				forward: after > before,
			})
		}
		t = end
	}
	return changes
}

// meets returns the first minute of the clock, as if in UTC, that s names and that
// the change skips or shows twice.
func (c clockChange) meets(s *cron.SpecSchedule) (time.Time, bool) {
	// A tick is the first second of a minute.
	minute := c.first.Truncate(time.Minute)
	if minute.Before(c.first) {
		minute = minute.Add(time.Minute)
	}
	for end := c.first.Add(c.length); minute.Before(end); minute = minute.Add(time.Minute) {
		if namesMinute(s, minute) {
			return minute, true
		}
	}
	return time.Time{}, false
}

// everyHour reports whether s ticks in each hour of the days that it names, so that
// no hour is missed when the clocks change.
func everyHour(s *cron.SpecSchedule) bool {
	const hours = 1<<24 - 1
	return s.Hour&hours == hours
}

// checkEveryMinute warns about a schedule that names hours and no minute: whoever
// writes "* 3 * * *" means once at three, and not sixty times.
func (l *loader) checkEveryMinute(b *block, s Schedule) {
	ticks, ok := s.Cron.(wallSchedule)
	const minutes = 1<<60 - 1
	if !ok || ticks.fields.Minute&minutes != minutes || everyHour(ticks.fields) {
		return
	}
	fields := strings.Fields(s.Text)
	fields[0] = "0"
	l.warnIn(b.value("schedule"), "Schedule that ticks every minute", fmt.Sprintf(
		"%q ticks at every minute of the hours that it names, 60 times in each. Write %q for once an hour then.", s.Text, strings.Join(fields, " ")))
}

// clockTrouble says which ticks of the year after now happen not at all or twice,
// because the clocks of the schedule's zone change; empty where none does.
func (s Schedule) clockTrouble(now time.Time) string {
	ticks, ok := s.Cron.(wallSchedule)
	if !ok || everyHour(ticks.fields) {
		return ""
	}
	spec := ticks.fields
	var skipped, twice string
	changes := clockChanges(spec.Location, now, now.AddDate(1, 0, 0))
	for _, c := range changes {
		tick, hit := c.meets(spec)
		if !hit {
			continue
		}
		at, day := tick.Format("15:04"), tick.Format("2006-01-02")
		switch {
		case c.forward && skipped == "":
			skipped = fmt.Sprintf("the tick of %s does not happen on %s, when the clocks go from %s to %s", at, day, c.from, c.to)
		case !c.forward && twice == "":
			twice = fmt.Sprintf("the tick of %s happens twice on %s, when the clocks go back from %s to %s", at, day, c.from, c.to)
		}
	}
	if skipped == "" && twice == "" {
		return ""
	}
	what := strings.Join(nonEmpty(skipped, twice), ", and ")
	return fmt.Sprintf("In %s %s. %s", s.Timezone, what, s.otherHour(spec, changes))
}

func nonEmpty(texts ...string) []string {
	var out []string
	for _, t := range texts {
		if t != "" {
			out = append(out, t)
		}
	}
	return out
}

// otherHour says what to write so that every tick happens once.
func (s Schedule) otherHour(spec *cron.SpecSchedule, changes []clockChange) string {
	const utc = "write the hour in UTC and leave timezone out"
	fields := strings.Fields(s.Text)
	for n := 1; n < 24 && len(fields) == 5; n++ {
		other := *spec
		hour := (onlyHour(spec) + n) % 24
		if onlyHour(spec) < 0 {
			break
		}
		other.Hour = 1 << hour
		free := true
		for _, c := range changes {
			_, hit := c.meets(&other)
			free = free && !hit
		}
		if free {
			fields[1] = fmt.Sprint(hour)
			return fmt.Sprintf("Choose another hour, such as %q, or %s.", strings.Join(fields, " "), utc)
		}
	}
	return "Choose another hour, or " + utc + "."
}

// onlyHour is the only hour in which s ticks, or -1.
func onlyHour(s *cron.SpecSchedule) int {
	for hour := range 24 {
		if s.Hour&(1<<24-1) == 1<<hour {
			return hour
		}
	}
	return -1
}
