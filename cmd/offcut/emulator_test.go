package main

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// startEmulator runs "offcut emulator" on free ports and returns it with the
// environment that its export lines make.
func startEmulator(t *testing.T, args ...string) (*process, map[string]string) {
	t.Helper()
	args = append([]string{"emulator", "-listen", "127.0.0.1:0", "-admin", "127.0.0.1:0"}, args...)
	p := begin(t, nil, args...)
	all := p.stdout.await(t, "/-/age\n", 1)
	env := map[string]string{}
	for line := range strings.Lines(all) {
		if assignment, ok := strings.CutPrefix(strings.TrimSpace(line), "export "); ok {
			name, value, _ := strings.Cut(assignment, "=")
			env[name] = value
		}
	}
	return p, env
}

func TestEmulatorSeedIsWhatTheDemoPlans(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("TMPDIR", dir)
	p, env := startEmulator(t, "-seed", "quickstart", "-log-format", "json")
	lines := strings.Split(p.stdout.String(), "\n")
	if want := "listening on " + env["KS3_ENDPOINT"]; lines[0] != want {
		t.Errorf("first line %q, want %q", lines[0], want)
	}
	expectIn(t, p.stdout.String(),
		"# Seeded 4 buckets with 40 unfinished uploads",
		"export KS3_REGION=BEIJING\n", "export KS3_ACCESS_KEY_ID=offcut\n", "export KS3_ACCESS_KEY_SECRET=offcut-secret\n",
		"\noffcut plan examples/quickstart\n",
	)
	if log := p.stderr.String(); log != "" {
		t.Errorf("the seeding was logged:\n%s", log)
	}
	code, stdout, stderr := invoke(t, env, "plan", "-data-dir", filepath.Join(t.TempDir(), "data"), "../../examples/quickstart")
	if code != exitOK {
		t.Fatalf("plan: exit %d\n%s", code, stderr)
	}
	expectIn(t, stdout, "Plan: 25 to abort (2.5 TiB")
	p.stderr.await(t, `"action":"ListMultipartUploads"`, 1)
	if code := p.interrupt(t); code != exitOK {
		t.Errorf("exit %d after a signal, want 0", code)
	}
	expectEmptyDir(t, dir)
}

func TestEmulatorAgesUploadsOverItsAdminPort(t *testing.T) {
	p, env := startEmulator(t, "-seed", "quickstart")
	_, command, _ := strings.Cut(p.stdout.String(), "# curl -d '")
	body, url, _ := strings.Cut(strings.TrimSpace(command), "' ")
	resp, err := http.Post(url, "application/json", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if err := resp.Body.Close(); err != nil {
		t.Error(err)
	}
	if resp.StatusCode != http.StatusOK {
		t.Fatalf("POST %s of %s: %s", url, body, resp.Status)
	}
	code, stdout, stderr := invoke(t, env, "plan", "-data-dir", filepath.Join(t.TempDir(), "data"), "../../examples/quickstart")
	if code != exitOK {
		t.Fatalf("plan: exit %d\n%s", code, stderr)
	}
	// 36 hours later nobody has sent another part: the two active ones of
	// stale_media, the backup that had its last part two days ago, and tmp/preview-3
	// are stale now.
	expectIn(t, stdout, "Plan: 29 to abort")
}

func TestEmulatorKeepsItsState(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "state")
	p, env := startEmulator(t, "-seed", "quickstart", "-data-dir", dir)
	code, _, stderr := invoke(t, env, "apply", "-auto-approve", "-data-dir", filepath.Join(t.TempDir(), "data"), "../../examples/quickstart")
	if code != exitOK {
		t.Fatalf("apply: exit %d\n%s", code, stderr)
	}
	p.interrupt(t)

	p, env = startEmulator(t, "-seed", "quickstart", "-data-dir", dir)
	expectIn(t, p.stdout.String(), "# Nothing was seeded: the bucket media-prod is there already.")
	_, stdout, _ := invoke(t, env, "plan", "-data-dir", filepath.Join(t.TempDir(), "data"), "../../examples/quickstart")
	expectIn(t, stdout, "Plan: nothing to abort")
}

func TestEmulatorTakesUsersAndSeedsFromAConfig(t *testing.T) {
	dir := t.TempDir()
	config := filepath.Join(dir, "team.emulator.hcl")
	writeFile(t, config, `
user "42" {
  access_key_id     = "team"
  secret_access_key = "it's secret"
}
seed "ingest" {
  count     = 7
  key       = "raw/%d.mp4"
  age       = "12d"
  parts     = 2
  part_size = "64MiB"
}
`)
	p, _ := startEmulator(t, "-config", config)
	expectIn(t, p.stdout.String(), "export KS3_ACCESS_KEY_ID=team\n", `export KS3_ACCESS_KEY_SECRET='it'\''s secret'`+"\n", "\noffcut scan ks3://ingest\n")
	endpoint, _, _ := strings.Cut(strings.TrimPrefix(p.stdout.String(), "listening on "), "\n")
	env := map[string]string{"KS3_ENDPOINT": endpoint, "KS3_ACCESS_KEY_ID": "team", "KS3_ACCESS_KEY_SECRET": "it's secret"}
	writeFile(t, filepath.Join(dir, "offcut.hcl"), ruleFile(`older_than = "7d"`, `buckets = ["ingest"]`, ``))
	code, stdout, stderr := invoke(t, env, "plan", "-data-dir", filepath.Join(dir, "data"), dir)
	if code != exitOK {
		t.Fatalf("plan: exit %d\n%s", code, stderr)
	}
	expectIn(t, stdout, "Plan: 7 to abort (896.0 MiB")
}

