package engine

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestBuildRefusesAClockThatCannotBeTrusted(t *testing.T) {
	for name, c := range map[string]struct {
		date   func(page int) time.Time
		status ScopeStatus
		want   []string
	}{
		"a year ahead": {
			func(int) time.Time { return epoch.AddDate(1, 0, 0) }, ScopeFailed,
			[]string{"the store's clock says 2027-03-14 12:00:00 UTC", "this machine's says 2026-03-14 12:00:00 UTC", "NTP"},
		},
		"a year behind": {
			func(int) time.Time { return epoch.AddDate(-1, 0, 0) }, ScopeFailed,
			[]string{"the store's clock says 2025-03-14"},
		},
		"no date": {
			func(int) time.Time { return time.Time{} }, ScopeFailed,
			[]string{"no readable Date header"},
		},
		"five minutes": {
			func(int) time.Time { return epoch.Add(5 * time.Minute) }, ScopeComplete, nil,
		},
		"a second more": {
			func(int) time.Time { return epoch.Add(5*time.Minute + time.Second) }, ScopeFailed,
			[]string{"5m1s apart"},
		},
		"no date on a later page": {
			func(page int) time.Time {
				if page > 1 {
					return time.Time{}
				}
				return epoch
			}, ScopeComplete, nil,
		},
		"a jump on a later page": {
			func(page int) time.Time { return epoch.Add(time.Duration(page-1) * time.Hour) }, ScopeFailed,
			[]string{"1h0m0s apart"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := newMemStore("media")
			s.pageSize = 1
			for i := range 3 {
				s.put("media", fmt.Sprint(i), "1", 400*day)
			}
			s.onPage = func(_, _ string, n int, page *UploadPage) error {
				page.Date = c.date(n)
				return nil
			}
			p := buildPlan(t, s, testConfig(testRule("a", "media", "")), testOptions(t))
			scope := p.Scopes[0]
			if scope.Status != c.status {
				t.Fatalf("scope is %s with %v, want %s", scope.Status, scope.Err, c.status)
			}
			for _, want := range c.want {
				if !strings.Contains(scope.Err.Error(), want) {
					t.Errorf("the error is %q, want %q in it", scope.Err, want)
				}
			}
			if want := map[ScopeStatus]int64{ScopeComplete: 3}[c.status]; p.Abort.Uploads != want {
				t.Errorf("%d planned, want %d", p.Abort.Uploads, want)
			}
		})
	}
}

// A Date is cut to whole seconds and the answer takes its time: neither may look like
// clocks that differ, and what is told is never more than the true difference.
func TestSkewIsWhatBothStampsAllow(t *testing.T) {
	sent := epoch.Add(900 * time.Millisecond)
	for name, c := range map[string]struct {
		date, sent, received time.Time
		want                 time.Duration
	}{
		"the same second":            {epoch, sent, sent.Add(20 * time.Millisecond), 0},
		"a second that has ended":    {epoch, sent, sent.Add(300 * time.Millisecond), 0},
		"an answer of seven seconds": {epoch, sent, sent.Add(7 * time.Second), 0},
		"behind":                     {epoch.Add(-3 * time.Second), sent, sent.Add(time.Second), -2900 * time.Millisecond},
		"ahead":                      {epoch.Add(3 * time.Second), sent, sent.Add(time.Second), 1100 * time.Millisecond},
		"nobody knows when it began": {epoch.Add(-3 * time.Second), time.Time{}, epoch, -3 * time.Second},
		"a local clock that was set": {epoch.Add(-3 * time.Second), epoch.Add(time.Hour), epoch, -3 * time.Second},
	} {
		if got := Skew(c.date, c.sent, c.received); got != c.want {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		skew := time.Duration(rapid.Int64Range(int64(-time.Hour), int64(time.Hour)).Draw(t, "skew"))
		there := time.Duration(rapid.Int64Range(0, int64(time.Minute)).Draw(t, "there"))
		back := time.Duration(rapid.Int64Range(0, int64(time.Minute)).Draw(t, "back"))
		sent := epoch.Add(time.Duration(rapid.Int64Range(0, int64(time.Second)).Draw(t, "at")))
		date := sent.Add(there + skew).Truncate(time.Second)
		got := Skew(date, sent, sent.Add(there+back))
		if got.Abs() > skew.Abs() || (got != 0 && (got > 0) != (skew > 0)) || (skew-got).Abs() > time.Second+there+back {
			t.Fatalf("told %v of %v", got, skew)
		}
	})
}

// A scope whose clock cannot be believed gives no instant to the others.
func TestScanClockTakesTheFirstBelievableDate(t *testing.T) {
	c := scanClock{local: func() time.Time { return epoch }}
	if c.check(&UploadPage{Date: epoch.AddDate(1, 0, 0)}, true) == nil {
		t.Fatal("a year ahead was believed")
	}
	if now, skew := c.reading(); !now.IsZero() || skew != 365*day {
		t.Errorf("now %v, skew %v: want no instant, and the skew that was seen", now, skew)
	}
	for _, date := range []time.Time{epoch.Add(-time.Minute), epoch.Add(-2 * time.Minute)} {
		if err := c.check(&UploadPage{Date: date}, true); err != nil {
			t.Fatal(err)
		}
	}
	if now, skew := c.reading(); !now.Equal(epoch.Add(-time.Minute)) || skew != -time.Minute {
		t.Errorf("now %v, skew %v: want the first believable date and its skew", now, skew)
	}
}
