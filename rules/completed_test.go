package rules

import (
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestGuardLooksCompleted_Table(t *testing.T) {
	start := time.Date(2026, 3, 1, 12, 0, 0, 300_000_000, time.UTC)
	md5 := strings.Repeat("0aF9", 8)
	for name, c := range map[string]struct {
		parts int
		after time.Duration // of the object's time, from the start's whole second
		etag  string
		want  Reason
	}{
		"as many parts, later":             {3, time.Hour, md5 + "-3", KeepLooksCompleted},
		"as many parts, the same second":   {3, 0, md5 + "-3", KeepLooksCompleted},
		"as many parts, a second before":   {3, -time.Second, md5 + "-3", ""},
		"as many parts, long before":       {3, -90 * 24 * time.Hour, md5 + "-3", ""},
		"more parts than the upload":       {3, time.Hour, md5 + "-4", ""},
		"fewer parts than the upload":      {3, time.Hour, md5 + "-2", ""},
		"one part":                         {1, time.Hour, md5 + "-1", KeepLooksCompleted},
		"ten thousand parts":               {10000, time.Hour, md5 + "-10000", KeepLooksCompleted},
		"more parts than there can be":     {10001, time.Hour, md5 + "-10001", KeepObjectUnknown},
		"put as a whole":                   {3, time.Hour, md5, ""},
		"put as a whole, no parts":         {0, time.Hour, md5, ""},
		"no parts":                         {0, time.Hour, md5 + "-7", KeepLooksCompleted},
		"no parts, before":                 {0, -time.Hour, md5 + "-7", ""},
		"another hash":                     {3, time.Hour, "Zm9vYmFy-3", KeepLooksCompleted},
		"no ETag":                          {3, time.Hour, "", KeepObjectUnknown},
		"no ETag, before":                  {3, -time.Hour, "", ""},
		"an ETag of no known form":         {3, time.Hour, "0x8DC4F1A2B3C4D5E", KeepObjectUnknown},
		"no number":                        {3, time.Hour, md5 + "-", KeepObjectUnknown},
		"a sign":                           {3, time.Hour, md5 + "-+3", KeepObjectUnknown},
		"no part":                          {0, time.Hour, md5 + "-0", KeepObjectUnknown},
		"more than can be counted":         {3, time.Hour, md5 + "-99999999999999999999", KeepObjectUnknown},
		"a UUID":                           {3, time.Hour, "123e4567-e89b-12d3-a456-426614174000", KeepObjectUnknown},
		"a UUID whose end is its parts":    {3, time.Hour, "123e4567-e89b-12d3-a456-3", KeepLooksCompleted},
		"32 characters that are no digits": {3, time.Hour, strings.Repeat("xyz_", 8), KeepObjectUnknown},
	} {
		t.Run(name, func(t *testing.T) {
			u := Upload{Initiated: start}
			o := Object{Modified: start.Truncate(time.Second).Add(c.after), ETag: c.etag}
			if got := LooksCompleted(&u, &Parts{Count: c.parts}, &o); got != c.want {
				t.Errorf("an upload of %d parts and an object %v with %q: %q, want %q", c.parts, c.after, c.etag, got, c.want)
			}
			if got := LooksCompleted(&u, &Parts{Count: c.parts}, &Object{ETag: c.etag}); got != KeepObjectUnknown {
				t.Errorf("without a time: %q", got)
			}
			if got := LooksCompleted(&u, &Parts{Count: c.parts}, nil); got != "" {
				t.Errorf("without an object: %q", got)
			}
		})
	}
}

// TestGuardLooksCompleted_DoubtNeverAborts holds that an object as young as the upload
// lets an abort through only with an ETag that is certain to be another upload's.
func TestGuardLooksCompleted_DoubtNeverAborts(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		u := Upload{Initiated: time.Unix(rapid.Int64Range(1, 4e9).Draw(t, "start"), rapid.Int64Range(0, 1e9-1).Draw(t, "fraction"))}
		p := Parts{Count: rapid.IntRange(0, 10000).Draw(t, "parts")}
		o := Object{
			Modified: u.Initiated.Truncate(time.Second).Add(time.Duration(rapid.Int64Range(0, 1e9).Draw(t, "later")) * time.Second),
			ETag:     rapid.OneOf(rapid.String(), rapid.StringMatching(`[0-9a-f]{32}(-[0-9]{1,6})?`)).Draw(t, "etag"),
		}
		if LooksCompleted(&u, &p, &o) != "" {
			return
		}
		n, known := partsOfETag(o.ETag)
		if !known || n > 0 && (n == p.Count || p.Count == 0) {
			t.Fatalf("%d parts, %q: aborted", p.Count, o.ETag)
		}
	})
}
