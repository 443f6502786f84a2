package main

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// testdata/README.md says which test looks at what. A test that it names must be
// there, and every script about lies must be named, so that neither is lost.
func TestLies_TheListNamesTestsThatExist(t *testing.T) {
	page, err := os.ReadFile("testdata/README.md")
	if err != nil {
		t.Fatal(err)
	}
	goTests := testNames(t)
	named := map[string]bool{}
	for line := range strings.Lines(string(page)) {
		if !strings.HasPrefix(line, "| ") || strings.HasPrefix(line, "| ---") {
			continue
		}
		cells := strings.Split(strings.Trim(strings.TrimSpace(line), "|"), "|")
		tests := regexp.MustCompile("`([^`]+)`").FindAllStringSubmatch(cells[len(cells)-1], -1)
		if len(tests) == 0 && !strings.HasSuffix(strings.TrimSpace(line), "| test |") {
			t.Errorf("no test is named for: %s", line)
		}
		for _, test := range tests {
			name := test[1]
			named[name] = true
			if _, err := os.Stat("testdata/script/" + name + ".txtar"); err != nil && !goTests[name] {
				t.Errorf("%s is neither a script nor a test", name)
			}
		}
	}
	scripts, err := filepath.Glob("testdata/script/lies_*.txtar")
	if err != nil || len(scripts) == 0 {
		t.Fatal("no scripts about lies", err)
	}
	for _, script := range scripts {
		if name := strings.TrimSuffix(filepath.Base(script), ".txtar"); !named[name] {
			t.Errorf("%s is not on the list", name)
		}
	}
}

// testNames are the names of all Go tests of the module.
func testNames(t *testing.T) map[string]bool {
	t.Helper()
	names := map[string]bool{}
	test := regexp.MustCompile(`(?m)^func (Test\w+)\(`)
	err := filepath.WalkDir(filepath.Join("..", ".."), func(path string, _ fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, "_test.go") {
			return err
		}
		source, err := os.ReadFile(path)
		for _, match := range test.FindAllSubmatch(source, -1) {
			names[string(match[1])] = true
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}
