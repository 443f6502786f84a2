package rules

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// An expected is something whose check a test wants to fail.
type expected struct {
	name  string // "var.stale_after", `rule.stale["raw"]`
	shown string // name as messages show it
	at    hcl.Range
	seen  bool
}

// expectable are the kinds of things that tests can expect to fail.
func expectable() []string { return []string{"check", "rule", "var"} }

// checkExpected looks at what a test expects to fail, as far as that is possible
// without its rules.
func (t *testFile) checkExpected(b *block) {
	attr := b.args["expect_failures"]
	if attr == nil {
		return
	}
	list, ok := attr.Expr.(*hclsyntax.TupleConsExpr)
	if !ok || len(list.Exprs) == 0 {
		t.l.errorAt(attr.Expr.Range(), "Invalid reference", "expect_failures lists what is to fail: expect_failures = [var.NAME]. Leave it out where nothing is.")
		return
	}
	for _, element := range list.Exprs {
		path, diags := hcl.AbsTraversalForExpr(element)
		if diags.HasErrors() || len(path) < 2 || !slices.Contains(expectable(), path.RootName()) {
			t.l.errorAt(element.Range(), "Invalid reference", fmt.Sprintf(
				"This names nothing that can be expected to fail. Write the name of something that is checked, without quotes: %s.", strings.Join(expectable(), ".NAME or ")+".NAME"))
		}
	}
	if hasRoot(t.expectedOf(b), "var.") && len(b.blocks["assert"]) > 0 {
		t.l.errorAt(b.blocks["assert"][0].header, "Assert that is never reached",
			"Where the value of a variable is refused there are no verdicts to assert anything of. Make two tests of this one.")
	}
}

func hasRoot(list []expected, root string) bool {
	return slices.ContainsFunc(list, func(e expected) bool { return strings.HasPrefix(e.name, root) })
}

// expectedOf returns what a test expects to fail.
func (t *testFile) expectedOf(b *block) []expected {
	attr := b.args["expect_failures"]
	if attr == nil {
		return nil
	}
	list, ok := attr.Expr.(*hclsyntax.TupleConsExpr)
	if !ok {
		return nil
	}
	var all []expected
	for _, element := range list.Exprs {
		if path, diags := hcl.AbsTraversalForExpr(element); !diags.HasErrors() {
			all = append(all, expected{name: traversalKey(path), shown: traversalText(path), at: element.Range()})
		}
	}
	return all
}

// expects reports whether every error of the rules is one that the test expects, and
// notes those that came.
func (r *testRun) expects(broken *loadedRules) bool {
	for _, d := range broken.l.diags {
		if d.Severity != hcl.DiagError {
			continue
		}
		of, ok := d.Extra.(authored)
		if !ok || !r.failed(of.about) {
			return false
		}
	}
	return true
}

// failed notes that the check of something failed, and reports whether the test
// expects that.
func (r *testRun) failed(name string) bool {
	found := false
	for i := range r.expected {
		if r.expected[i].name == name {
			r.expected[i].seen, found = true, true
		}
	}
	return found
}

// judgeExpected reports what was expected to fail and did not.
func (r *testRun) judgeExpected() TestOutcome {
	outcome := TestPass
	for _, e := range r.expected {
		if e.seen {
			continue
		}
		outcome = TestFail
		if !r.checkDeclared(e) {
			outcome = TestError
			continue
		}
		r.l.errorAt(e.at, "Missing expected failure", fmt.Sprintf(
			"The check of %s was expected to fail, but it holds with the values of this test.", e.shown))
	}
	return outcome
}

// checkDeclared reports a name of expect_failures that the rules do not hold.
func (r *testRun) checkDeclared(e expected) bool {
	what, name, names := "variable", strings.TrimPrefix(e.name, "var."), slices.Sorted(maps.Keys(r.l.vars))
	kind, _, _ := strings.Cut(e.name, ".")
	if kind != "var" && r.cfg == nil {
		return true // the rules were not loaded, and more was told
	}
	switch kind {
	case "rule":
		what, name, names = kind, e.name, nil
		for i := range r.cfg.Rules {
			names = append(names, r.cfg.Rules[i].Address)
		}
	case "check":
		what, name, names = kind, e.name, nil
		for i := range r.cfg.Checks {
			names = append(names, r.cfg.Checks[i].Address)
		}
	}
	if slices.Contains(names, name) {
		return true
	}
	r.l.errorAt(e.at, "Reference to undeclared "+what, fmt.Sprintf(
		"There is no %s %q.%s %s", what, strings.TrimPrefix(e.shown, "var."), didYouMean(name, names), declaredNames(names)))
	return false
}

func declaredNames(names []string) string {
	if len(names) == 0 {
		return "None is declared."
	}
	return "Declared: " + enumerate(names, "and") + "."
}

// judgeRules reports the preconditions of rules that do not hold, unless the test
// expects that.
func (r *testRun) judgeRules() TestOutcome {
	outcome := TestPass
	for i := range r.cfg.Rules {
		rule := &r.cfg.Rules[i]
		if len(rule.Refused) == 0 || rule.Disabled || r.failed(rule.Address) {
			continue
		}
		outcome = TestFail
		r.l.errorAt(r.block.header, "Precondition does not hold", fmt.Sprintf(
			"A precondition of %s stops the rule with the values of this test: %s Where that is meant, write expect_failures = [%[1]s].",
			rule.Address, ended(strings.Join(rule.Refused, " "))))
	}
	return outcome
}

// worse is the outcome of a test whose parts ended so.
func worse(a, b TestOutcome) TestOutcome {
	for _, o := range []TestOutcome{TestError, TestFail} {
		if a == o || b == o {
			return o
		}
	}
	return TestPass
}
