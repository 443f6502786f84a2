package engine

import (
	"fmt"
	"strings"
	"testing"
	"time"
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

// A scope whose clock cannot be believed gives no instant to the others.
func TestScanClockTakesTheFirstBelievableDate(t *testing.T) {
	c := scanClock{local: func() time.Time { return epoch }}
	if c.check(epoch.AddDate(1, 0, 0), true) == nil {
		t.Fatal("a year ahead was believed")
	}
	if now, skew := c.reading(); !now.IsZero() || skew != 365*day {
		t.Errorf("now %v, skew %v: want no instant, and the skew that was seen", now, skew)
	}
	for _, date := range []time.Time{epoch.Add(-time.Minute), epoch.Add(-2 * time.Minute)} {
		if err := c.check(date, true); err != nil {
			t.Fatal(err)
		}
	}
	if now, skew := c.reading(); !now.Equal(epoch.Add(-time.Minute)) || skew != -time.Minute {
		t.Errorf("now %v, skew %v: want the first believable date and its skew", now, skew)
	}
}
