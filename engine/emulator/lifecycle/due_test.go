package lifecycle

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func rules(t testing.TB, body ...string) *Configuration {
	t.Helper()
	c, err := Parse([]byte(config(body...)))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func config(body ...string) string {
	var b strings.Builder
	for _, r := range body {
		if !strings.Contains(r, "<Status>") {
			r += "<Status>Enabled</Status>"
		}
		b.WriteString("<Rule>" + r + "</Rule>")
	}
	return "<LifecycleConfiguration>" + b.String() + "</LifecycleConfiguration>"
}

func abortDays(n int) string {
	return fmt.Sprintf("<AbortIncompleteMultipartUpload><DaysAfterInitiation>%d</DaysAfterInitiation></AbortIncompleteMultipartUpload>", n)
}

func abortDate(date string) string {
	return "<AbortIncompleteMultipartUpload><Date>" + date + "</Date></AbortIncompleteMultipartUpload>"
}

func instant(t testing.TB, text string) time.Time {
	t.Helper()
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

func TestAnAbortIsDueAtMidnightInBeijing(t *testing.T) {
	for _, tt := range []struct{ name, action, initiated, due string }{
		{"noon", abortDays(7), "2026-03-01T12:00:00+08:00", "2026-03-09T00:00:00+08:00"},
		{"midnight itself", abortDays(7), "2026-03-01T00:00:00+08:00", "2026-03-08T00:00:00+08:00"},
		{"just after midnight", abortDays(7), "2026-03-01T00:00:00.001+08:00", "2026-03-09T00:00:00+08:00"},
		{"just before midnight", abortDays(7), "2026-02-28T23:59:59.999+08:00", "2026-03-08T00:00:00+08:00"},
		{"another zone", abortDays(1), "2026-03-01T16:00:00Z", "2026-03-03T00:00:00+08:00"},
		{"just before, in UTC", abortDays(1), "2026-03-01T15:59:59Z", "2026-03-03T00:00:00+08:00"},
		{"just after, in UTC", abortDays(1), "2026-03-01T16:00:01Z", "2026-03-04T00:00:00+08:00"},
		{"over a leap day", abortDays(2), "2028-02-28T00:00:00+08:00", "2028-03-01T00:00:00+08:00"},
		{"where others change their clocks", abortDays(1), "2026-03-29T01:30:00+01:00", "2026-03-31T00:00:00+08:00"},
		{"a date, initiated before", abortDate("2026-03-05T00:00:00+08:00"), "2026-03-01T12:00:00+08:00", "2026-03-05T00:00:00+08:00"},
		{"a date, initiated the evening before", abortDate("2026-03-05T00:00:00.000+08:00"), "2026-03-04T23:00:00+08:00", "2026-03-05T00:00:00+08:00"},
		{"a date in UTC", abortDate("2026-03-04T16:00:00Z"), "2026-03-01T12:00:00+08:00", "2026-03-05T00:00:00+08:00"},
		{"a date, initiated after", abortDate("2026-03-05T00:00:00+08:00"), "2026-03-07T12:00:00+08:00", "2026-03-08T00:00:00+08:00"},
	} {
		c := rules(t, "<ID>r</ID>"+tt.action)
		initiated, want := instant(t, tt.initiated), instant(t, tt.due)
		if at, rule, ok := c.AbortAt("k", initiated); !ok || !at.Equal(want) || rule != "r" {
			t.Errorf("%s: due %s by %q (%t), want %s", tt.name, at, rule, ok, want)
		}
		if _, due := c.AbortDue("k", initiated, want.Add(-1)); due {
			t.Errorf("%s: due before its time", tt.name)
		}
		if rule, due := c.AbortDue("k", initiated, want); !due || rule != "r" {
			t.Errorf("%s: not due at its time", tt.name)
		}
	}
}

func TestOnlyEnabledRulesOfThePrefixAbort(t *testing.T) {
	c := rules(t,
		"<ID>long</ID><Filter><Prefix>raw/</Prefix></Filter>"+abortDays(30),
		"<ID>off</ID><Status>Disabled</Status><Prefix></Prefix>"+abortDays(1),
		"<ID>short</ID><Prefix>raw/tmp/</Prefix>"+abortDays(2),
		"<ID>other</ID>"+"<Expiration><Days>1</Days></Expiration>",
	)
	began := instant(t, "2026-03-01T00:00:00+08:00")
	for _, tt := range []struct {
		key  string
		rule string
		days int
	}{
		{"raw/a", "long", 30}, {"raw/tmp/a", "short", 2}, {"raw/", "long", 30}, {"raw", "", 0}, {"x/raw/", "", 0}, {"RAW/a", "", 0},
	} {
		at, rule, ok := c.AbortAt(tt.key, began)
		if ok != (tt.days > 0) || rule != tt.rule || ok && at.Sub(began) != time.Duration(tt.days)*24*time.Hour {
			t.Errorf("%s: %s by %q (%t), want rule %q after %d days", tt.key, at, rule, ok, tt.rule, tt.days)
		}
	}
	if uploads, objects := c.Enabled(); !uploads || !objects {
		t.Error("the rules act on neither")
	}
	off := rules(t, "<Status>Disabled</Status>"+abortDays(1))
	if uploads, objects := off.Enabled(); uploads || objects {
		t.Error("a disabled rule acts")
	}
}

func TestWhatIsDueOfAnObject(t *testing.T) {
	const move = "<Transition><Days>%d</Days><StorageClass>%s</StorageClass></Transition>"
	c := rules(t,
		"<ID>logs</ID><Filter><Prefix>log/</Prefix></Filter><Expiration><Days>10</Days></Expiration>"+fmt.Sprintf(move, 0, "STANDARD_IA"),
		"<ID>cold</ID><Filter><And><Prefix>log/</Prefix><Tag><Key>keep</Key><Value>no</Value></Tag><Tag><Key>a</Key><Value></Value></Tag></And></Filter>"+
			fmt.Sprintf(move, 2, "ARCHIVE")+"<Expiration><Days>3</Days></Expiration>",
		"<ID>large</ID><Filter><And><ObjectSizeGreaterThan>100</ObjectSizeGreaterThan><ObjectSizeLessThan>200</ObjectSizeLessThan></And></Filter>"+
			fmt.Sprintf(move, 5, "DEEP_IA")+fmt.Sprintf(move, 1, "STANDARD_IA"),
	)
	began := instant(t, "2026-03-01T00:00:00+08:00")
	tagged := []Tag{{"x", "y"}, {"a", ""}, {"keep", "no"}}
	for _, tt := range []struct {
		name  string
		o     Object
		after float64 // days
		want  Decision
	}{
		{"at once", Object{Key: "log/a", Class: "STANDARD"}, 0, Decision{Transition, "logs", "STANDARD_IA"}},
		{"is there already", Object{Key: "log/a", Class: "STANDARD_IA"}, 9, Decision{}},
		{"never to a dearer class", Object{Key: "log/a", Class: "DEEP_COLD_ARCHIVE"}, 9, Decision{}},
		{"expiration goes first", Object{Key: "log/a", Class: "STANDARD"}, 10, Decision{Action: Expire, Rule: "logs"}},
		{"the cheapest class wins", Object{Key: "log/a", Class: "STANDARD", Tags: tagged}, 2, Decision{Transition, "cold", "ARCHIVE"}},
		{"the first expiration wins", Object{Key: "log/a", Class: "STANDARD", Tags: tagged}, 11, Decision{Action: Expire, Rule: "cold"}},
		{"one tag is missing", Object{Key: "log/a", Class: "STANDARD_IA", Tags: tagged[:2]}, 9, Decision{}},
		{"too small", Object{Key: "a", Class: "STANDARD", Size: 100}, 99, Decision{}},
		{"too large", Object{Key: "a", Class: "STANDARD", Size: 200}, 99, Decision{}},
		{"of the size", Object{Key: "a", Class: "STANDARD", Size: 101}, 4.9, Decision{Transition, "large", "STANDARD_IA"}},
		{"later", Object{Key: "a", Class: "STANDARD_IA", Size: 199}, 5, Decision{Transition, "large", "DEEP_IA"}},
	} {
		tt.o.Modified = began
		got, due := c.ObjectDue(tt.o, began.Add(time.Duration(tt.after*24*float64(time.Hour))))
		if got != tt.want || due != (tt.want.Action != "") {
			t.Errorf("%s: %+v (%t), want %+v", tt.name, got, due, tt.want)
		}
	}
}

// What is due stays due, and an older upload is due no later than a younger one.
func TestDueIsMonotone(t *testing.T) {
	base := instant(t, "2026-03-01T00:00:00+08:00")
	rapid.Check(t, func(t *rapid.T) {
		days := rapid.IntRange(1, 60).Draw(t, "days")
		action := abortDays(days)
		byDate := rapid.Bool().Draw(t, "by date")
		if byDate {
			action = abortDate(base.AddDate(0, 0, days).Format(time.RFC3339))
		}
		c, err := Parse([]byte(config(action)))
		if err != nil {
			t.Fatal(err)
		}
		moment := rapid.Int64Range(0, 100*24*time.Hour.Milliseconds())
		began := base.Add(time.Duration(moment.Draw(t, "initiated")) * time.Millisecond)
		now := base.Add(time.Duration(moment.Draw(t, "now")) * time.Millisecond)
		more := time.Duration(moment.Draw(t, "more")) * time.Millisecond
		_, due := c.AbortDue("k", began, now)
		if _, later := c.AbortDue("k", began, now.Add(more)); due && !later {
			t.Error("due, and later not")
		}
		if _, older := c.AbortDue("k", began.Add(-more), now); due && !older {
			t.Error("due, and an older one is not")
		}
		age := now.Sub(began)
		if due && !byDate && age < time.Duration(days)*24*time.Hour {
			t.Errorf("due after %s of %d days", age, days)
		}
		if !due && !byDate && age >= time.Duration(days+1)*24*time.Hour {
			t.Errorf("not due after %s of %d days", age, days)
		}
		at, _, _ := c.AbortAt("k", began)
		if at.Before(began) || (at.Unix()+8*3600)%86400 != 0 || at.Nanosecond() != 0 {
			t.Errorf("due at %s", at)
		}
	})
}
