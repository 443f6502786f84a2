package rules

import (
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestDidYouMean(t *testing.T) {
	names := []string{"buckets", "prefixes", "whole_bucket", "exclude", "ks3", "s3"}
	tests := map[string]string{
		"bucket": "buckets", "Prefixes": "prefixes", "whole-bucket": "whole_bucket", "exclud": "exclude",
		"kss3": "ks3", "something": "", "s4": "s3", "x": "", "": "", "foo": "", "stael": "",
		"bukcets": "buckets", "k3": "ks3",
		strings.Repeat("prefixes", 9): "",
	}
	for written, want := range tests {
		if want != "" {
			want = fmt.Sprintf(" Did you mean %q?", want)
		}
		if got := didYouMean(written, names); got != want {
			t.Errorf("%q: got %q, want %q", written, got, want)
		}
	}
}

// TestEditDistance_IsAMetric holds what every distance must hold.
func TestEditDistance_IsAMetric(t *testing.T) {
	word := rapid.StringMatching(`[abc]{0,8}`)
	rapid.Check(t, func(t *rapid.T) {
		a, b, c := word.Draw(t, "a"), word.Draw(t, "b"), word.Draw(t, "c")
		ab, ba := editDistance(a, b), editDistance(b, a)
		if ab != ba || (ab == 0) != (a == b) || ab > max(len(a), len(b)) {
			t.Fatalf("%d and %d", ab, ba)
		}
		if ab > editDistance(a, c)+editDistance(c, b) {
			t.Fatalf("the way over %q is shorter", c)
		}
	})
	if d := editDistance("kitten", "sitting"); d != 3 {
		t.Errorf("kitten to sitting: %d", d)
	}
}

func TestEnumerate(t *testing.T) {
	if got := enumerate(nil, "and"); got != "" {
		t.Error(got)
	}
	if got := enumerate([]string{"b"}, "and"); got != `"b"` {
		t.Error(got)
	}
	if got := enumerate([]string{"b", "a", "c"}, "or"); got != `"a", "b" or "c"` {
		t.Error(got)
	}
	var many []string
	for i := range maxListed + 5 {
		many = append(many, fmt.Sprintf("n%02d", i))
	}
	if got := enumerate(many, "and"); !strings.HasSuffix(got, `"n18", "n19" and 5 more`) {
		t.Error(got)
	}
}
