package rules

import (
	_ "embed"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	// The zone database is compiled in, because a scratch or alpine image has none. The
	// machine's own is asked first, as it may know of a government's later decision.
	_ "time/tzdata"

	"github.com/robfig/cron/v3"
)

const schedForms = "write five fields (minute, hour, day of month, month, day of week) such as \"0 3 * * *\", or one of @hourly, @daily (or @midnight), @weekly, @monthly, @yearly (or @annually), or \"@every 6h\""

// A schedField is what one of the five fields of a schedule takes.
type schedField struct {
	name, takes string
	values      int    // how many there are
	span, unit  string // how long all of them together are, and in what unit of durations one is told; empty where in none
}

func schedFields() [5]schedField {
	return [5]schedField{
		{"minute", "it takes 0-59", 60, "an hour", "m"},
		{"hour", "it takes 0-23", 24, "a day", "h"},
		{"day of month", "it takes 1-31; L and W are not taken", 31, "a month", "d"},
		{"month", "it takes 1-12 or jan-dec", 12, "a year", ""},
		{"day of week", "it takes 0-6 or sun-sat; Sunday is 0, not 7; L and # are not taken", 7, "a week", "d"},
	}
}

// ParseSchedule reads a schedule of the rule language: cron's five fields (minute,
// hour, day of month, month, day of week), a descriptor such as "@daily", or
// "@every" with a duration of at least one second. timezone is an IANA name, "UTC"
// where it is empty. As in cron, a schedule that names both a day of month and a
// day of week fires on days that match either.
//
// What can never fire is an error, and so are the forms that cron's parser takes
// to mean something else than they say.
func ParseSchedule(text, timezone string) (Schedule, error) {
	if timezone == "" {
		timezone = "UTC"
	}
	loc, err := schedZone(timezone)
	if err != nil {
		return Schedule{}, err
	}
	spec, err := schedParse(strings.TrimSpace(text), loc)
	if err != nil {
		return Schedule{}, err
	}
	s := Schedule{Text: text, Timezone: timezone, Cron: spec}
	// Next searches five years ahead. Those that follow 2024 hold every date there is,
	// 29 February among them, so what finds nothing in them never fires at all.
	if s.Next(time.Date(2024, time.January, 1, 0, 0, 0, 0, loc)).IsZero() {
		return Schedule{}, fmt.Errorf("the schedule %q never fires: no year has such a day; change the day of month or the month", text)
	}
	return s, nil
}

// IsZero reports whether there is no schedule.
func (s Schedule) IsZero() bool { return s.Cron == nil }

// Next is the first tick after t, in t's location; the zero time when there is no
// schedule, or no tick within five years (29 February around the year 2100). The fields are read as
// wall time of the schedule's zone: what falls into the hour that summer time skips
// does not tick that day, and what falls into the hour that is repeated ticks twice.
func (s Schedule) Next(t time.Time) time.Time {
	if s.Cron == nil {
		return time.Time{}
	}
	return s.Cron.Next(t)
}

// zoneNames are the names of time/tzdata, a line each: which names there are does not
// depend on the machine, its ZONEINFO or whether its files tell upper from lower case.
//
//go:embed zones.txt
var zoneNames string

// schedZone loads a time zone by its IANA name.
func schedZone(name string) (*time.Location, error) {
	if name == "Local" || name == "localtime" {
		return nil, fmt.Errorf("the timezone %q means something else on every machine: write an IANA name such as \"Asia/Shanghai\", or \"UTC\"", name)
	}
	names := strings.Fields(zoneNames)
	loc, err := time.LoadLocation(name)
	if err != nil || !slices.Contains(names, name) {
		return nil, fmt.Errorf("the timezone %q is not known: write an IANA name such as \"Asia/Shanghai\" or \"Europe/Berlin\", in this spelling, or \"UTC\".%s", name, didYouMean(name, names))
	}
	return loc, nil
}

