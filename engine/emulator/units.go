package emulator

import (
	"fmt"
	"math"
	"regexp"
	"strconv"
	"time"
)

// parseDuration reads Go's durations with d and w besides, not below zero:
// "36h", "7d", "1w2d", "1d12h30m".
func parseDuration(text string) (time.Duration, error) {
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

// parseSize reads a number of bytes: "100", "64MiB", "1.5GB".
func parseSize(text string) (int64, error) {
	m := regexp.MustCompile(`^([0-9]+(?:\.[0-9]+)?) ?([A-Za-z]*)$`).FindStringSubmatch(text)
	if m == nil {
		return 0, sizeFault(text)
	}
	n, err := strconv.ParseFloat(m[1], 64)
	unit, known := sizeUnit(m[2])
	if err != nil || !known || n*unit >= math.MaxInt64 {
		return 0, sizeFault(text)
	}
	return int64(n * unit), nil
}

func sizeFault(text string) error {
	return fmt.Errorf("size %q: write it like 512KiB, 64MiB or 5GB", text)
}

func sizeUnit(name string) (float64, bool) {
	unit := map[string]float64{
		"": 1, "B": 1, "KB": 1e3, "MB": 1e6, "GB": 1e9, "TB": 1e12,
		"KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30, "TiB": 1 << 40,
	}[name]
	return unit, unit != 0
}
