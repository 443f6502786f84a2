package main

import (
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// A daemon whose data directory is halted goes on ticking, aborts nothing, and says
// so in its output, its log and its metrics; lifted, it goes on.
func TestServeAbortsNothingWhileHalted(t *testing.T) {
	_, env := startEmulator(t, "-seed", "quickstart")
	rules := scheduledRules(t, "")
	data := filepath.Join(rules, "data")
	if code, _, stderr := invoke(t, env, "halt", "-reason", "INC-4711", "-data-dir", data); code != exitOK {
		t.Fatalf("halt: exit %d\n%s", code, stderr)
	}
	p := begin(t, env, "serve", "-listen", "127.0.0.1:0", "-data-dir", data, rules)
	stdout := p.stdout.await(t, "Nothing was done: ", 2)
	if !regexp.MustCompile(`Nothing was done: aborts from \S+ are halted by \S+@\S+ since \S+ \S+ UTC \(INC-4711\)`).MatchString(stdout) {
		t.Errorf("why nothing was done is not said:\n%s", stdout)
	}
	if strings.Contains(stdout, "Apply:") {
		t.Errorf("it aborted all the same:\n%s", stdout)
	}
	metrics := fetch(t, regexp.MustCompile(`http://127\.0\.0\.1:\d+/metrics`).FindString(stdout))
	expectIn(t, metrics, `offcut_uploads_total{outcome="aborted",rule="rule.media"} 0`)
	if strings.Contains(metrics, `offcut_runs_total{result="error",rule="rule.media"} 0`) || strings.Contains(metrics, `offcut_last_success_timestamp_seconds{rule="rule.media"}`) {
		t.Errorf("a halted tick counts as a success:\n%s", metrics)
	}

	if code, _, stderr := invoke(t, env, "halt", "-lift", "-data-dir", data); code != exitOK {
		t.Fatalf("lift: exit %d\n%s", code, stderr)
	}
	p.stdout.await(t, "Apply: 6 aborted", 1)
	if code := p.interrupt(t); code != exitOK {
		t.Errorf("exit %d after a signal, want 0", code)
	}
}