// schedParse turns text into a cron schedule whose fields are wall time in loc.
func schedParse(text string, loc *time.Location) (cron.Schedule, error) {
	switch {
	case text == "":
		return nil, errors.New("the schedule is empty: " + schedForms)
	case strings.HasPrefix(text, "TZ=") || strings.HasPrefix(text, "CRON_TZ="):
		return nil, fmt.Errorf("the schedule %q holds a time zone: take it out and write it as timezone = \"Asia/Shanghai\" beside the schedule", text)
	case strings.HasPrefix(text, "@every"):
		return schedEvery(text)
	case !strings.HasPrefix(text, "@"):
		if err := schedCheckFields(text); err != nil {
			return nil, err
		}
	}
	parsed, err := schedCron(text)
	if err != nil {
		return nil, fmt.Errorf("the schedule %q is not known (%w): %s", text, err, schedForms)
	}
	spec, ok := parsed.(*cron.SpecSchedule)
	if !ok {
		return nil, fmt.Errorf("the schedule %q is not known: %s", text, schedForms)
	}
	spec.Location = loc
	return wallSchedule{spec}, nil
}

// schedEvery reads "@every DURATION" with the language's own durations: cron takes
// a fraction, a sign or 0s and silently makes something else of them.
func schedEvery(text string) (cron.Schedule, error) {
	rest, found := strings.CutPrefix(text, "@every ")
	if !found {
		return nil, fmt.Errorf("the schedule %q is not known: %s", text, schedForms)
	}
	rest = strings.TrimSpace(rest)
	d, err := ParseDuration(rest)
	if short, shortErr := time.ParseDuration(rest); shortErr == nil && short < time.Second {
		return nil, fmt.Errorf("the schedule %q ticks too often: the minimum is \"@every 1s\"", text)
	}
	if err != nil {
		return nil, fmt.Errorf("the schedule %q: %w", text, err)
	}
	return cron.Every(d), nil
}

// schedCheckFields reports every field of text that is wrong, and what it takes.
func schedCheckFields(text string) error {
	fields := strings.Fields(text)
	if n := len(fields); n != 5 {
		hint := ""
		if n == 6 || n == 7 {
			hint = " (seconds and years are not taken)"
		}
		return fmt.Errorf("the schedule %q has %d fields%s: %s", text, n, hint, schedForms)
	}
	var wrong []string
	for i, want := range schedFields() {
		err := schedCheckField(fields[i], i)
		if long, ok := errors.AsType[schedStepError](err); ok {
			wrong = append(wrong, fmt.Sprintf("the step %d of %s %q is longer than %s: %s", long.step, want.name, fields[i], want.span, want.instead(long.step)))
		} else if err != nil {
			wrong = append(wrong, fmt.Sprintf("the %s %q is wrong (%v): %s", want.name, fields[i], err, want.takes))
		}
	}
	if len(wrong) > 0 {
		return fmt.Errorf("the schedule %q: %s", text, strings.Join(wrong, "; "))
	}
	return nil
}

// A schedStepError is a step that is longer than its field.
type schedStepError struct{ step int }

func (e schedStepError) Error() string { return fmt.Sprintf("the step %d is too long", e.step) }

// instead is what to write instead of a step that is longer than the field.
func (f schedField) instead(step int) string {
	if f.unit == "" {
		return "name the times"
	}
	return fmt.Sprintf("write \"@every %d%s\" or name the times", step, f.unit)
}

// schedCheckField parses one field as if the others were "*", so that an error can
// say which field it is in.
func schedCheckField(field string, place int) error {
	for item := range strings.SplitSeq(field, ",") {
		base, step, _ := strings.Cut(item, "/")
		if item == "" {
			return errors.New("an empty item in the list")
		}
		// Cron drops what follows: "*-5" would mean "*".
		if len(base) > 1 && (base[0] == '*' || base[0] == '?') {
			return fmt.Errorf("%q goes on after its %c", item, base[0])
		}
		// Cron begins every field anew: "*/90" minutes would tick once an hour.
		if n, err := strconv.Atoi(step); err == nil && n > schedFields()[place].values {
			return schedStepError{n}
		}
	}
	spec := []string{"*", "*", "*", "*", "*"}
	spec[place] = field
	_, err := schedCron(strings.Join(spec, " "))
	// Cron does not wrap the error of strconv, whose text means nothing to a reader.
	if err != nil && strings.Contains(err.Error(), strconv.ErrSyntax.Error()) {
		return errors.New("neither a number nor a name that it knows")
	}
	return err
}

// schedCron calls cron's parser, which panics on some texts.
func schedCron(text string) (s cron.Schedule, err error) {
	defer func() {
		if p := recover(); p != nil {
			s, err = nil, fmt.Errorf("cron's parser failed: %v", p)
		}
	}()
	return cron.ParseStandard(text)
}

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
