package examples_test

import (
	"bytes"
	"io/fs"
	"os"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"

	"offcut/examples"
	"offcut/rules"
)

// load loads and resolves the rule set of a directory and fails on any message.
func load(t *testing.T, fsys fs.FS, dir string) *rules.Config {
	t.Helper()
	src, err := rules.ReadSource(fsys, dir, path.Join("examples", dir))
	if err != nil {
		t.Fatal(err)
	}
	if len(src.Rules) == 0 {
		t.Fatalf("%s holds no rule file", dir)
	}
	set, diags := rules.Load(src, rules.Values{})
	expectNoMessage(t, diags)
	cfg, diags := set.Resolve(bucketLists(set))
	expectNoMessage(t, diags)
	return cfg
}

// bucketLists answers every data block with the buckets that the examples find.
func bucketLists(set *rules.Set) rules.Found {
	found := rules.Found{}
	for _, q := range set.Queries() {
		found[q.Provider.Address] = []rules.FoundBucket{{Name: "media-archive", Region: "BEIJING"}, {Name: "media-prod", Region: "BEIJING"}}
	}
	return found
}

func expectNoMessage(t *testing.T, diags rules.Diagnostics) {
	t.Helper()
	if errs, warnings := diags.Counts(); errs+warnings > 0 {
		var text strings.Builder
		if err := diags.WriteText(&text, 0, false); err != nil {
			t.Fatal(err)
		}
		t.Fatalf("%d errors, %d warnings:\n%s", errs, warnings, text.String())
	}
}

// directories lists the rule sets.
func directories(t *testing.T) []string {
	t.Helper()
	entries, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	var dirs []string
	for _, e := range entries {
		switch {
		case !e.IsDir() || e.Name() == "emulator": // configs of the KS3 server, see emulator_test.go
		case e.Name() == "runbooks":
			dirs = append(dirs, "runbooks/cleanup")
		default:
			dirs = append(dirs, e.Name())
		}
	}
	return dirs
}

func TestEveryExampleLoads(t *testing.T) {
	for _, dir := range directories(t) {
		t.Run(dir, func(t *testing.T) {
			if cfg := load(t, os.DirFS("."), dir); cfg.MinimumAge.Hours() != 24 {
				t.Errorf("minimum_age is %s; an example must not lower it", cfg.MinimumAge)
			}
		})
	}
}

// TestEveryExampleHasTestsThatPass runs the tests that each example must have.
func TestEveryExampleHasTestsThatPass(t *testing.T) {
	for _, dir := range directories(t) {
		t.Run(dir, func(t *testing.T) {
			src, err := rules.ReadSource(os.DirFS("."), dir, dir)
			if err != nil {
				t.Fatal(err)
			}
			files, err := rules.ReadTests(os.DirFS("."), dir, dir)
			if err != nil || len(files) == 0 {
				t.Fatalf("%d files of tests, %v", len(files), err)
			}
			tests, diags := rules.LoadTests(src, files, rules.Values{})
			expectNoMessage(t, diags)
			for _, r := range tests.Run(func(rules.TestName) bool { return true }) {
				expectNoMessage(t, r.Problems)
				if r.Outcome != rules.TestPass {
					t.Errorf("%s: %s", r.Name, r.Outcome)
				}
			}
		})
	}
}

// TestEveryRuleDecidesInATest holds that no rule of an example is left untested: each
// decides about an upload of a test, or is expected to be stopped by one.
func TestEveryRuleDecidesInATest(t *testing.T) {
	for _, dir := range directories(t) {
		src, err := rules.ReadSource(os.DirFS("."), dir, dir)
		if err != nil {
			t.Fatal(err)
		}
		files, err := rules.ReadTests(os.DirFS("."), dir, dir)
		if err != nil {
			t.Fatal(err)
		}
		tests, _ := rules.LoadTests(src, files, rules.Values{})
		decided := map[string]bool{}
		for _, r := range tests.Run(func(rules.TestName) bool { return true }) {
			for _, v := range r.Verdicts {
				for _, address := range v.Verdict.Rules {
					name, _, _ := strings.Cut(address, "[")
					decided[name] = true
				}
			}
		}
		for _, r := range load(t, os.DirFS("."), dir).Rules {
			if !decided["rule."+r.Name] {
				t.Errorf("%s: no test has an upload that %s decides about", dir, r.Address)
			}
		}
	}
}

// TestEveryExampleIsListed holds that README.md names each example once, and nothing
// else.
func TestEveryExampleIsListed(t *testing.T) {
	text, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	var listed []string
	for _, m := range regexp.MustCompile(`(?m)^\| \[([a-z0-9/-]+)\]\(([a-z0-9/-]+)\) \| .+ \| .+ \|$`).FindAllStringSubmatch(string(text), -1) {
		if m[1] != m[2] {
			t.Errorf("%s leads to %s", m[1], m[2])
		}
		listed = append(listed, m[1])
	}
	slices.Sort(listed)
	if want := directories(t); !slices.Equal(listed, want) {
		t.Errorf("README.md lists %q, and there are %q", listed, want)
	}
}

func TestEveryExampleIsFormatted(t *testing.T) {
	for _, dir := range directories(t) {
		names, err := fs.Glob(os.DirFS(dir), "*.hcl")
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range names {
			name = path.Join(dir, name)
			text, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			formatted, diags := rules.Format(rules.File{Name: name, Bytes: text})
			expectNoMessage(t, diags)
			if !bytes.Equal(formatted, text) {
				t.Errorf("%s is not formatted; \"offcut fmt\" gives\n%s", name, formatted)
			}
		}
	}
}

func TestQuickstartIsEmbeddedWhole(t *testing.T) {
	embedded, onDisk := load(t, examples.Quickstart, "quickstart"), load(t, os.DirFS("."), "quickstart")
	if len(embedded.Rules) != len(onDisk.Rules) || len(embedded.Protects) != len(onDisk.Protects) {
		t.Errorf("embedded: %d rules, %d protects; on disk: %d and %d",
			len(embedded.Rules), len(embedded.Protects), len(onDisk.Rules), len(onDisk.Protects))
	}
}

func TestWhatTheExamplesTeach(t *testing.T) {
	cleanup := load(t, os.DirFS("."), "scheduled-cleanup")
	if r := cleanup.Rules[0]; r.Mode != rules.ModeApply || r.Schedule.Timezone != "Asia/Shanghai" || r.Limits.MaxPercent != 60 {
		t.Errorf("rule.nightly: mode %s, zone %s, limits %+v", r.Mode, r.Schedule.Timezone, r.Limits)
	}
	if r := cleanup.Rules[1]; r.Mode != rules.ModePlan {
		t.Errorf("rule.watch_exports: mode %s, want plan", r.Mode)
	}
	several := load(t, os.DirFS("."), "several-buckets")
	if got := strings.Join(several.Rules[0].Scan.Buckets, " "); got != "ingest-maps ingest-photos ingest-video" {
		t.Errorf("rule.ingest looks into %s", got)
	}
	minio := load(t, os.DirFS("."), "minio-localhost")
	if p := minio.Providers[0]; p.Address != "s3.minio" || p.Endpoint != "http://127.0.0.1:9000" {
		t.Errorf("provider %s at %s", p.Address, p.Endpoint)
	}
}
