package main

import (
	"path/filepath"
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