func TestEmulatorRefuses(t *testing.T) {
	broken := filepath.Join(t.TempDir(), "broken.emulator.hcl")
	writeFile(t, broken, "bucket {\n")
	tests := []struct {
		name string
		args []string
		want string
	}{
		{"a port that others can reach", []string{"-listen", "0.0.0.0:0"}, "not a loopback address"},
		{"an admin port that others can reach", []string{"-listen", "127.0.0.1:0", "-admin", ":0"}, "not a loopback address"},
		{"an unknown seed", []string{"-seed", "slowstart"}, `there is "quickstart"`},
		{"a seed without the admin port", []string{"-seed", "quickstart", "-admin", ""}, "give -admin an address"},
		{"a config that is not there", []string{"-config", "no.emulator.hcl"}, "no.emulator.hcl"},
		{"a config with a mistake", []string{"-config", broken}, "broken.emulator.hcl"},
		{"an argument", []string{"quickstart"}, `"quickstart"`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			dir := t.TempDir()
			t.Setenv("TMPDIR", dir)
			code, stdout, stderr := invoke(t, nil, append([]string{"emulator"}, tt.args...)...)
			if code != exitError || stdout != "" {
				t.Errorf("exit %d, stdout %q", code, stdout)
			}
			expectIn(t, stderr, tt.want)
			expectEmptyDir(t, dir)
		})
	}
}

// The config in the help is one that works.
func TestEmulatorHelpHasAConfigThatWorks(t *testing.T) {
	_, help, _ := invoke(t, nil, "help", "emulator")
	expectIn(t, help, emulatorConfig)
	config := filepath.Join(t.TempDir(), "drill.emulator.hcl")
	writeFile(t, config, emulatorConfig)
	p, _ := startEmulator(t, "-config", config)
	endpoint, _, _ := strings.Cut(strings.TrimPrefix(p.stdout.String(), "listening on "), "\n")
	env := map[string]string{"KS3_ENDPOINT": endpoint, "KS3_ACCESS_KEY_ID": "janitor", "KS3_ACCESS_KEY_SECRET": "janitor-secret"}
	code, stdout, stderr := invoke(t, env, "scan", "ks3://media")
	if code != exitOK {
		t.Fatalf("scan: exit %d\n%s", code, stderr)
	}
	expectIn(t, stdout, "Scan: 1,000 unfinished uploads in ks3://media")
}

func TestShellWord(t *testing.T) {
	for text, want := range map[string]string{
		"offcut-secret":   "offcut-secret",
		"a/b+c==":         "a/b+c==",
		"":                "''",
		"$(rm -rf ~)":     "'$(rm -rf ~)'",
		"it's":            `'it'\''s'`,
		"one two":         "'one two'",
		"line\nbreak":     `$'line\nbreak'`,
		"back`tick\\":     "'back`tick\\'",
		"ключ":            "'ключ'",
		"http://[::1]:90": "'http://[::1]:90'",
	} {
		if got := shellWord(text); got != want {
			t.Errorf("shellWord(%q) = %s, want %s", text, got, want)
		}
	}
}

func writeFile(t *testing.T, name, text string) {
	t.Helper()
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// ruleFile is a rule file with one rule over whole buckets.
func ruleFile(stale, scan, more string) string {
	return "rule \"one\" {\n  scan {\n    " + scan + "\n    whole_bucket = true\n  }\n  stale {\n    " + stale + "\n  }\n" + more + "}\n"
}

// Both ports have the limits of the server, and not those of the library.
func TestEmulatorBoundsHeaders(t *testing.T) {
	p, env := startEmulator(t)
	_, admin, _ := strings.Cut(strings.TrimSpace(p.stdout.String()), "}' ")
	for _, url := range []string{env["KS3_ENDPOINT"], strings.TrimSuffix(admin, "/-/age")} {
		for size, want := range map[int]bool{60 << 10: false, 80 << 10: true} {
			req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url+"/", nil)
			if err != nil {
				t.Fatal(err)
			}
			req.Header.Set("X-Long", strings.Repeat("x", size))
			resp, err := http.DefaultClient.Do(req)
			if err != nil {
				t.Fatal(err)
			}
			if err := resp.Body.Close(); err != nil {
				t.Error(err)
			}
			if got := resp.StatusCode == http.StatusRequestHeaderFieldsTooLarge; got != want {
				t.Errorf("%s with a header of %d bytes: %s", url, size, resp.Status)
			}
		}
	}
}

// Whatever a key holds, its request is one line of the log, and writes nothing
// that a terminal would act on.
func TestEmulatorLogsOneLineForEachRequest(t *testing.T) {
	for _, format := range []string{"json", "console"} {
		p, env := startEmulator(t, "-log-format", format)
		const requests = 5
		for i := range requests {
			resp, err := http.Get(env["KS3_ENDPOINT"] + "/b/%0a%0d%1b[2J%00%7f%c2%85%e2%80%a8x?uploadId=%0a%1b" + strings.Repeat("y", i))
			if err != nil {
				t.Fatal(err)
			}
			if err := resp.Body.Close(); err != nil {
				t.Error(err)
			}
		}
		log := p.stderr.await(t, "ListParts", requests)
		if n := strings.Count(log, "\n"); n != requests {
			t.Errorf("%s: %d lines:\n%q", format, n, log)
		}
		if i := strings.IndexFunc(log, func(r rune) bool { return r != '\n' && (r < ' ' || r == 0x7f || r == 0x85) }); i >= 0 {
			t.Errorf("%s: a control character at byte %d: %q", format, i, log)
		}
	}
}
