package main

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// Every example validates without a message and passes its tests, through the front
// door and without any credentials.
func TestExamplesValidateAndTest(t *testing.T) {
	files, err := filepath.Glob("../../examples/*/*.test.hcl")
	if err != nil || len(files) < 10 {
		t.Fatalf("%d files of tests, %v", len(files), err)
	}
	files = append(files, "../../examples/runbooks/cleanup/offcut.test.hcl")
	for _, file := range files {
		dir := filepath.Dir(file)
		t.Run(filepath.Base(dir), func(t *testing.T) {
			code, stdout, stderr := invoke(t, nil, "validate", dir)
			first, _, _ := strings.Cut(stdout, "\n") // a second line counts data blocks
			if code != exitOK || first != "Success! The configuration is valid." || stderr != "" {
				t.Errorf("validate: exit %d\n%s%s", code, stdout, stderr)
			}
			code, stdout, stderr = invoke(t, nil, "test", dir)
			if code != exitOK || !strings.Contains(stdout, "\nSuccess! ") || stderr != "" {
				t.Errorf("test: exit %d\n%s%s", code, stdout, stderr)
			}
			code, stdout, stderr = invoke(t, nil, "fmt", "-check", dir)
			if code != exitOK || stdout != "" || stderr != "" {
				t.Errorf("fmt -check: exit %d\n%s%s", code, stdout, stderr)
			}
		})
	}
}

// A planMark is what examples/README.md says of an example and the seeded KS3 server.
type planMark struct {
	example string
	asItIs  bool
	buckets []string // that it needs beside those of the server
	args    []string
}

func planMarks(t *testing.T) (marks []planMark) {
	t.Helper()
	text, err := os.ReadFile("../../examples/README.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range regexp.MustCompile(`(?m)^\| \[.+\]\((.+?)\) \| .* \| (.+) \|$`).FindAllStringSubmatch(string(text), -1) {
		mark := planMark{example: m[1], asItIs: m[2] == "as it is"}
		if strings.HasPrefix(m[2], "with ") {
			for _, w := range regexp.MustCompile("`(.+?)`").FindAllStringSubmatch(m[2], -1) {
				if strings.HasPrefix(w[1], "-") {
					mark.args = append(mark.args, strings.Fields(w[1])...)
				} else {
					mark.buckets = append(mark.buckets, w[1])
				}
			}
		}
		marks = append(marks, mark)
	}
	return marks
}

// The examples that examples/README.md says so of are planned against the seeded server
// as they are, and no others; those that lack buckets, with these.
func TestExamplesPlanAsTheirReadmeSays(t *testing.T) {
	for _, name := range []string{"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE"} {
		t.Setenv(name, "")
	}
	for _, name := range []string{"AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"} {
		t.Setenv(name, filepath.Join(t.TempDir(), "none"))
	}
	t.Setenv("AWS_EC2_METADATA_DISABLED", "true")
	marks := planMarks(t)
	if len(marks) != 16 {
		t.Fatalf("examples/README.md tells of %d examples, want 16", len(marks))
	}
	var more strings.Builder
	var missing []string
	for _, m := range marks {
		for _, b := range m.buckets {
			if !slices.Contains(missing, b) {
				missing = append(missing, b)
				more.WriteString("bucket \"" + b + "\" {}\n")
			}
		}
	}
	config := filepath.Join(t.TempDir(), "more.emulator.hcl")
	writeFile(t, config, more.String())
	_, seeded := startEmulator(t, "-seed", "quickstart")
	_, filled := startEmulator(t, "-seed", "quickstart", "-config", config)
	for _, m := range marks {
		t.Run(m.example, func(t *testing.T) {
			args := append([]string{"plan", "-data-dir", t.TempDir(), "../../examples/" + m.example}, m.args...)
			if code, stdout, stderr := invoke(t, seeded, args...); (code == exitOK) != m.asItIs {
				t.Errorf("exit %d, and as it is: %t\n%s%s", code, m.asItIs, stdout, stderr)
			}
			if len(m.buckets) == 0 {
				return
			}
			if code, stdout, stderr := invoke(t, filled, args...); code != exitOK {
				t.Errorf("with %q: exit %d\n%s%s", m.buckets, code, stdout, stderr)
			}
		})
	}
}
