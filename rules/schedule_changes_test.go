package rules

import (
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/robfig/cron/v3"
	"pgregory.net/rapid"
)

func summerTimeZones() []string {
	return []string{
		"Europe/Berlin", "America/New_York", "America/Havana", "Asia/Beirut", "Australia/Lord_Howe", "Africa/Casablanca",
		"America/Santiago", "Pacific/Auckland", "Pacific/Chatham", "America/Scoresbysund", "Antarctica/Troll", "Europe/Dublin", "America/Nuuk", "Africa/Cairo",
	}
}

// TestClockChanges_AgreeWithTheTicks holds what is said about ticks at a change of the
// clocks against the ticks that there are: a minute that is skipped has none, one
// that is shown twice has two, and every other minute that the fields name has one.
func TestClockChanges_AgreeWithTheTicks(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		zone := rapid.SampledFrom(summerTimeZones()).Draw(t, "zone")
		text := fmt.Sprintf("%s %d * * %s", rapid.SampledFrom([]string{"0", "15", "30,45", "59"}).Draw(t, "minute"),
			rapid.SampledFrom([]int{23, 0, 1, 2, 3, 4}).Draw(t, "hour"), rapid.SampledFrom([]string{"*", "sun", "sat,mon"}).Draw(t, "weekday"))
		s, err := ParseSchedule(text, zone)
		if err != nil {
			t.Fatal(err)
		}
		spec := s.Cron.(wallSchedule).fields
		from := time.Date(rapid.IntRange(2024, 2036).Draw(t, "year"), time.January, 1, 0, 0, 0, 0, time.UTC)
		for _, c := range clockChanges(spec.Location, from, from.AddDate(1, 0, 0)) {
			ticks := map[time.Time]int{}
			for at := s.Next(c.at.Add(-30 * time.Hour)); at.Before(c.at.Add(30 * time.Hour)); at = s.Next(at) {
				ticks[wallTime(at.In(spec.Location))]++
			}
			for m := c.first.Add(-24 * time.Hour); m.Before(c.first.Add(24 * time.Hour)); m = m.Add(time.Minute) {
				want := 0
				if namesMinute(spec, m) {
					want = 1
					if inside := !m.Before(c.first) && m.Before(c.first.Add(c.length)); inside && c.forward {
						want = 0
					} else if inside {
						want = 2
					}
				}
				if ticks[m] != want {
					t.Fatalf("%s in %s around %v: %v has %d ticks, want %d", text, zone, c.at, m, ticks[m], want)
				}
			}
		}
	})
}

// TestClockTrouble_NamesAnHourWithoutAny holds that the hour which a warning proposes
// earns no warning.
func TestClockTrouble_NamesAnHourWithoutAny(t *testing.T) {
	now := decideNow()
	warned := 0
	for _, zone := range summerTimeZones() {
		for hour := range 24 {
			s, err := ParseSchedule(fmt.Sprintf("30 %d * * *", hour), zone)
			if err != nil {
				t.Fatal(err)
			}
			trouble := s.clockTrouble(now)
			if trouble == "" {
				continue
			}
			warned++
			_, rest, found := strings.Cut(trouble, "such as \"")
			proposed, _, _ := strings.Cut(rest, "\"")
			other, err := ParseSchedule(proposed, zone)
			if !found || err != nil || other.clockTrouble(now) != "" {
				t.Errorf("%s in %s: %s", s.Text, zone, trouble)
			}
		}
	}
	if warned < 10 {
		t.Errorf("only %d schedules met a change of the clocks", warned)
	}
}

// TestCheckAt_NeverHangs asks at instants around days that zones left out, and at
// those that no clock shows.
func TestCheckAt_NeverHangs(t *testing.T) {
	var text strings.Builder
	for i, zone := range append(summerTimeZones(), "Pacific/Apia", "Pacific/Kwajalein", "Pacific/Kiritimati", "Asia/Manila", "UTC") {
		for j, schedule := range []string{"0 0 * * *", "30 2 30 12 *", "@monthly", "0 0 29 2 *", "@every 1s"} {
			text.WriteString(strings.NewReplacer(`rule "r" {`, fmt.Sprintf("rule \"r%d_%d\" {\n  schedule = %q\n  timezone = %q", i, j, schedule, zone),
				"raw/", fmt.Sprintf("raw/%d/%d/", i, j)).Replace(smallRule))
		}
	}
	set, d := loadText(text.String())
	if d.HasErrors() {
		t.Fatal(plainText(t, d))
	}
	for _, now := range []time.Time{
		{}, time.Unix(0, 0), time.Date(1969, 9, 30, 0, 0, 0, 0, time.UTC), time.Date(1994, 12, 30, 0, 0, 0, 0, time.UTC),
		time.Date(2011, 12, 29, 0, 0, 0, 0, time.UTC), time.Date(2023, 12, 31, 23, 59, 59, 0, time.UTC),
		time.Date(2200, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC), time.Unix(1<<55, 0),
	} {
		d := set.CheckAt(now)
		if text := plainText(t, d); d.HasErrors() || !strings.HasPrefix(text, "Warning: Clock that cannot be right") || strings.Count(text, "Warning") != 1 {
			t.Errorf("%v: %s", now, text)
		}
	}
	for _, now := range []time.Time{time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(2199, 12, 31, 0, 0, 0, 0, time.UTC)} {
		if d := set.CheckAt(now); len(d.list) == 0 || strings.Contains(plainText(t, d), "Clock that cannot be right") {
			t.Errorf("%v: %s", now, plainText(t, d))
		}
	}
}

