package rules

import (
	"fmt"
	"maps"
	"slices"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
)

// checkMixed reports amounts of different currencies that are added or compared as if
// they were of one. One that is multiplied by its rate of exchange is another number.
func (l *loader) checkMixed(expr hclsyntax.Expression) {
	_ = hclsyntax.VisitAll(expr, func(n hclsyntax.Node) hcl.Diagnostics {
		switch x := n.(type) {
		case *hclsyntax.BinaryOpExpr:
			left, right := currencyOf(x.LHS), currencyOf(x.RHS)
			if left != "" && right != "" && left != right && x.Op.Impl.Params()[0].Type != cty.Bool {
				l.mixed(x.Range(), fmt.Sprintf("%s with %s", left, right))
			}
		case *hclsyntax.FunctionCallExpr:
			if x.Name == "sum" && len(x.Args) == 1 && len(l.currencies.codes) > 1 && isAllMoney(x.Args[0]) {
				l.mixed(x.Range(), listed(l.currencies.codes, "and", "%s"))
			}
		}
		return nil
	})
}

func (l *loader) mixed(at hcl.Range, what string) {
	l.errorAt(at, "Different currencies", fmt.Sprintf(
		"This takes amounts of different currencies together, %s, as if they were of one. Write a condition for each, or multiply one by a rate of exchange first.", what))
}

// currencyOf is the currency that an amount of money is in, where it is written out:
// "USD" of plan.abort.monthly_cost["USD"].
func currencyOf(expr hclsyntax.Expression) string {
	steps := stepsOf(expr)
	if len(steps) < 2 {
		return ""
	}
	if of, _ := stepName(steps[len(steps)-2]); of != monthlyCost {
		return ""
	}
	return lastName(expr)
}

// isAllMoney reports values(plan.abort.monthly_cost), of a plan or a rule.
func isAllMoney(expr hclsyntax.Expression) bool {
	x, ok := bare(expr).(*hclsyntax.FunctionCallExpr)
	return ok && x.Name == "values" && len(x.Args) == 1 && lastName(x.Args[0]) == monthlyCost
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
			note(fmt.Sprintf("plan.rules[%q].abort", address), facts.Rules[address].Abort.UnpricedBytes)
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
