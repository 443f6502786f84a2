package rules

import (
	"bytes"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

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

// FuzzTests holds that no file of tests makes running it fail otherwise than by
// messages, and that a test never passes beside an error.
func FuzzTests(f *testing.F) {
	for _, pattern := range []string{"testdata/tests/good/*.test.hcl", "testdata/tests/bad/*.test.hcl"} {
		files, err := filepath.Glob(pattern)
		if err != nil || len(files) == 0 {
			f.Fatalf("no files match %s: %v", pattern, err)
		}
		for _, path := range files {
			f.Add(readFuzzSeed(f, path))
		}
	}
	rules := readFuzzSeed(f, "testdata/tests/rules.hcl")
	f.Fuzz(func(t *testing.T, text string) {
		results, diags := runTestText(t, rules, text)
		if err := diags.WriteText(&bytes.Buffer{}, 60, false); err != nil {
			t.Fatal(err)
		}
		for _, r := range results {
			if r.Outcome == TestPass && r.Problems.HasErrors() || r.Outcome != TestPass && !r.Problems.HasErrors() {
				t.Errorf("%s with %q", r.Outcome, headsOf(r.Problems))
			}
			for _, v := range r.Verdicts {
				if v.Verdict.Action == NeedParts {
					t.Errorf("%s has no verdict", v.Mock)
				}
			}
		}
	})
}

// manyRules are n rules, one for each prefix of one bucket.
func manyRules(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "rule \"r%d\" {\n  scan {\n    buckets  = [\"media\"]\n    prefixes = [\"p%d/\"]\n  }\n  stale {\n    older_than = \"7d\"\n  }\n}\n", i, i)
	}
	return b.String()
}

// TestTests_ManyMocks holds that 500 mocks against 500 rules are no work.
func TestTests_ManyMocks(t *testing.T) {
	const n = 500
	var b strings.Builder
	b.WriteString("now = \"2026-01-31T00:00:00Z\"\ntest \"t\" {\n")
	for i := range n {
		fmt.Fprintf(&b, "  mock \"upload\" \"m%d\" {\n    bucket = \"media\"\n    key = \"p%d/x\"\n    age = \"8d\"\n  }\n", i, i)
		fmt.Fprintf(&b, "  assert {\n    condition = verdict.m%d.action == \"abort\" && verdict.m%d.rules == [\"rule.r%d\"]\n    error_message = \"x\"\n  }\n", i, i, i)
	}
	b.WriteString("  assert {\n    condition = alltrue_of(verdict)\n    error_message = \"x\"\n  }\n}\n")
	text := strings.Replace(b.String(), "alltrue_of(verdict)", "length([for v in verdict : v if v.action == \"abort\"]) == 500", 1)
	start := time.Now()
	results, diags := runTestText(t, manyRules(n), text)
	if len(results) != 1 || results[0].Outcome != TestPass {
		t.Fatalf("%v\n%s", results, plainText(t, diags))
	}
	if took := time.Since(start); took > 20*time.Second {
		t.Errorf("it took %s", took)
	}
}

// TestTests_ManyTestsShareRules holds that tests with the same values load the rules
// once, and that each has a budget of its own.
func TestTests_ManyTestsShareRules(t *testing.T) {
	var b strings.Builder
	b.WriteString("now = \"2026-01-31T00:00:00Z\"\n")
	for i := range 50 {
		fmt.Fprintf(&b, "mock \"upload\" \"m%d\" {\n  bucket = \"media\"\n  key = \"p%d/x\"\n  id = join(\"\", [for i in range(600) : \"0123456789\"])\n  age = \"8d\"\n}\n", i, i)
	}
	for i := range 20 {
		fmt.Fprintf(&b, "test \"t%d\" {\n  assert {\n    condition = verdict.m%d.action == \"abort\"\n    error_message = \"x\"\n  }\n}\n", i, i)
	}
	src := Source{Rules: []File{{Name: "rules.hcl", Bytes: []byte(manyRules(50))}}}
	suite, diags := LoadTests(src, []File{{Name: "main.test.hcl", Bytes: []byte(b.String())}}, Values{})
	if diags.HasErrors() {
		t.Fatal(plainText(t, diags))
	}
	for _, r := range suite.Run(everyTest) {
		if r.Outcome != TestPass {
			t.Fatalf("%s: %s", r.Name, plainText(t, r.Problems))
		}
	}
	if suite.used <= maxEffort {
		t.Errorf("all tests together used %d, which one alone may", suite.used)
	}
	if len(suite.loaded) != 1 {
		t.Errorf("the rules were loaded %d times", len(suite.loaded))
	}
}

// TestTests_AreBounded holds that many tests that are each allowed cannot go on for
// ever.
func TestTests_AreBounded(t *testing.T) {
	suite, _ := LoadTests(Source{Rules: []File{{Name: "rules.hcl", Bytes: []byte(manyRules(1))}}}, []File{{
		Name: "main.test.hcl", Bytes: []byte("test \"t\" {\n  expect_failures = [rule.r0]\n}\n"),
	}}, Values{})
	suite.used = maxTestEffort + 1
	if r := suite.Run(everyTest)[0]; r.Outcome != TestError || headsOf(r.Problems)[0] != "ERROR: main.test.hcl:1,1: Values too large: " {
		t.Errorf("%s: %q", r.Outcome, headsOf(r.Problems))
	}
}

