package main

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestDoubleDashes(t *testing.T) {
	takesValue := func(flag string) bool {
		return slices.Contains([]string{"var", "chdir", "limit", "target"}, flag)
	}
	for _, c := range []struct{ in, want, name string }{
		{"", "", ""},
		{"plan", "plan", "plan"},
		{"plan -json", "plan --json", "plan"},
		{"plan --json", "plan --json", "plan"},
		{"-json plan dir", "plan --json dir", "plan"},
		{"-chdir=dir plan", "plan --chdir=dir", "plan"},
		{"-chdir dir plan", "plan --chdir dir", "plan"},
		{"plan -var a=b=c", "plan --var a=b=c", "plan"},
		{"plan -var -a=b", "plan --var -a=b", "plan"},
		{"plan -var=-a=b", "plan --var=-a=b", "plan"},
		{"plan -limit -5", "plan --limit -5", "plan"},
		{"plan -limit", "plan --limit", "plan"},
		{"fmt -", "fmt -", "fmt"},
		{"fmt -check -", "fmt --check -", "fmt"},
		{"plan -h", "plan -h", "plan"},
		{"plan -5", "plan -5", "plan"},
		{"plan -- -json", "plan -- -json", "plan"},
		{"-- plan", "-- plan", ""},
		{"-version", "--version", ""},
		{"plan plan", "plan plan", "plan"},
	} {
		out, name := doubleDashes(strings.Fields(c.in), takesValue)
		if got := strings.Join(out, " "); got != c.want || name != c.name {
			t.Errorf("%q: %q, command %q; want %q, command %q", c.in, got, name, c.want, c.name)
		}
	}
}

// No argument is lost or made up: one dash may be added to each, and no more.
func TestDoubleDashesLosesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		arg := rapid.SampledFrom([]string{"plan", "-json", "--json", "-var", "-a=b", "-", "--", "-5", "-h", "x y", "", "-=", "-chdir=x"})
		in := rapid.SliceOfN(arg, 0, 8).Draw(t, "args")
		out, _ := doubleDashes(in, func(flag string) bool { return flag == "var" })
		bare := func(args []string) []string {
			trimmed := make([]string, len(args))
			for i, a := range args {
				trimmed[i] = strings.TrimLeft(a, "-")
			}
			slices.Sort(trimmed)
			return trimmed
		}
		if !slices.Equal(bare(in), bare(out)) {
			t.Fatalf("%q became %q", in, out)
		}
	})
}
