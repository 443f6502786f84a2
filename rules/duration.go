package rules

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

const (
	durDay  = 24 * time.Hour
	durWeek = 7 * durDay

	durForms = "write whole numbers with the units w, d, h, m and s, the largest first and each at most once, such as \"90m\", \"36h\", \"7d\", \"2w\" or \"1d12h\""
)

// durUnit gives the length of a unit and its place in the order of units; a larger
// unit has a larger place. The place is 0 for what is no unit.
func durUnit(name string) (length time.Duration, place int) {
	switch name {
	case "w":
		return durWeek, 5
	case "d":
		return durDay, 4
	case "h":
		return time.Hour, 3
	case "m":
		return time.Minute, 2
	case "s":
		return time.Second, 1
	}
	return 0, 0
}

// ParseDuration reads a duration of the rule language: "90m", "36h", "7d", "2w",
// "1d12h". The units are w (7 days), d (24 hours), h, m and s, written in that
// order, each at most once. Numbers are whole and have no sign. A day is always
// 24 hours: no time zone is involved.
func ParseDuration(s string) (time.Duration, error) {
	if s == "" {
		return 0, errors.New("the duration is empty: " + durForms)
	}
	var total time.Duration
	last := math.MaxInt
	for rest := s; rest != ""; {
		number, name, after := durCut(rest)
		if number == "" {
			return 0, durNoNumber(s, rest)
		}
		unit, place := durUnit(name)
		if place == 0 {
			return 0, durNoUnit(s, name)
		}
		if place >= last {
			return 0, fmt.Errorf("the duration %q has the unit %s in the wrong place: %s", s, name, durForms)
		}
		n, err := strconv.ParseInt(number, 10, 64)
		if err != nil || n > int64((math.MaxInt64-total)/unit) {
			return 0, fmt.Errorf("the duration %q is too long: the longest is %s", s, FormatDuration(math.MaxInt64))
		}
		total += time.Duration(n) * unit
		last = place
		rest = after
	}
	return total, nil
}

// durCut cuts s into its leading digits, what stands before the next digit, and
// the rest.
func durCut(s string) (number, name, rest string) {
	const digits = "0123456789"
	rest = strings.TrimLeft(s, digits)
	number = s[:len(s)-len(rest)]
	end := strings.IndexAny(rest, digits)
	if end < 0 {
		end = len(rest)
	}
	return number, rest[:end], rest[end:]
}

// durNoNumber is the error for a duration in which rest does not begin with a digit.
func durNoNumber(s, rest string) error {
	if rest[0] == '-' || rest[0] == '+' {
		return fmt.Errorf("the duration %q has a sign: %s", s, durForms)
	}
	return fmt.Errorf("the duration %q has no number before %q: %s", s, rest, durForms)
}

// durNoUnit is the error for a duration in which name stands where a unit belongs.
func durNoUnit(s, name string) error {
	switch {
	case name == "":
		return fmt.Errorf("the duration %q ends without a unit: %s", s, durForms)
	case name[0] == '.' || name[0] == ',':
		return fmt.Errorf("the duration %q has a fraction: %s", s, durForms)
	}
	return fmt.Errorf("the duration %q has the unknown unit %q: %s", s, name, durForms)
}

// FormatDuration writes d the way ParseDuration reads it and rule files spell it: "7d",
// "2d12h", "0s". Days are the largest unit, because plans and messages compare
// thresholds with ages, and ages are counted in days; but whole hours of less than two
// days are hours, "24h", as idle_for and minimum_age are written everywhere. What is
// below a second is dropped; a negative d gets a minus sign, which ParseDuration
// refuses.
func FormatDuration(d time.Duration) string {
	if d >= durDay && d < 2*durDay && d%time.Hour == 0 {
		return fmt.Sprintf("%dh", d/time.Hour)
	}
	if d <= -time.Second {
		return "-" + durJoin(durSplit(d), "", 4)
	}
	return durJoin(durSplit(d), "", 4)
}

// FormatAge writes d for people, cut to its largest unit and the one below that:
// "3d 4h", "12m 5s", "3d", "0s". It always rounds down, so that an age never
// looks older than it is. A negative d is "0s".
func FormatAge(d time.Duration) string {
	return durJoin(durSplit(max(d, 0)), " ", 2)
}

// A durAmount is so many of one unit.
type durAmount struct {
	n    int64
	unit byte
}

// durSplit splits the absolute value of d into days, hours, minutes and seconds.
func durSplit(d time.Duration) [4]durAmount {
	day, hour, minute := int64(durDay), int64(time.Hour), int64(time.Minute)
	n := int64(d)
	abs := func(v int64) int64 { return max(v, -v) }
	return [4]durAmount{
		{abs(n / day), 'd'},
		{abs(n % day / hour), 'h'},
		{abs(n % hour / minute), 'm'},
		{abs(n % minute / int64(time.Second)), 's'},
	}
}

// durJoin writes the amounts that are not zero, beginning with the largest and
// looking at no more than width amounts from there.
func durJoin(amounts [4]durAmount, sep string, width int) string {
	first := 0
	for first < len(amounts)-1 && amounts[first].n == 0 {
		first++
	}
	var out []byte
	for _, a := range amounts[first:min(first+width, len(amounts))] {
		if a.n == 0 && len(out) > 0 {
			continue
		}
		if len(out) > 0 {
			out = append(out, sep...)
		}
		out = strconv.AppendInt(out, a.n, 10)
		out = append(out, a.unit)
	}
	return string(out)
}