// TestTests_LoadsAreBounded holds that the rules count as what each test with values of
// its own computes, and that what they mean is not kept for all of them.
func TestTests_LoadsAreBounded(t *testing.T) {
	var text strings.Builder
	for i := range 3 * maxLoaded {
		fmt.Fprintf(&text, "test \"t%d\" {\n  variables {\n    n = %[1]d\n  }\n  expect_failures = [rule.r]\n}\n", i)
	}
	rules := "variable \"n\" {\n  default = 0\n}\nlocals {\n  x = [for i in range(1000) : \"${var.n}-${i}\"]\n}\n" +
		changed(t, smallRule, "{\n", "{\n  precondition {\n    condition = length(local.x) == 0\n    error_message = \"No.\"\n  }\n")
	suite, d := LoadTests(Source{Rules: []File{{Name: "rules.hcl", Bytes: []byte(rules)}}}, []File{{Name: "main.test.hcl", Bytes: []byte(text.String())}}, Values{})
	if d.HasErrors() {
		t.Fatal(plainText(t, d))
	}
	for _, r := range suite.Run(everyTest) {
		if r.Outcome != TestPass {
			t.Fatalf("%s: %s", r.Name, plainText(t, r.Problems))
		}
	}
	if least := 3 * maxLoaded * 1000 * elementCost; suite.used < least {
		t.Errorf("the tests used %d, less than %d", suite.used, least)
	}
	if len(suite.loaded) > maxLoaded {
		t.Errorf("%d rule sets are kept", len(suite.loaded))
	}
	for _, p := range suite.loaded {
		if p.l.placed != nil || p.l.files != nil {
			t.Error("what the rules were read from is kept")
		}
	}
}

// TestTests_ReadFilesOfTheRules holds that rules which read a file can be tested, and
// that tests read such files too.
func TestTests_ReadFilesOfTheRules(t *testing.T) {
	rules := strings.Replace(manyRules(1), `"7d"`, `trimspace(file("days.txt"))`, 1)
	src := Source{Rules: []File{{Name: "rules.hcl", Bytes: []byte(rules)}}, Dir: fstest.MapFS{"days.txt": {Data: []byte("9d\n")}}}
	const text = `
now = "2026-01-31T00:00:00Z"
test "t" {
  mock "upload" "a" {
    bucket = "media"
    key    = "p0/x"
    age    = trimspace(file("days.txt"))
  }
  assert {
    condition     = verdict.a.action == "abort" && file("days.txt") != ""
    error_message = "x"
  }
}
`
	suite, _ := LoadTests(src, []File{{Name: "main.test.hcl", Bytes: []byte(text)}}, Values{})
	if r := suite.Run(everyTest)[0]; r.Outcome != TestPass {
		t.Error(plainText(t, r.Problems))
	}
}

// An upload whose where has no value says why in a test too.
func TestTests_SayWhyWhereFailed(t *testing.T) {
	results, diags := runTestText(t, `
rule "a" {
  scan {
    buckets  = ["media"]
    prefixes = ["raw/"]
  }
  stale {
    older_than = "7d"
    where      = upload.owner == "robot"
  }
}
`, `
test "t" {
  now = "2026-01-31T00:00:00Z"
  mock "upload" "u" {
    bucket = "media"
    key    = "raw/1"
    age    = "10d"
  }
  assert {
    condition     = verdict.u.reason == "where-failed"
    error_message = "The owner is not told."
  }
}
`)
	if diags.HasErrors() || len(results) != 1 || results[0].Outcome != TestPass {
		t.Fatalf("%v %v", results, diags)
	}
	const want = "kept as where-failed: the where of rule.a has no value for it: its value is not known: upload.owner is not told."
	if got := results[0].Verdicts[0].Why; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

// TestTests_ExpectedByAnyKey holds that expect_failures takes the address of an instance
// as messages and plans write it, whatever its key.
func TestTests_ExpectedByAnyKey(t *testing.T) {
	for _, key := range []string{`a$${b}`, `a\"b`, strings.Repeat("k", 220) + "a", "https://user:word@host"} {
		rules := changed(t, smallRule, "{\n", "{\n  for_each = toset([\""+key+"\", \""+strings.Repeat("k", 220)+"b\"])\n"+
			"  precondition {\n    condition = each.key != \""+key+"\"\n    error_message = \"No.\"\n  }\n")
		results, d := runTestText(t, rules, "test \"t\" {\n  now = \"2026-01-01T00:00:00Z\"\n  expect_failures = [rule.r[\""+key+"\"]]\n}\n")
		if len(results) != 1 || results[0].Outcome != TestPass {
			t.Errorf("%s:\n%s", key, plainText(t, d))
		}
	}
}
