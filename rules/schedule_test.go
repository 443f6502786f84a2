package rules

import (
	"archive/zip"
	"go/build"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestScheduleTicks(t *testing.T) {
	from := time.Date(2026, time.March, 28, 12, 0, 0, 0, time.UTC) // a Saturday
	tests := []struct {
		text, zone string
		want       []string
	}{
		{"0 3 * * *", "", []string{"2026-03-29T03:00:00Z", "2026-03-30T03:00:00Z"}},
		{"  0   3 * * *\t", "", []string{"2026-03-29T03:00:00Z"}},
		{"0 3 * * *", "UTC", []string{"2026-03-29T03:00:00Z"}},
		{"0 3 * * *", "Asia/Shanghai", []string{"2026-03-28T19:00:00Z", "2026-03-29T19:00:00Z"}},
		{"@daily", "Asia/Shanghai", []string{"2026-03-28T16:00:00Z"}},
		{"@midnight", "", []string{"2026-03-29T00:00:00Z"}},
		{"@annually", "", []string{"2027-01-01T00:00:00Z"}},
		{"*/60 * * * *", "", []string{"2026-03-28T13:00:00Z"}},
		{"@weekly", "", []string{"2026-03-29T00:00:00Z"}},
		{"*/20 12 * * *", "", []string{"2026-03-28T12:20:00Z", "2026-03-28T12:40:00Z", "2026-03-29T12:00:00Z"}},
		{"0 0 * * mon-FRI", "", []string{"2026-03-30T00:00:00Z", "2026-03-31T00:00:00Z"}},
		{"0 0 1,15 * ?", "", []string{"2026-04-01T00:00:00Z", "2026-04-15T00:00:00Z"}},
		{"0 0 29 feb *", "", []string{"2028-02-29T00:00:00Z", "2032-02-29T00:00:00Z"}},
		// Both days named: either is enough. 30 February is none, so Mondays remain.
		{"0 0 30 2 1", "", []string{"2027-02-01T00:00:00Z"}},
		{"@every 10s", "", []string{"2026-03-28T12:00:10Z", "2026-03-28T12:00:20Z"}},
		{"@every 1d12h", "", []string{"2026-03-30T00:00:00Z"}},
		{"@every 1s", "Asia/Shanghai", []string{"2026-03-28T12:00:01Z"}},
		// Summer time begins on 29 March: 02:30 is skipped that day.
		{"30 2 * * *", "Europe/Berlin", []string{"2026-03-30T00:30:00Z"}},
	}
	for _, tt := range tests {
		s, err := ParseSchedule(tt.text, tt.zone)
		if err != nil {
			t.Errorf("ParseSchedule(%q, %q): %v", tt.text, tt.zone, err)
			continue
		}
		if s.IsZero() || s.Text != tt.text {
			t.Errorf("ParseSchedule(%q, %q) = %+v", tt.text, tt.zone, s)
		}
		at := from
		for _, want := range tt.want {
			at = s.Next(at)
			if got := at.Format(time.RFC3339); got != want {
				t.Errorf("%q in %q ticks at %s, want %s", tt.text, tt.zone, got, want)
			}
		}
	}
}

// Summer time ends on 25 October: 02:30 comes twice, and so does the tick.
func TestScheduleTicksTwiceInTheRepeatedHour(t *testing.T) {
	s, err := ParseSchedule("30 2 * * *", "Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	first := s.Next(time.Date(2026, time.October, 24, 12, 0, 0, 0, time.UTC))
	second := s.Next(first)
	if first.Format(time.RFC3339) != "2026-10-25T00:30:00Z" || second.Sub(first) != time.Hour {
		t.Errorf("ticks at %v and %v", first, second)
	}
}

func TestScheduleDefaultsToUTC(t *testing.T) {
	s, err := ParseSchedule("@daily", "")
	if err != nil || s.Timezone != "UTC" {
		t.Errorf("timezone %q, %v", s.Timezone, err)
	}
}

func TestZeroScheduleNeverTicks(t *testing.T) {
	var s Schedule
	if !s.IsZero() || !s.Next(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)).IsZero() {
		t.Error("the zero Schedule ticks")
	}
}

func TestParseScheduleRefuses(t *testing.T) {
	tests := []struct{ text, zone, says string }{
		{"", "", "is empty"},
		{" ", "", "is empty"},
		// Cron's parser panics on the first two.
		{"TZ=UTC", "", "write it as timezone"},
		{"CRON_TZ=UTC", "", "write it as timezone"},
		{"CRON_TZ=Asia/Tokyo 0 3 * * *", "", "write it as timezone"},
		{" TZ=UTC 0 3 * * *", "", "write it as timezone"},
		{"0 3 * *", "", "has 4 fields"},
		{"0 0 3 * * *", "", "has 6 fields (seconds"},
		{"60 * * * *", "", `the minute "60"`},
		{"* 24 * * *", "", `the hour "24"`},
		{"* * 0 * *", "", `the day of month "0"`},
		{"* * L * *", "", "L and W are not taken"},
		{"* * * 13 *", "", `the month "13"`},
		{"* * * * 7", "", "Sunday is 0, not 7"},
		{"* * * * 5L", "", "L and # are not taken"},
		{"* * * * monday", "", "it takes 0-6 or sun-sat"},
		{"61 25 * * 8", "", `the hour "25"`}, // every field, not only the first
		{"61 25 * * 8", "", `the day of week "8"`},
		{"5-1 * * * *", "", `the minute "5-1"`},
		{"*/0 * * * *", "", `the minute "*/0"`},
		{"-5 * * * *", "", `the minute "-5"`},
		{"*/90 * * * *", "", `the step 90 of minute "*/90" is longer than an hour: write "@every 90m" or name the times`},
		{"5/61 */25 */32 */13 */8", "", `the step 61 of minute "5/61" is longer than an hour: write "@every 61m" or name the times; the step 25 of hour "*/25" is longer than a day: write "@every 25h" or name the times; the step 32 of day of month "*/32" is longer than a month: write "@every 32d" or name the times; the step 13 of month "*/13" is longer than a year: name the times; the step 8 of day of week "*/8" is longer than a week: write "@every 8d" or name the times`},
		{"0 0-12/25 * * *", "", `the step 25 of hour "0-12/25" is longer than a day: write "@every 25h"`},
		{"0 0 */32 * *", "", "the step 32"},
		{"0 0 1 */13 *", "", "the step 13"},
		{"0 0 * * */8", "", "the step 8"},
		// Cron takes these, and means "*" or nothing.
		{"*-5 * * * *", "", "goes on after its *"},
		{"?x * * * *", "", "goes on after its ?"},
		{"1,,2 * * * *", "", "empty item"},
		{", * * * *", "", "empty item"},
		{"@daily", "localtime", "something else on every machine"},
		{"@reboot", "", "@hourly, @daily"},
		{"@Daily", "", "@hourly, @daily"},
		{"@", "", "@hourly, @daily"},
		{"@every", "", "\"@every 6h\""},
		{"@every10s", "", "\"@every 6h\""},
		{"@every 0s", "", "the minimum is"},
		{"@every -1h", "", "the minimum is"},
		{"@every 500ms", "", "the minimum is"},
		{"@every 1500ms", "", "unknown unit \"ms\""},
		{"@every 1.5h", "", "has a fraction"},
		{"@every soon", "", "no number"},
		{"@every 999999w", "", "too long"},
		{"0 0 30 2 *", "", "never fires"},
		{"0 0 31 4,6,9,11 *", "", "never fires"},
		{"0 3 * * *", "Local", "something else on every machine"},
		{"0 3 * * *", "Mars/Olympus", "is not known"},
		{"0 3 * * *", "asia/shanghai", "is not known"},
		{"0 3 * * *", "../UTC", "is not known"},
		{"0 3 * * *", "+08:00", "is not known"},
	}
	for _, tt := range tests {
		s, err := ParseSchedule(tt.text, tt.zone)
		if err == nil || !s.IsZero() || !strings.Contains(err.Error(), tt.says) {
			t.Errorf("ParseSchedule(%q, %q) = %+v, %v; want an error that says %q", tt.text, tt.zone, s, err, tt.says)
		}
		if err != nil && strings.Contains(err.Error(), "strconv") {
			t.Errorf("ParseSchedule(%q, %q): %v speaks of the program", tt.text, tt.zone, err)
		}
	}
}

func TestCronPanicsBecomeErrors(t *testing.T) {
	if s, err := schedCron("TZ=UTC"); err == nil || s != nil {
		t.Errorf("schedCron = %v, %v", s, err)
	}
}

func FuzzParseSchedule(f *testing.F) {
	for _, s := range []string{"0 3 * * *", "@daily", "@every 10s", "@every 0s", "TZ=UTC", "CRON_TZ=", "0 0 30 2 *", "*-5 * * * *", "* * * * 7", ", , , , ,", "1-5/2,7 */3 1,15 jan-mar mon", "@", "0 0 29 2 *"} {
		for _, zone := range []string{"", "America/Sao_Paulo", "Local"} {
			f.Add(s, zone)
		}
	}
	at := time.Date(2026, time.March, 28, 12, 0, 0, 500, time.UTC)
	f.Fuzz(func(t *testing.T, text, zone string) {
		s, err := ParseSchedule(text, zone)
		if err != nil {
			if !s.IsZero() {
				t.Fatalf("ParseSchedule(%q, %q) = %+v with the error %v", text, zone, s, err)
			}
			return
		}
		if next := s.Next(at); !next.After(at) {
			t.Fatalf("ParseSchedule(%q, %q) ticks at %v after %v", text, zone, next, at)
		}
	})
}

// TestParseSchedule_ZonesAreThoseOfTheProgram holds that it does not depend on the
// machine which zones there are.
func TestParseSchedule_ZonesAreThoseOfTheProgram(t *testing.T) {
	for _, name := range []string{"Mars/Base", "posix/Asia/Tokyo", "right/Asia/Tokyo", "asia/tokyo", "../zoneinfo/UTC", "Asia/Tokyo\nAsia/Tomsk", "Factory"} {
		if _, err := ParseSchedule("@daily", name); err == nil {
			t.Errorf("%q is taken for a zone", name)
		}
	}
	if _, err := ParseSchedule("@daily", "Asia/Shangai"); err == nil || !strings.Contains(err.Error(), `Did you mean "Asia/Shanghai"?`) {
		t.Errorf("got %v", err)
	}
}

// TestZoneNames holds that every zone that the program names is in the database that is
// compiled in, and that none of that is missing.
func TestZoneNames(t *testing.T) {
	for name := range strings.FieldsSeq(zoneNames) {
		if _, err := ParseSchedule("@daily", name); err != nil {
			t.Error(err)
		}
	}
	archive, err := zip.OpenReader(filepath.Join(build.Default.GOROOT, "lib", "time", "zoneinfo.zip"))
	if err != nil {
		t.Skip("Go's own database is not here")
	}
	defer archive.Close() //nolint:errcheck // it was only read
	var there []string
	for _, f := range archive.File {
		if f.Name != "Factory" && !strings.HasSuffix(f.Name, "/") {
			there = append(there, f.Name)
		}
	}
	slices.Sort(there)
	if got := strings.Fields(zoneNames); !slices.Equal(got, there) {
		t.Errorf("zones.txt names %d zones and Go's database %d: write those into it", len(got), len(there))
	}
}
