package ks3_test

import (
	"testing"
	"time"

	"offcut/engine/ks3"
)

func TestParseInstant(t *testing.T) {
	good := map[string]string{
		"2015-03-23T11:22:45.451+08:00":       "2015-03-23T03:22:45.451Z",
		"2018-08-23T12:23:26.046+08:00":       "2018-08-23T04:23:26.046Z",
		"2015-03-22T12:48:32.800Z":            "2015-03-22T12:48:32.8Z",
		"2015-03-22T12:48:32Z":                "2015-03-22T12:48:32Z",
		"2015-03-22T12:48:32.123456789Z":      "2015-03-22T12:48:32.123456789Z",
		"2015-03-22T12:48:32.1234567891234Z":  "2015-03-22T12:48:32.123456789Z",
		"2015-03-22T12:48:32-03:30":           "2015-03-22T16:18:32Z",
		"2024-02-29T00:00:00.000Z":            "2024-02-29T00:00:00Z",
		"2024-02-29T00:00:00.000000000+00:00": "2024-02-29T00:00:00Z",
		"0001-01-01T00:00:00Z":                "0001-01-01T00:00:00Z",
		"2015-12-31T23:59:59.999999999-23:59": "2016-01-01T23:58:59.999999999Z",
	}
	for text, want := range good {
		got, ok := ks3.ParseInstant(text)
		if !ok || got.Format(time.RFC3339Nano) != want {
			t.Errorf("%s: got %v, %t; want %s", text, got, ok, want)
		}
	}
	bad := []string{
		"", "2015-03-22T12:48:32", "2015-03-22T12:48:32.800", "2015-03-22 12:48:32Z", "2015-03-22T12:48:32z",
		"2015-03-22t12:48:32Z", "2015-03-22T12:48:32,800Z", "2015-03-22T12:48:32.Z", "2015-03-22T2:48:32Z",
		"2015-02-29T12:48:32Z", "2015-13-01T12:48:32Z", "2015-03-22T24:00:00Z", "2015-03-22T12:48:60Z",
		"2015-03-22T12:48:32+0800", "2015-03-22T12:48:32+08", "2015-03-22T12:48:32+24:00", "2015-03-22T12:48:32+08:60",
		" 2015-03-22T12:48:32Z", "2015-03-22T12:48:32Z ", "1427028512", "Sun, 22 Mar 2015 12:48:32 GMT", "2015-03-22",
		"+2015-03-22T12:48:32Z", "20150322T124832Z", "2015-03-22T12:48:32UTC", "２015-03-22T12:48:32Z",
	}
	for _, text := range bad {
		if got, ok := ks3.ParseInstant(text); ok || !got.IsZero() {
			t.Errorf("%q was read as %v", text, got)
		}
	}
}

func TestParseDate(t *testing.T) {
	good := map[string]string{
		"Mon, 1 Nov 2010 20:34:56 GMT":   "2010-11-01T20:34:56Z", // the sample on KS3's Initiate page
		"Mon, 01 Nov 2010 20:34:56 GMT":  "2010-11-01T20:34:56Z",
		"Monday, 01-Nov-10 20:34:56 GMT": "2010-11-01T20:34:56Z",
		"Mon Nov  1 20:34:56 2010":       "2010-11-01T20:34:56Z",
	}
	for text, want := range good {
		got, ok := ks3.ParseDate(text)
		if !ok || got.UTC().Format(time.RFC3339) != want {
			t.Errorf("%s: got %v, %t; want %s", text, got, ok, want)
		}
	}
	for _, text := range []string{
		"", "0", "Mon, 01 Nov 2010 20:34:56 CST", "Monday, 01-Nov-10 20:34:56 PST",
		"Mon, 01 Nov 2010 20:34:56", "Mon, 32 Nov 2010 20:34:56 GMT", "2010-11-01T20:34:56Z",
	} {
		if got, ok := ks3.ParseDate(text); ok || !got.IsZero() {
			t.Errorf("%q was read as %v", text, got)
		}
	}
}

func TestFormatInstant(t *testing.T) {
	at := time.Date(2015, 3, 23, 11, 22, 45, 451_999_999, time.FixedZone("", 8*3600))
	if got, want := ks3.FormatInstant(at), "2015-03-23T03:22:45.451Z"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if got, want := ks3.FormatDate(at), "Mon, 23 Mar 2015 03:22:45 GMT"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func FuzzParseInstant(f *testing.F) {
	for _, text := range []string{"2015-03-23T11:22:45.451+08:00", "2015-03-22T12:48:32Z", "2015-03-22T12:48:32", "", "9999-12-31T23:59:59.999-23:59"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		at, ok := ks3.ParseInstant(text)
		if !ok {
			if !at.IsZero() {
				t.Fatalf("%q was not read and gave %v", text, at)
			}
			return
		}
		// The standard library reads everything that is read here, and alike.
		if want, err := time.Parse(time.RFC3339Nano, text); err != nil || !want.Equal(at) {
			t.Fatalf("%q: got %v, the time package gives %v (%v)", text, at, want, err)
		}
		if at.Year() < 0 || at.Year() > 9999 {
			return // outside RFC 3339 once in UTC
		}
		back, ok := ks3.ParseInstant(ks3.FormatInstant(at))
		if !ok || !back.Equal(at.Truncate(time.Millisecond)) {
			t.Fatalf("%q: %v came back as %v, %t", text, at, back, ok)
		}
	})
}

func FuzzParseDate(f *testing.F) {
	for _, text := range []string{"Mon, 1 Nov 2010 20:34:56 GMT", "Monday, 01-Nov-10 20:34:56 GMT", "Mon Nov  1 20:34:56 2010", "", "GMT"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		at, ok := ks3.ParseDate(text)
		if !ok {
			return
		}
		back, ok := ks3.ParseDate(ks3.FormatDate(at))
		if !ok || !back.Equal(at.Truncate(time.Second)) {
			t.Fatalf("%q: %v came back as %v, %t", text, at, back, ok)
		}
	})
}
