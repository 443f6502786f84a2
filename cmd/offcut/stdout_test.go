package main

import (
	"encoding/json"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// A brokenPipe takes what is written to it until a text comes, and nothing from
// then on.
type brokenPipe struct {
	strings.Builder
	until  string
	broken bool
}

func (b *brokenPipe) Write(p []byte) (int, error) {
	if b.broken = b.broken || strings.Contains(string(p), b.until); b.broken {
		return 0, syscall.EPIPE
	}
	return b.Builder.Write(p)
}

// Where stdout goes away before the first abort, nothing is aborted; where it goes
// away later, everything is done as planned and told on stderr.
func TestApplyWhoseStdoutGoesAway(t *testing.T) {
	for _, c := range []struct {
		name, until string
		args        []string
		code, left  int
		said        []string
	}{
		{"in the plan", "rule.stale_media", nil, exitError, 25, []string{"Error: write to stdout: broken pipe\n"}},
		{"in the plan, with JSON", `"planned_abort"`, []string{"-json"}, exitError, 25, []string{"Error: write to stdout: broken pipe\n"}},
		{"in the report", "Apply: ", nil, exitIncomplete, 0, []string{
			"Apply: 25 aborted", "Error: the plan was applied, but its report could not be written: write to stdout: broken pipe\n",
		}},
		{"in the report, with JSON", `"outcome"`, []string{"-json"}, exitIncomplete, 0, []string{
			"Apply: 25 aborted", "its report could not be written: write to stdout: broken pipe\n",
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, env := startEmulator(t, "-seed", "quickstart")
			dir := filepath.Join(t.TempDir(), "data")
			args := append([]string{"apply", "-auto-approve", "-data-dir", dir}, c.args...)
			p := &process{stdout: newOutput(), stderr: newOutput()}
			w := p.world(env, append(args, "../../examples/quickstart"))
			w.stdout = &brokenPipe{until: c.until}
			if code := run(t.Context(), w); code != c.code {
				t.Errorf("exit %d, want %d", code, c.code)
			}
			expectIn(t, p.stderr.String(), c.said...)
			_, stdout, _ := invoke(t, env, "plan", "-json", "-data-dir", dir, "../../examples/quickstart")
			if left := strings.Count(stdout, `"type":"planned_abort"`); left != c.left {
				t.Errorf("%d uploads are still to abort, want %d", left, c.left)
			}
		})
	}
}

// A command that only shows something ends without a word where nobody reads on.
func TestStdoutThatNobodyReads(t *testing.T) {
	_, env := startEmulator(t, "-seed", "quickstart")
	file := filepath.Join(t.TempDir(), "stale.plan")
	for _, c := range []struct {
		args []string
		said string
	}{
		{[]string{"plan", "../../examples/quickstart"}, ""},
		{[]string{"scan", "-json", "ks3://media-prod"}, ""},
		{[]string{"plan", "-out", file, "../../examples/quickstart"}, "Error: write to stdout: broken pipe\n"},
	} {
		p := &process{stdout: newOutput(), stderr: newOutput()}
		w := p.world(env, c.args)
		w.stdout = &brokenPipe{until: "media-prod"}
		if code := run(t.Context(), w); code != exitError || p.stderr.String() != c.said {
			t.Errorf("%q: exit %d, and %q", c.args, code, p.stderr.String())
		}
	}
}

// With -json every line of stdout is an object with a type, the first one says
// what was asked, and everything for people is on stderr.
func TestJSONLeavesStdoutToPrograms(t *testing.T) {
	_, env := startEmulator(t, "-seed", "quickstart")
	dir := filepath.Join(t.TempDir(), "data")
	quickstart := "../../examples/quickstart"
	for _, c := range []struct {
		args []string
		code int
		last string
	}{
		{[]string{"scan", "-json", "-log-level", "debug", "ks3://media-prod"}, exitOK, "survey_summary"},
		{[]string{"plan", "-json", "-show-kept", "-log-level", "debug", "-data-dir", dir, quickstart}, exitOK, "plan_summary"},
		{[]string{"plan", "-json", "-target", "rule.none", "-data-dir", dir, quickstart}, exitError, "diagnostic"},
		{[]string{"apply", "-json", "-auto-approve", "-log-level", "debug", "-data-dir", dir, quickstart}, exitOK, "apply_summary"},
		{[]string{"apply", "-json", "-auto-approve", "-log-level", "debug", "-data-dir", dir, quickstart}, exitOK, "apply_summary"},
		{[]string{"apply", "-json", "-auto-approve", "-data-dir", dir, t.TempDir()}, exitError, "diagnostic"},
	} {
		code, stdout, stderr := invoke(t, env, c.args...)
		if code != c.code {
			t.Errorf("%q: exit %d, want %d\n%s", c.args, code, c.code, stderr)
		}
		var types []string
		for line := range strings.Lines(stdout) {
			var object struct{ Type, Format string }
			if err := json.Unmarshal([]byte(line), &object); err != nil || object.Type == "" || object.Format != "1" {
				t.Errorf("%q wrote the line %s (%v)", c.args, line, err)
			}
			types = append(types, object.Type)
		}
		if len(types) < 2 || types[0] != "version" || types[len(types)-1] != c.last {
			t.Errorf("%q wrote lines of the types %q; the last one should be %s", c.args, types, c.last)
		}
	}
}
