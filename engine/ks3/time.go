package ks3

import (
	"strings"
	"time"
)

// instantForm is the layout of FormatInstant.
const instantForm = "2006-01-02T15:04:05.000Z"

// ParseInstant reads an instant of an XML answer: RFC 3339 with any fraction and
// "Z" or a numeric zone. A text without a zone, or in any other form, is not
// read: ok is false and the caller knows nothing.
//
// KS3 has served both "Z" and "+08:00" for the same element, so the zone is
// always honoured and never supplied.
func ParseInstant(s string) (t time.Time, ok bool) {
	if !instantShape(s) {
		return time.Time{}, false
	}
	t, err := time.Parse(time.RFC3339Nano, s)
	if err != nil {
		return time.Time{}, false
	}
	return t.UTC(), true
}

// instantShape reports whether s is written as RFC 3339 asks. The time package
// alone would also take a one-digit hour or a comma before the fraction.
func instantShape(s string) bool {
	const pattern = "dddd-dd-ddTdd:dd:dd"
	if len(s) < len(pattern)+1 || !matches(s[:len(pattern)], pattern) {
		return false
	}
	rest := s[len(pattern):]
	if rest[0] == '.' {
		digits := rest[1:]
		rest = strings.TrimLeft(digits, "0123456789")
		if len(rest) == len(digits) {
			return false
		}
	}
	return rest == "Z" || zoneShape(rest)
}

// zoneShape takes "+hh:mm" and "-hh:mm" up to 23:59.
func zoneShape(s string) bool {
	if len(s) != 6 || (s[0] != '+' && s[0] != '-') || !matches(s[1:], "dd:dd") {
		return false
	}
	return s[1:3] <= "23" && s[4:6] <= "59"
}

// matches compares s with a pattern of the same length in which d is any digit.
func matches(s, pattern string) bool {
	if len(s) != len(pattern) {
		return false
	}
	for i := range len(pattern) {
		if pattern[i] == 'd' {
			if s[i] < '0' || s[i] > '9' {
				return false
			}
		} else if s[i] != pattern[i] {
			return false
		}
	}
	return true
}

// ParseDate reads a Date header: RFC 1123 in GMT with a one- or two-digit day,
// RFC 850 and ANSI C forms too. A zone other than GMT is not read: the time
// package would invent an offset for its name.
func ParseDate(s string) (t time.Time, ok bool) {
	for _, form := range [...]string{
		"Mon, 2 Jan 2006 15:04:05 GMT",
		"Monday, 2-Jan-06 15:04:05 GMT",
		time.ANSIC,
	} {
		if t, err := time.Parse(form, s); err == nil {
			return t, true
		}
	}
	return time.Time{}, false
}

// FormatDate writes a Date header.
func FormatDate(t time.Time) string { return t.UTC().Format("Mon, 02 Jan 2006 15:04:05 GMT") }

// FormatInstant writes an instant as KS3 does: UTC with milliseconds and "Z".
func FormatInstant(t time.Time) string { return t.UTC().Format(instantForm) }
