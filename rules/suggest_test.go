package rules

import (
	"fmt"
	"strings"
	"testing"
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