// TestCheckAt_NeedsNoConfig holds that a set with mistakes elsewhere is looked at too,
// and that what it says goes with what Load said, each message once.
func TestCheckAt_NeedsNoConfig(t *testing.T) {
	set, d := loadText("protect \"old\" {\n  buckets = [\"media\"]\n  keys = [\"raw/**\"]\n  until = \"2020-01-01T00:00:00Z\"\n}\n" +
		strings.Replace(smallRule, `"7d"`, `"7x"`, 1))
	both := d.With(set.CheckAt(decideNow())).With(set.CheckAt(decideNow())).With(d)
	if failed, warned := both.Counts(); failed != 1 || warned != 1 {
		t.Errorf("%d errors, %d warnings:\n%s", failed, warned, plainText(t, both))
	}
	text := plainText(t, both)
	if old, bad := strings.Index(text, "Protect that has ended"), strings.Index(text, "Invalid duration"); old < 0 || bad < old ||
		!strings.Contains(text, "   4:   until = \"2020-01-01T00:00:00Z\"\n") {
		t.Errorf("got:\n%s", text)
	}
}

// TestSchedule_AgreesWithCron holds that in zones whose clocks are never changed the
// next tick is cron's.
func TestSchedule_AgreesWithCron(t *testing.T) {
	field := func(least, most int) *rapid.Generator[string] {
		n := rapid.IntRange(least, most)
		return rapid.OneOf(rapid.Just("*"), rapid.Map(n, strconv.Itoa), rapid.Just("*/7"),
			rapid.Map(n, func(n int) string { return fmt.Sprintf("%d,%d-%d", n, least, n) }))
	}
	rapid.Check(t, func(t *rapid.T) {
		text := strings.Join([]string{
			field(0, 59).Draw(t, "minute"), field(0, 23).Draw(t, "hour"), field(1, 31).Draw(t, "day"), field(1, 12).Draw(t, "month"), field(0, 6).Draw(t, "weekday"),
		}, " ")
		loc := time.FixedZone("fixed", rapid.IntRange(-12, 14).Draw(t, "hours")*3600)
		parsed, err := schedCron(text)
		if err != nil {
			t.Fatal(err)
		}
		spec := parsed.(*cron.SpecSchedule)
		spec.Location = loc
		at := time.Unix(rapid.Int64Range(1.7e9, 4e9).Draw(t, "at"), rapid.Int64Range(0, 999999999).Draw(t, "ns")).UTC()
		for range 3 {
			want, got := spec.Next(at), wallSchedule{spec}.Next(at)
			if !got.Equal(want) || got.Location() != time.UTC {
				t.Fatalf("%s after %v: %v, want %v", text, at, got, want)
			}
			if at = want; at.IsZero() {
				return
			}
		}
	})
}

// TestSchedule_DaysWithoutAMidnight holds what cron's own search gets wrong: it finds a
// tick on a day that is not named, misses one on a day that is, or never ends.
func TestSchedule_DaysWithoutAMidnight(t *testing.T) {
	for _, tt := range []struct{ text, zone, after, want string }{
		{"0 1 * * sat,mon", "America/Havana", "2024-03-09T12:00:00Z", "2024-03-11T01:00:00-04:00"},
		{"0 23 * * sun", "Asia/Beirut", "2024-03-30T12:00:00Z", "2024-03-31T23:00:00+03:00"},
		{"30 3 30 12 *", "Pacific/Apia", "2011-12-28T12:00:00Z", "2012-12-30T03:30:00+14:00"},
		{"0 0 * * *", "Pacific/Apia", "2011-12-29T12:00:00Z", "2011-12-31T00:00:00+14:00"},
		{"0 0 20 8 *", "Pacific/Kwajalein", "1993-08-20T12:00:00Z", "1994-08-20T00:00:00+12:00"},
		// The clock goes from 00:01 back to 23:01 of the day before.
		{"30 23 6 11 *", "America/St_Johns", "2010-11-07T02:30:30Z", "2010-11-06T23:30:00-03:30"},
		{"0 0 21 8 *", "Pacific/Kwajalein", "1993-08-20T00:00:00Z", "1994-08-21T00:00:00+12:00"},
	} {
		s, err := ParseSchedule(tt.text, tt.zone)
		if err != nil {
			t.Fatal(err)
		}
		after, err := time.Parse(time.RFC3339, tt.after)
		if err != nil {
			t.Fatal(err)
		}
		loc, err := time.LoadLocation(tt.zone)
		if err != nil {
			t.Fatal(err)
		}
		if got := s.Next(after.In(loc)).Format(time.RFC3339); got != tt.want {
			t.Errorf("%s in %s after %s: %s, want %s", tt.text, tt.zone, tt.after, got, tt.want)
		}
	}
}
