package main

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"offcut/engine"
)

// scheduled is a rule file for the quickstart data: one rule applies, one only
// plans, one has no schedule.
const scheduled = `
rule "media" {
  schedule = "@every 1s"
  mode     = "apply"
  scan {
    buckets  = ["media-prod"]
    prefixes = ["raw/cam-03/"]
  }
  stale {
    older_than = "7d"
  }
  LIMITS
}

rule "backups" {
  schedule = "30 4 * * 1"
  timezone = "Asia/Shanghai"
  scan {
    buckets      = ["backups"]
    whole_bucket = true
  }
  stale {
    older_than = "14d"
  }
}

rule "by_hand" {
  scan {
    buckets  = ["media-archive"]
    prefixes = ["raw/"]
  }
  stale {
    older_than = "14d"
  }
}
`

// scheduledRules writes the rule file, with limits in its first rule.
func scheduledRules(t *testing.T, limits string) (dir string) {
	t.Helper()
	dir = t.TempDir()
	writeFile(t, filepath.Join(dir, "offcut.hcl"), strings.ReplaceAll(scheduled, "LIMITS", limits))
	return dir
}

func TestServeTicksUntilASignal(t *testing.T) {
	_, env := startEmulator(t, "-seed", "quickstart")
	rules := scheduledRules(t, "")
	p := begin(t, env, "serve", "-listen", "127.0.0.1:0", "-data-dir", filepath.Join(rules, "data"), rules)
	stdout := p.stdout.await(t, "\nrule.media at ", 4) // so that three ticks are done

	for _, line := range []string{
		`RULE +SCHEDULE +NEXT TICK +IN UTC +AT A TICK`,
		`rule\.media +@every 1s +\S+ \S+ \+00:00 UTC +\S+ \S+ UTC +plans and aborts`,
		`rule\.backups +30 4 \* \* 1 +\S+ 04:30:00 \+08:00 Asia/Shanghai +\S+ 20:30:00 UTC +only plans`,
		`metrics on http://127\.0\.0\.1:\d+/metrics`,
	} {
		if !regexp.MustCompile(`(?m)^` + line).MatchString(stdout) {
			t.Errorf("no line of stdout is like %s:\n%s", line, stdout)
		}
	}
	expectIn(t, stdout, "Plan: 6 to abort", "Apply: 6 aborted", "Plan: nothing to abort")
	if strings.Contains(stdout, "rule.by_hand") {
		t.Error("a rule without a schedule was run")
	}
	base := regexp.MustCompile(`http://127\.0\.0\.1:\d+/metrics`).FindString(stdout)
	metrics := fetch(t, base)
	expectIn(t, metrics,
		`offcut_uploads_total{outcome="aborted",rule="rule.media"} 6`,
		`offcut_runs_total{result="error",rule="rule.media"} 0`,
		`offcut_stale_uploads{rule="rule.media"} 0`,
	)
	if strings.Contains(metrics, "clip-0") {
		t.Error("a key reached the metrics")
	}
	if code := p.interrupt(t); code != exitOK {
		t.Errorf("exit %d after a signal, want 0", code)
	}
	expectJSONLog(t, p.stderr.String(), "run begins", "run ended", "draining")
}

// expectJSONLog fails unless stderr holds the messages, one JSON object a line.
// The notice of a signal is for people.
func expectJSONLog(t *testing.T, stderr string, messages ...string) {
	t.Helper()
	for line := range strings.Lines(stderr) {
		if strings.HasPrefix(line, "Interrupt received") {
			continue
		}
		var entry struct{ Level, Message string }
		if err := json.Unmarshal([]byte(line), &entry); err != nil || entry.Level == "debug" {
			t.Errorf("a log line is no JSON of level info or above: %s", line)
		}
	}
	expectIn(t, stderr, messages...)
}

func fetch(t *testing.T, url string) string {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(resp.Body)
	if err := errors.Join(err, resp.Body.Close()); err != nil {
		t.Fatal(err)
	}
	return string(body)
}

func TestServeOnceRunsEveryScheduledRule(t *testing.T) {
	_, env := startEmulator(t, "-seed", "quickstart")
	rules := scheduledRules(t, "")
	args := []string{"serve", "-once", "-data-dir", filepath.Join(rules, "data"), rules}
	code, stdout, stderr := invoke(t, env, args...)
	if code != exitOK {
		t.Fatalf("exit %d\n%s", code, stderr)
	}
	first, second := strings.Index(stdout, "rule.backups at "), strings.Index(stdout, "rule.media at ")
	if first < 0 || second < first {
		t.Errorf("the rules did not run in the order of their addresses:\n%s", stdout)
	}
	expectIn(t, stdout[first:second], `only plans (mode = "plan")`, "Plan: 5 to abort")
	expectIn(t, stdout[second:], "plans and aborts", "Plan: 6 to abort", "Apply: 6 aborted")

	code, stdout, _ = invoke(t, env, args...)
	if code != exitOK {
		t.Errorf("exit %d the second time", code)
	}
	expectIn(t, stdout, "Plan: 5 to abort", "Plan: nothing to abort")
}

