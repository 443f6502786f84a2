package ks3

import "time"

// ParseInstant reads an instant of an XML answer: RFC 3339 with any fraction and
// "Z" or a numeric zone. A text without a zone, or in any other form, is not
// read: ok is false and the caller knows nothing.
func ParseInstant(s string) (t time.Time, ok bool) { panic("TODO") }

// ParseDate reads a Date header: RFC 1123 in GMT with a one- or two-digit day,
// RFC 850 and ANSI C forms too.
func ParseDate(s string) (t time.Time, ok bool) { panic("TODO") }

// FormatDate writes a Date header.
func FormatDate(t time.Time) string { panic("TODO") }

// FormatInstant writes an instant as KS3 does: UTC with milliseconds and "Z".
func FormatInstant(t time.Time) string { panic("TODO") }
