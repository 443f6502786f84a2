package rules

import (
	"math"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestParseDuration(t *testing.T) {
	tests := []struct {
		in   string
		want time.Duration
	}{
		{"0s", 0},
		{"1s", time.Second},
		{"90m", 90 * time.Minute},
		{"36h", 36 * time.Hour},
		{"7d", 7 * 24 * time.Hour},
		{"2w", 14 * 24 * time.Hour},
		{"1d12h", 36 * time.Hour},
		{"1w2d3h4m5s", 9*24*time.Hour + 3*time.Hour + 4*time.Minute + 5*time.Second},
		{"1w5s", 7*24*time.Hour + 5*time.Second},
		{"007d", 7 * 24 * time.Hour},
		{"0w0d0h0m0s", 0},
		{"106751d23h47m16s", math.MaxInt64 / time.Second * time.Second},
	}
	for _, tt := range tests {
		got, err := ParseDuration(tt.in)
		if err != nil || got != tt.want {
			t.Errorf("ParseDuration(%q) = %v, %v; want %v", tt.in, got, err, tt.want)
		}
	}
}

func TestParseDurationRefuses(t *testing.T) {
	tests := []struct{ in, says string }{
		{"", "is empty"},
		{"7", "ends without a unit"},
		{"1d12", "ends without a unit"},
		{"d", "no number before \"d\""},
		{"-1h", "has a sign"},
		{"+1h", "has a sign"},
		{"1.5h", "has a fraction"},
		{"1,5h", "has a fraction"},
		{"10ms", "unknown unit \"ms\""},
		{"10us", "unknown unit \"us\""},
		{"1y", "unknown unit \"y\""},
		{"7D", "unknown unit \"D\""},
		{"7 days", "unknown unit \" days\""},
		{"7d ", "unknown unit \"d \""},
		{" 7d", "no number"},
		{"1d 12h", "unknown unit \"d \""},
		{"12h1d", "wrong place"},
		{"1d1d", "wrong place"},
		{"１d", "no number"},
		{"7d\n", "unknown unit"},
		{"106751d23h47m17s", "too long"},
		{"15251w", "too long"},
		{"9223372036854775808s", "too long"},
		{"99999999999999999999999999s", "too long"},
	}
	for _, tt := range tests {
		got, err := ParseDuration(tt.in)
		if err == nil || got != 0 || !strings.Contains(err.Error(), tt.says) {
			t.Errorf("ParseDuration(%q) = %v, %v; want an error that says %q", tt.in, got, err, tt.says)
			continue
		}
		if !strings.Contains(tt.says, "too long") && !strings.Contains(err.Error(), `"1d12h"`) {
			t.Errorf("ParseDuration(%q): %v does not say what to write", tt.in, err)
		}
	}
}

func TestFormatDuration(t *testing.T) {
	tests := []struct {
		in   time.Duration
		want string
	}{
		{0, "0s"},
		{999 * time.Millisecond, "0s"},
		{-999 * time.Millisecond, "0s"},
		{90 * time.Minute, "1h30m"},
		{7 * 24 * time.Hour, "7d"},
		{24 * time.Hour, "24h"},
		{36 * time.Hour, "36h"},
		{48 * time.Hour, "2d"},
		{60 * time.Hour, "2d12h"},
		{24*time.Hour + time.Second, "1d1s"},
		{-36 * time.Hour, "-1d12h"},
		{math.MaxInt64, "106751d23h47m16s"},
		{math.MinInt64, "-106751d23h47m16s"},
	}
	for _, tt := range tests {
		if got := FormatDuration(tt.in); got != tt.want {
			t.Errorf("FormatDuration(%d) = %q, want %q", tt.in, got, tt.want)
		}
	}
}

func TestFormatAge(t *testing.T) {
	const day = 24 * time.Hour
	tests := []struct {
		in   time.Duration
		want string
	}{
		{0, "0s"},
		{-time.Hour, "0s"},
		{math.MinInt64, "0s"},
		{time.Second - 1, "0s"},
		{59 * time.Second, "59s"},
		{12*time.Minute + 5*time.Second, "12m 5s"},
		{time.Hour - 1, "59m 59s"},
		{time.Hour, "1h"},
		{time.Hour + 59*time.Second, "1h"},
		{day - 1, "23h 59m"},
		{3*day + 4*time.Hour + 59*time.Minute, "3d 4h"},
		{3*day + 59*time.Minute, "3d"},
		{400 * day, "400d"},
		{math.MaxInt64, "106751d 23h"},
	}
	for _, tt := range tests {
		if got := FormatAge(tt.in); got != tt.want {
			t.Errorf("FormatAge(%d) = %q, want %q", tt.in, got, tt.want)
		}
	}
}

// An age in a table must never look older than it is.
func TestFormatAgeRoundsDown(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := time.Duration(rapid.Int64Min(0).Draw(t, "age"))
		shown, err := ParseDuration(strings.ReplaceAll(FormatAge(d), " ", ""))
		if err != nil {
			t.Fatalf("FormatAge(%d): %v", d, err)
		}
		if shown > d {
			t.Fatalf("FormatAge(%d) = %q, which is longer", d, FormatAge(d))
		}
	})
}

func FuzzParseDuration(f *testing.F) {
	for _, s := range []string{"", "0s", "90m", "36h", "7d", "2w", "1d12h", "1w1w", "-1h", "1.5h", "10ms", "106751d23h47m16s", "15251w", "１d", "1\x00d"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		d, err := ParseDuration(s)
		if err != nil {
			if d != 0 {
				t.Fatalf("ParseDuration(%q) = %v with the error %v", s, d, err)
			}
			return
		}
		if d < 0 || d%time.Second != 0 {
			t.Fatalf("ParseDuration(%q) = %v", s, d)
		}
		again, err := ParseDuration(FormatDuration(d))
		if err != nil || again != d {
			t.Fatalf("%q is %v, written as %q, read again as %v, %v", s, d, FormatDuration(d), again, err)
		}
	})
}