func TestServeOnceTellsByItsExitCode(t *testing.T) {
	_, env := startEmulator(t, "-seed", "quickstart")
	t.Run("a limit stops a rule", func(t *testing.T) {
		rules := scheduledRules(t, "limits {\n    max_uploads = 3\n  }")
		code, stdout, stderr := invoke(t, env, "serve", "-once", "-data-dir", filepath.Join(rules, "data"), rules)
		if code != exitIncomplete {
			t.Errorf("exit %d, want %d\n%s", code, exitIncomplete, stderr)
		}
		expectIn(t, stdout, "max_uploads")
		if strings.Contains(stdout, "Apply:") {
			t.Errorf("it aborted all the same:\n%s", stdout)
		}
	})
	t.Run("somebody else applies", func(t *testing.T) {
		rules := scheduledRules(t, "limits {\n    max_uploads = 3\n  }")
		data := filepath.Join(rules, "data")
		lock, err := engine.AcquireLock(data, engine.Holder{PID: 4711, Host: "elsewhere", User: "ops", Command: "offcut apply"})
		if err != nil {
			t.Fatal(err)
		}
		defer func() {
			if err := lock.Release(); err != nil {
				t.Error(err)
			}
		}()
		code, stdout, stderr := invoke(t, env, "serve", "-once", "-data-dir", data, rules)
		if code != exitError {
			t.Errorf("exit %d, want %d", code, exitError)
		}
		expectIn(t, stderr, "rule.media: ", "process 4711 of user ops on host elsewhere")
		expectIn(t, stdout, "Plan: 5 to abort") // the other rule ran
	})
	t.Run("the store refuses the key", func(t *testing.T) {
		rules := scheduledRules(t, "")
		wrong := map[string]string{"KS3_ENDPOINT": env["KS3_ENDPOINT"], "KS3_ACCESS_KEY_ID": "offcut", "KS3_ACCESS_KEY_SECRET": "wrong"}
		code, stdout, _ := invoke(t, wrong, "serve", "-once", "-data-dir", filepath.Join(rules, "data"), rules)
		if code != exitIncomplete {
			t.Errorf("exit %d, want %d", code, exitIncomplete)
		}
		expectIn(t, stdout, "SignatureDoesNotMatch")
	})
	t.Run("a target", func(t *testing.T) {
		rules := scheduledRules(t, "")
		code, stdout, _ := invoke(t, env, "serve", "-once", "-target", "rule.backups", "-data-dir", filepath.Join(rules, "data"), rules)
		if code != exitOK || strings.Contains(stdout, "rule.media") {
			t.Errorf("exit %d:\n%s", code, stdout)
		}
	})
}

func TestServeRefusesWhatItCannotDo(t *testing.T) {
	env := map[string]string{"KS3_ENDPOINT": "http://127.0.0.1:1", "KS3_ACCESS_KEY_ID": "offcut", "KS3_ACCESS_KEY_SECRET": "offcut-secret"}
	unscheduled := t.TempDir()
	writeFile(t, filepath.Join(unscheduled, "offcut.hcl"), ruleFile(`older_than = "7d"`, `buckets = ["ingest"]`, ""))
	tests := []struct {
		name string
		env  map[string]string
		args []string
		want string
	}{
		{"no schedule", env, []string{unscheduled}, `Write schedule = "0 3 * * *" into a rule`},
		{"a target without a schedule", env, []string{"-target", "rule.by_hand", scheduledRules(t, "")}, "has a schedule"},
		{"an unknown target", env, []string{"-target", "rule.nobody", scheduledRules(t, "")}, "rule.nobody"},
		{"a port that others can reach", env, []string{"-listen", ":9180", scheduledRules(t, "")}, "not a loopback address"},
		{"a port and -once", env, []string{"-once", "-listen", "127.0.0.1:0", scheduledRules(t, "")}, "-listen does not go with it"},
		{"no credentials", map[string]string{"KS3_ENDPOINT": "http://127.0.0.1:1"}, []string{scheduledRules(t, "")}, "KS3_ACCESS_KEY_ID"},
		{"a mistake in the rules", env, []string{scheduledRules(t, "nonsense = 1")}, "nonsense"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			code, stdout, stderr := invoke(t, tt.env, append([]string{"serve"}, tt.args...)...)
			if code != exitError || stdout != "" {
				t.Errorf("exit %d, stdout %q", code, stdout)
			}
			expectIn(t, stderr, tt.want)
		})
	}
}
