package rules

import (
	"path/filepath"
	"slices"
	"testing"

	"github.com/hashicorp/hcl/v2"
)

func everyTest(TestName) bool { return true }

// runTestText runs the tests in a text against rules, and gathers all messages.
func runTestText(t *testing.T, rules, tests string) ([]TestResult, Diagnostics) {
	t.Helper()
	src := Source{Rules: []File{{Name: "rules.hcl", Bytes: []byte(rules)}}}
	suite, diags := LoadTests(src, []File{{Name: "main.test.hcl", Bytes: []byte(tests)}}, Values{})
	results := suite.Run(everyTest)
	all := Diagnostics{list: slices.Clone(diags.list), files: map[string]*hcl.File{}}
	for _, r := range results {
		all.list = append(all.list, r.Problems.list...)
	}
	return results, all
}

// TestTests_GoodFiles holds that every test in testdata/tests/good passes.
func TestTests_GoodFiles(t *testing.T) {
	rules := readTestFile(t, "testdata/tests/rules.hcl")
	for _, path := range testFiles(t, "testdata/tests/good/*.test.hcl") {
		t.Run(filepath.Base(path), func(t *testing.T) {
			src := readTestFile(t, path)
			results, diags := runTestText(t, rules, src)
			checkMarks(t, src, diags)
			for _, r := range results {
				if r.Outcome != TestPass {
					t.Errorf("%s: %s\n%s", r.Name, r.Outcome, plainText(t, r.Problems))
				}
			}
		})
	}
}

// TestTests_BadFiles holds that what is wrong with a file of tests is told at its
// place, and that nothing in it passes.
func TestTests_BadFiles(t *testing.T) {
	rules := readTestFile(t, "testdata/tests/rules.hcl")
	for _, path := range testFiles(t, "testdata/tests/bad/*.test.hcl") {
		t.Run(filepath.Base(path), func(t *testing.T) {
			src := readTestFile(t, path)
			if len(marksIn(src)) == 0 {
				t.Fatal("no mark says what is wrong with the file")
			}
			results, diags := runTestText(t, rules, src)
			checkMarks(t, src, diags)
			for _, r := range results {
				if r.Outcome == TestPass && len(r.Problems.list) > 0 {
					t.Errorf("%s passes with messages", r.Name)
				}
			}
		})
	}
}
