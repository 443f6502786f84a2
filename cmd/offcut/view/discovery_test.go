package view

import (
	"testing"
	"time"

	"offcut/engine"
	"offcut/rules"
)

func TestDiscoveryPhrases(t *testing.T) {
	for _, tt := range []struct {
		names []string
		want  string
	}{
		{nil, "no bucket"},
		{[]string{"a"}, "1 bucket (a)"},
		{[]string{"a", "b"}, "2 buckets (a, b)"},
		{[]string{"a", "b", "c", "d", "e"}, "5 buckets (a, b, c, d, e)"},
		{[]string{"a", "b", "c", "d", "e", "f"}, "6 buckets (a, b, c, d, e and 1 more)"},
		{make([]string, 1205), "1,205 buckets (, , , ,  and 1,200 more)"},
		{[]string{"a\x1b[2J"}, `1 bucket (a\x1b[2J)`},
	} {
		if got := bucketsPhrase(tt.names); got != tt.want {
			t.Errorf("got %q, want %q", got, tt.want)
		}
	}
}

func TestDiscoveryChanges(t *testing.T) {
	since := time.Date(2026, 3, 14, 3, 0, 4, 0, time.UTC)
	many := []string{"a", "b", "c", "d", "e", "f", "g"}
	for _, tt := range []struct {
		appeared, gone []string
		want           string
	}{
		{[]string{"a"}, nil, "data.buckets.m: a appeared since the plan of 2026-03-14 03:00:04 UTC."},
		{nil, []string{"a"}, "data.buckets.m: a is gone since the plan of 2026-03-14 03:00:04 UTC."},
		{nil, []string{"a", "b"}, "data.buckets.m: a, b are gone since the plan of 2026-03-14 03:00:04 UTC."},
		{[]string{"n"}, []string{"a"}, "data.buckets.m: n appeared since the plan of 2026-03-14 03:00:04 UTC; a is gone."},
		{many, many, "data.buckets.m: a, b, c, d, e and 2 more appeared since the plan of 2026-03-14 03:00:04 UTC; a, b, c, d, e and 2 more are gone."},
		{[]string{"\u202en"}, nil, `data.buckets.m: \u202en appeared since the plan of 2026-03-14 03:00:04 UTC.`},
	} {
		d := Discovery{Discovery: rules.Discovery{Address: "data.buckets.m"}, Change: &engine.BucketChange{Since: since, Appeared: tt.appeared, Gone: tt.gone}}
		if got := changePhrase(d); got != tt.want {
			t.Errorf("got  %s\nwant %s", got, tt.want)
		}
	}
}
