package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestPromise12_OddFileNamesAndContent proves that neither the name of a file or
// directory nor its content reaches a terminal raw.
func TestPromise12_OddFileNamesAndContent(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "odd\x1b[31m\nname")
	if err := os.Mkdir(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(dir, "x\x1b[2J.hcl")
	if err := os.WriteFile(name, []byte("# \x1b]0;owned\a \u202e\n\n\n\nlocals {\na=1\n}\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	broken := filepath.Join(filepath.Dir(dir), "broken\x1b\n.hcl")
	if err := os.WriteFile(broken, []byte("rule \x1b[31m {\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{
		{"fmt", broken},
		{"validate", broken},
		{"fmt", "-check", "-diff", dir},
		{"fmt", "-diff", "-recursive", filepath.Dir(dir)},
		{"fmt", filepath.Join(dir, "none\x1b.hcl")},
		{"fmt", filepath.Join(dir, "none\x1b.txt")},
		{"init", dir},
		{"init", dir},
		{"init", name},
		{"validate", filepath.Join(dir, "none\x1b")},
		{"plan", filepath.Join(dir, "none\x1b")},
		{"validate", dir},
		{"validate", "-var-file", filepath.Join(dir, "none\x1b\n.hcl"), "../../examples/quickstart"},
		{"plan", "-data-dir", dir, "-var-file", name, "../../examples/quickstart"},
	} {
		_, stdout, stderr := invoke(t, nil, args...)
		if text := stdout + stderr; text == "" || strings.ContainsAny(text, "\x1b\a\u202e") {
			t.Errorf("%q wrote %q and %q", args, stdout, stderr)
		}
	}
}

// The commands that init names can be pasted, whatever the directory is called.
func TestInitNamesCommandsThatAShellReads(t *testing.T) {
	for dir, want := range map[string]string{
		"plain":           "offcut plan plain ",
		"two words":       "offcut plan 'two words' ",
		"it's":            `offcut plan 'it'\''s' `,
		"$(reboot)":       "offcut plan '$(reboot)' ",
		"-rf":             "offcut plan ./-rf ",
		"a\nb\x1b[31m'\\": `offcut plan $'a\nb\x1b[31m\'\\' `,
	} {
		a := &app{}
		var out strings.Builder
		a.stdout = &out
		t.Chdir(t.TempDir())
		if err := a.writeStarter(dir); err != nil {
			t.Fatal(err)
		}
		expectIn(t, out.String(), want)
	}
}
