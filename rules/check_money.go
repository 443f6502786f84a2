package rules

import (
	"fmt"
	"maps"
	"slices"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
)

// someRule stands for every rule of a plan: their amounts are alike.
const (
	someRule  = "rule"
	planRules = planRoot + ".rules"
)

// ofSomeRule makes a reference to a rule of a plan one to some rule.
func ofSomeRule(t hcl.Traversal) {
	if len(t) > 2 && traversalText(t[:2]) == planRules {
		t[2] = hcl.TraverseIndex{Key: cty.StringVal(someRule), SrcRange: t[2].SourceRange()}
	}
}

// checkMixed reports amounts of different currencies that are added or compared as if
// they were of one. One that is multiplied by its rate of exchange is another number.
func (c *termChecker) checkMixed() {
	if len(c.later.currencies) < 2 {
		return
	}
	reported := map[hcl.Range]bool{} // a loop gets there again
	check := &dimensionCheck{termChecker: c, joined: func(at hcl.Range, codes []string) {
		if !reported[at] {
			c.errorAt(at, "Different currencies", fmt.Sprintf(
				"This takes amounts of different currencies together, %s, as if they were of one. Write a condition for each, or multiply one by a rate of exchange first.",
				listed(codes, "and", "%s")))
		}
		reported[at] = true
	}}
	check.look(pricedPlan(c.later.typ))
}

// pricedPlan is an unknown value of a type within plan, whose amounts of money carry their
// currencies.
func pricedPlan(ty cty.Type) cty.Value {
	switch {
	case ty.IsMapType():
		return cty.MapVal(map[string]cty.Value{someRule: pricedPlan(ty.ElementType())})
	case !ty.IsObjectType():
		return cty.UnknownVal(ty)
	}
	attrs := map[string]cty.Value{}
	for name, of := range ty.AttributeTypes() {
		attrs[name] = pricedPlan(of)
		if name == monthlyCost {
			attrs[name] = pricedCost(of)
		}
	}
	return cty.ObjectVal(attrs)
}

func pricedCost(ty cty.Type) cty.Value {
	attrs := map[string]cty.Value{}
	for code := range ty.AttributeTypes() {
		attrs[code] = cty.UnknownVal(cty.Number).Mark(dimension(code))
	}
	return cty.ObjectVal(attrs)
}

// An asksMoney is which amounts of money conditions ask for.
type asksMoney struct {
	all      bool            // plan.abort.monthly_cost
	rules    map[string]bool // by address: plan.rules["ADDRESS"].abort.monthly_cost
	some     bool            // of rules that are not named
	unpriced bool            // they ask for unpriced_bytes too
}

// leftOut tells the bytes without a known price that a check on money leaves out. One
// that looks at unpriced_bytes knows of them.
func (c *Check) leftOut(facts *PlanFacts) []string {
	asks := asksMoney{rules: map[string]bool{}}
	for _, a := range c.Asserts {
		asks.read(a.Condition.expr)
	}
	if asks.unpriced {
		return nil
	}
	var notes []string
	note := func(of string, bytes int64) {
		if bytes > 0 {
			notes = append(notes, fmt.Sprintf("%s.%s leaves out %s without a known price, so that the true cost may be higher. "+
				"Add a price for them, or assert what %s.%s may be.", of, monthlyCost, FormatSize(bytes), of, unpricedBytes))
		}
	}
	if asks.all {
		note("plan.abort", facts.Abort.UnpricedBytes)
	}
	for _, address := range slices.Sorted(maps.Keys(facts.Rules)) {
		if asks.some || asks.rules[address] {
			note(fmt.Sprintf("plan.rules[%s].abort", quoteKey(address)), facts.Rules[address].Abort.UnpricedBytes)
		}
	}
	return notes
}

// read adds what a condition asks for.
func (m *asksMoney) read(expr hclsyntax.Expression) {
	_ = hclsyntax.VisitAll(expr, func(n hclsyntax.Node) hcl.Diagnostics {
		switch x := n.(type) {
		case *hclsyntax.ScopeTraversalExpr:
			m.steps(x.Traversal)
		case *hclsyntax.RelativeTraversalExpr:
			m.steps(x.Traversal)
		}
		return nil
	})
}

// steps adds what a reference asks for.
func (m *asksMoney) steps(t hcl.Traversal) {
	names := make([]string, len(t))
	for i, step := range t {
		names[i], _ = stepName(step)
	}
	m.unpriced = m.unpriced || slices.Contains(names, unpricedBytes)
	switch {
	case !slices.Contains(names, monthlyCost):
	case t.IsRelative() || t.RootName() != planRoot || len(names) < 3:
		m.some = true
	case names[1] == "abort":
		m.all = true
	default:
		m.rules[names[2]] = true
	}
}
