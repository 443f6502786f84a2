package main

import (
	"bytes"
	"strings"
	"testing"
	"unicode"

	"github.com/spf13/cobra"
)

func TestColourIsOffWhereItIsNotWanted(t *testing.T) {
	for _, c := range []struct {
		name string
		env  map[string]string
		args []string
		want bool
	}{
		{"a terminal", nil, nil, true},
		{"-no-color", nil, []string{"--no-color"}, false},
		{"NO_COLOR", map[string]string{"NO_COLOR": "1"}, nil, false},
		{"an empty NO_COLOR", map[string]string{"NO_COLOR": ""}, nil, true},
	} {
		a := &app{world: world{getenv: func(name string) string { return c.env[name] }, stderr: &bytes.Buffer{}}}
		a.out, a.errs = terminal{is: true, width: 80, color: true}, terminal{is: true, width: 80, color: true}
		root := a.newRoot()
		root.AddCommand(&cobra.Command{Use: "probe", RunE: func(*cobra.Command, []string) error { return nil }})
		root.SetArgs(append([]string{"probe"}, c.args...))
		if err := root.ExecuteContext(t.Context()); err != nil {
			t.Fatalf("%s: %v", c.name, err)
		}
		if a.out.color != c.want || a.errs.color != c.want || a.viewOptions().Color != c.want {
			t.Errorf("%s: colour %v and %v, want %v", c.name, a.out.color, a.errs.color, c.want)
		}
	}
}

func TestOutputThatIsNoTerminalHasNeitherWidthNorColour(t *testing.T) {
	if got := describe(&bytes.Buffer{}); got != (terminal{}) {
		t.Errorf("%+v", got)
	}
}

// Every command has a help that says what it is, and no command takes a flag whose
// default another command's definition changed.
func TestEveryCommandHasItsOwnDefaults(t *testing.T) {
	defaults := map[string]string{}
	a := &app{world: world{getenv: func(string) string { return "" }}}
	for _, cmd := range a.newRoot().Commands() {
		if cmd.Short == "" || cmd.RunE == nil {
			t.Errorf("%s has no help, or does nothing", cmd.Name())
		}
		for _, name := range nearFlagNames(cmd) {
			f := cmd.Flags().Lookup(name)
			if f.DefValue != f.Value.String() && f.Value.Type() != "stringArray" {
				t.Errorf("%s -%s: the default is %q, but the value is %q", cmd.Name(), name, f.DefValue, f.Value)
			}
			defaults[cmd.Name()+" "+name] = f.DefValue
		}
	}
	if defaults["plan parallelism"] != "16" || defaults["plan data-dir"] != ".offcut" || defaults["show data-dir"] != "" {
		t.Errorf("the flags were not looked at: %v", defaults)
	}
}

// The help of a flag is a phrase that begins with a verb; the name of its value
// stands in it, as it is printed there once more.
func TestFlagHelpReadsAsAPhrase(t *testing.T) {
	a := &app{world: world{getenv: func(string) string { return "" }}}
	for _, cmd := range a.newRoot().Commands() {
		for _, name := range nearFlagNames(cmd) {
			usage := cmd.Flags().Lookup(name).Usage
			if first := rune(usage[0]); !unicode.IsLower(first) {
				t.Errorf("%s -%s: %q begins with %q", cmd.Name(), name, usage, first)
			}
			if n := strings.Count(usage, "`"); n != 0 && n != 2 {
				t.Errorf("%s -%s: %q has %d quotes", cmd.Name(), name, usage, n)
			}
		}
	}
}

func nearFlagNames(cmd *cobra.Command) (names []string) {
	for _, m := range longFlag.FindAllStringSubmatch(cmd.Flags().FlagUsages(), -1) {
		if cmd.Flags().Lookup(m[1]) != nil {
			names = append(names, m[1])
		}
	}
	return names
}

func TestPathsFollowChdir(t *testing.T) {
	a := &app{common: common{chdir: "rules"}}
	for in, want := range map[string]string{".": "rules", "x.hcl": "rules/x.hcl", "/etc/x": "/etc/x", "../y": "y"} {
		if got := a.path(in); got != want {
			t.Errorf("%s is %s, want %s", in, got, want)
		}
	}
	if got := (&app{}).path("../y"); got != "../y" {
		t.Errorf("without -chdir: %s", got)
	}
}

// Help is read on a terminal of 80 columns.
func TestHelpFitsTheTerminal(t *testing.T) {
	var out bytes.Buffer
	a := &app{world: world{getenv: func(string) string { return "" }, stdout: &out, stderr: &out}}
	var look func(cmd *cobra.Command)
	look = func(cmd *cobra.Command) {
		out.Reset()
		cmd.SetOut(&out)
		if err := writeHelp(cmd); err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(out.String()) {
			if line = strings.TrimRight(line, "\n"); len(line) > 80 {
				t.Errorf("%s: %d columns: %s", cmd.CommandPath(), len(line), line)
			}
		}
		for _, sub := range cmd.Commands() {
			look(sub)
		}
	}
	look(a.newRoot())
}
