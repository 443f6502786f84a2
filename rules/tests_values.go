package rules

import (
	"fmt"
	"maps"
	"slices"

	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
)

// A testValue is a variable's value that a test gives.
type testValue struct {
	name  string
	value cty.Value
	attr  *hclsyntax.Attribute
}

// variables reads the values that the test gives: its own, then those of the file.
func (r *testRun) variables() []testValue {
	var given []testValue
	for _, parent := range []*block{r.block, r.file.top} {
		b := parent.only("variables")
		if b == nil {
			continue
		}
		for _, name := range slices.Sorted(maps.Keys(b.args)) {
			if slices.ContainsFunc(given, func(v testValue) bool { return v.name == name }) {
				continue
			}
			if value, ok := r.variable(b.args[name]); ok {
				given = append(given, testValue{name, value, b.args[name]})
			}
		}
	}
	return given
}

// variable evaluates one value. It is needed before the rules are loaded, and so
// refers to nothing; it may call functions.
func (r *testRun) variable(attr *hclsyntax.Attribute) (cty.Value, bool) {
	if len(attr.Expr.Variables()) > 0 {
		r.l.errorAt(attr.Expr.Range(), "Variables not allowed", fmt.Sprintf(
			"The value of %q cannot refer to anything: it is needed before the rules are loaded. Write it out; functions may be called.", attr.Name))
		return cty.NilVal, false
	}
	v, ok := r.l.value(attr.Expr, r.l.scope(attr.Expr, nil))
	return v, ok
}

// setFromTest gives variables the values of a test. A name that the rules do not
// declare is a mistake: a test is about these rules and no others.
func (l *loader) setFromTest() {
	for _, g := range l.given {
		at := g.attr.Expr.Range()
		switch v := l.vars[g.name]; {
		case v == nil && l.incomplete:
		case v == nil:
			l.errorAt(g.attr.NameRange, "Value for undeclared variable", fmt.Sprintf(
				"The rules declare no variable named %q.%s Remove the value, or declare the variable in a rule file.",
				g.name, l.didYouMean(g.name, maps.Keys(l.vars))))
		default:
			if v.sensitive {
				l.secrets = append(l.secrets, at)
			}
			l.set(v, g.value, origin{at: &at, name: "this value"})
		}
	}
}
