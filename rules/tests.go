package rules

import (
	"fmt"
	"slices"
	"time"

	"github.com/hashicorp/hcl/v2"
)

// Tests are files of tests and the rules that they are about.
type Tests struct {
	src    Source
	vals   Values
	named  *ruleFiles // what file() reads
	files  []*testFile
	loaded map[string]*loadedRules
	told   map[string]*block // errors of the rules, and the test that told them
	used   int               // what the tests have computed up to here, as loader.effort counts it
}

// maxTestEffort bounds what all tests compute together. Each may compute as much as
// the rules, and load them with values of its own.
const maxTestEffort = 64 * maxEffort

// A TestName is where a test stands and what it is called.
type TestName struct {
	File string // as messages show it
	Name string
}

// A TestOutcome is how a test ended.
type TestOutcome string

const (
	TestPass  TestOutcome = "pass"
	TestFail  TestOutcome = "fail"  // an assert does not hold
	TestError TestOutcome = "error" // it could not be run: its rules, or it itself, hold mistakes
)

// A TestResult is what became of one test.
type TestResult struct {
	TestName
	Outcome  TestOutcome
	Problems Diagnostics // asserts that do not hold, or why the test could not be run
	Verdicts []TestVerdict
	Now      time.Time
}

// A TestVerdict is what the rules decide about one mock.
type TestVerdict struct {
	Mock    string
	Upload  Upload
	Parts   Parts
	Verdict Verdict
	Why     string // the figures that led to it, as a sentence
}

// LoadTests reads files of tests. src and vals are the rules that they are about and
// the values of their variables; a test's own values win over those. The diagnostics
// hold what is wrong with the tests as far as that can be seen without the rules. With
// an error in them there are no tests to run.
func LoadTests(src Source, files []File, vals Values) (*Tests, Diagnostics) {
	named := &ruleFiles{dir: src.Dir, prefix: src.Prefix}
	t := &Tests{named: named, src: src, vals: vals, loaded: map[string]*loadedRules{}, told: map[string]*block{}}
	var diags hcl.Diagnostics
	shown := map[string]*hcl.File{}
	for _, f := range files {
		file := newTestFile(f)
		file.l.functions = scopeFunctions{files: named}
		diags = append(diags, file.l.withoutSecretQuotes()...)
		for name, text := range file.l.withoutSecrets() {
			shown[name] = text
		}
		t.files = append(t.files, file)
	}
	problems := newDiagnostics(diags, shown)
	if problems.HasErrors() {
		t.files = nil
	}
	return t, problems
}

// Names lists the tests, in the order of their files and their text.
func (t *Tests) Names() []TestName {
	var names []TestName
	for _, f := range t.files {
		for _, b := range f.tests {
			names = append(names, TestName{f.file.Name, b.labels[0]})
		}
	}
	return names
}

// Run runs those of the tests that are wanted, in the order of Names. It is pure: the
// same texts always give the same results.
func (t *Tests) Run(wanted func(TestName) bool) []TestResult {
	var results []TestResult
	for _, f := range t.files {
		for _, b := range f.tests {
			if name := (TestName{f.file.Name, b.labels[0]}); wanted(name) {
				results = append(results, t.run(f, b))
			}
		}
	}
	return results
}

// Mistakes are what is wrong with the tests themselves, rather than with the rules or
// with what the tests expect of them. It runs all tests.
func (t *Tests) Mistakes() Diagnostics {
	var all Diagnostics
	for _, r := range t.Run(func(TestName) bool { return true }) {
		if r.Outcome == TestError {
			all = all.With(r.Problems.in(r.File))
		}
	}
	return all
}

// in returns the messages of d about one file, other than those of validations.
func (d Diagnostics) in(file string) Diagnostics {
	d.list = slices.DeleteFunc(slices.Clone(d.list), func(diag *hcl.Diagnostic) bool {
		_, validation := diag.Extra.(authored)
		return validation || diag.Subject == nil || diag.Subject.Filename != printable(file)
	})
	return d
}

// A testRun is one test while it runs.
type testRun struct {
	file  *testFile
	l     *loader // the file's, with what it may refer to in this test
	block *block

	cfg  *Config
	now  time.Time
	seen []TestVerdict

	expected []expected
}

func (t *Tests) run(f *testFile, b *block) TestResult {
	r := &testRun{file: f, l: f.l, block: b}
	r.l.diags, r.l.effort, r.l.found = nil, effort{}, Found{}
	r.l.vars, r.l.locals, r.l.data, r.l.providers = nil, nil, nil, nil

	result := TestResult{TestName: TestName{f.file.Name, b.labels[0]}, Outcome: TestError}
	if t.used > maxTestEffort {
		r.l.errorAt(b.header, "Values too large", fmt.Sprintf(
			"The tests before this one compute values of more than %d MiB together. Look for loops in loops, or run fewer tests at once.", maxTestEffort>>20))
	}
	broken := t.prepare(r)
	switch {
	case r.l.diags.HasErrors():
	case broken != nil && r.expects(broken):
		result.Outcome, broken = r.judgeExpected(), nil
	case broken == nil:
		t.named.seal() // as where a plan is made: a condition reads no file
		decided := r.decide()
		t.named.open()
		if decided {
			r.judgeChecks()
			result.Outcome = worse(r.assert(), worse(r.judgeRules(), r.judgeExpected()))
		}
	}
	t.used += r.l.effort.used
	result.Now, result.Verdicts = r.now, r.seen
	diags, files := r.l.withoutSecretQuotes(), r.l.withoutSecrets()
	if broken != nil {
		diags = append(diags, t.rulesProblems(r, broken)...)
		for name, text := range broken.l.withoutSecrets() {
			files[name] = text
		}
	}
	result.Problems = newDiagnostics(diags, files)
	return result
}

// prepare loads the rules with the values and the buckets of the test. It returns
// them where they hold an error.
func (t *Tests) prepare(r *testRun) *loadedRules {
	given := r.variables()
	r.expected = r.file.expectedOf(r.block)
	if r.l.diags.HasErrors() {
		return nil
	}
	rules := t.load(r, given, nil, nil)
	r.adopt(rules)
	if rules.failed() {
		return rules
	}
	r.readNow()
	queries := rules.l.queries
	found := r.buckets(queries)
	if len(queries) == 0 || r.l.diags.HasErrors() {
		return nil
	}
	rules = t.load(r, given, found, queries)
	r.adopt(rules)
	if rules.failed() {
		return rules
	}
	return nil
}

// adopt lets the expressions of the test refer to what its rules hold.
func (r *testRun) adopt(rules *loadedRules) {
	r.cfg = rules.cfg
	r.l.vars, r.l.locals, r.l.data, r.l.providers = rules.l.vars, rules.l.locals, rules.l.data, rules.l.providers
}

// readNow reads the instant that ages count from.
func (r *testRun) readNow() {
	for _, b := range []*block{r.block, r.file.top} {
		if !b.has("now") {
			continue
		}
		b = b.instance(nil)
		r.l.evaluate(b)
		if !b.has("now") { // it is null
			continue
		}
		r.now = get[time.Time](b, "now")
		if b.known("now") && !known(r.now) {
			r.l.errorIn(b.value("now"), "Invalid instant", "now lies before 1970, where no store has an upload.")
		}
		return
	}
	if !r.l.diags.HasErrors() && len(r.block.blocks["assert"]) > 0 {
		r.l.errorAt(r.block.header, "Missing required argument", fmt.Sprintf("now is null. Write an instant: now = %s.", example(formInstant)))
	}
}
