package switches

import (
	"fmt"
	"math"
	"regexp"
	"strconv"
	"time"
)

// A Duration is written as text: "250ms", "36h", "7d".
type Duration time.Duration

// MarshalText writes whole days as days, and everything else as Go does.
func (d Duration) MarshalText() ([]byte, error) {
	const day = 24 * time.Hour
	if t := time.Duration(d); t == 0 || t%day != 0 {
		return []byte(t.String()), nil
	}
	return fmt.Appendf(nil, "%dd", time.Duration(d)/day), nil
}

// UnmarshalText reads what ParseDuration reads.
func (d *Duration) UnmarshalText(text []byte) error {
	t, err := ParseDuration(string(text))
	*d = Duration(t)
	return err
}

// ParseDuration reads Go's durations with d and w besides, not below zero:
// "36h", "7d", "1w2d", "1d12h30m".
func ParseDuration(text string) (time.Duration, error) {
	rest := text
	var total time.Duration
	for first := true; rest != "" || first; first = false {
		m := durationTerm().FindStringSubmatch(rest)
		if m == nil {
			return 0, fmt.Errorf("duration %q: write it like 90m, 36h, 7d or 1d12h", text)
		}
		rest = rest[len(m[0]):]
		term, err := durationOf(m[1], m[2])
		if err != nil || total > math.MaxInt64-term {
			return 0, fmt.Errorf("duration %q is longer than 290 years", text)
		}
		total += term
	}
	return total, nil
}

func durationTerm() *regexp.Regexp {
	return regexp.MustCompile(`^([0-9]+(?:\.[0-9]+)?)(ns|us|µs|ms|s|m|h|d|w)`)
}

func durationOf(number, unit string) (time.Duration, error) {
	hours := map[string]float64{"d": 24, "w": 7 * 24}[unit]
	if hours == 0 {
		return time.ParseDuration(number + unit)
	}
	n, err := strconv.ParseFloat(number, 64)
	if d := n * hours * float64(time.Hour); err == nil && d < math.MaxInt64 {
		return time.Duration(d), nil
	}
	return 0, strconv.ErrRange
}
