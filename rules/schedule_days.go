package rules

import (
	"fmt"
	"strings"
)

// checkEitherDay warns about a schedule that restricts both kinds of days: cron ticks
// on days that fit either of them, where both seem to be asked for.
func (l *loader) checkEitherDay(b *block, s Schedule) {
	const star = 1 << 63 // cron's mark of a field that restricts nothing
	ticks, ok := s.Cron.(wallSchedule)
	if !ok || ticks.fields.Dom&star != 0 || ticks.fields.Dow&star != 0 {
		return
	}
	fields := strings.Fields(s.Text)
	if len(fields) != 5 {
		return
	}
	days, weekdays := fields[2], fields[4]
	l.warnIn(b.value("schedule"), "Schedule of either day", fmt.Sprintf(
		"%q ticks on every day that fits the day of month %q, and on every one that fits the day of week %q, not only on those that fit both. Write * for one of the two.",
		s.Text, days, weekdays))
}
