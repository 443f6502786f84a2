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

func TestNearest_TheFirstByNameWins(t *testing.T) {
	for _, candidates := range [][]string{{"rule_a", "rule_b", "rule_c"}, {"rule_c", "rule_b", "rule_a"}} {
		if got := Nearest("rule_x", candidates); got != "rule_a" {
			t.Errorf("of %q: got %q", candidates, got)
		}
	}
}

// What is found by looking at everything that is declared is said of as many mistakes as
// a terminal shows, and of no more.
func TestLoad_SuggestionsEnd(t *testing.T) {
	var variables, values, named, providers strings.Builder
	for i := range 3 * maxShown {
		fmt.Fprintf(&variables, "variable \"name_%d\" {\n  default = 1\n}\n", i)
		fmt.Fprintf(&values, "nome_%d = 1\n", i)
		fmt.Fprintf(&providers, "provider \"s3\" {\n  alias = \"name_%d\"\n}\n", i)
		named.WriteString(changed(t, changed(t, smallRule, `"r"`, fmt.Sprintf(`"r%d"`, i)), "{\n", fmt.Sprintf("{\n  provider = s3.nome_%d\n", i)))
	}
	for name, src := range map[string]Source{
		"values": {
			Rules: []File{{"main.hcl", []byte(variables.String())}},
			Vars:  []File{{"offcut.vars.hcl", []byte(values.String())}},
		},
		"providers": {Rules: []File{{"main.hcl", []byte(providers.String() + named.String())}}},
	} {
		_, d := Load(src, Values{})
		told, longest := 0, 0
		for _, diag := range d.list {
			told += strings.Count(diag.Detail, "Did you mean")
			longest = max(longest, len(diag.Detail))
		}
		if told == 0 || told > maxShown || longest > 1000 {
			t.Errorf("%s: %d of %d messages suggest a name, and one has %d bytes", name, told, len(d.list), longest)
		}
	}
}

func TestProviders_ManyAreNotAllNamed(t *testing.T) {
	var text strings.Builder
	for i := range 2 * maxListed {
		fmt.Fprintf(&text, "provider \"s3\" {\n  alias = \"a%02d\"\n}\n", i)
	}
	_, d := loadText(text.String() + smallRule)
	if got := plainText(t, d); !strings.Contains(got, "add provider = s3.a00, s3.a01, ") || !strings.Contains(got, " or 20 more.") {
		t.Errorf("got:\n%s", got)
	}
}
