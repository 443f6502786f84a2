package rules

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
)

// planRoot is what the references to a plan begin with.
const planRoot = "plan"

// planLater is what the asserts of a check are about, with money in these currencies.
func planLater(want cty.Type, money currencies) laterValue {
	return laterValue{root: planRoot, typ: planType(money), want: want, always: map[bool]string{
		true:  "so that it never warns. Compare a figure of plan, or remove it",
		false: "so that it warns about every plan. Compare a figure of plan, or remove it",
	}, absent: money.absent, lateKey: money.lateKey, currencies: money.codes}
}

// decodeChecks reads the check blocks. addresses are those of all rules, as far as they
// are known.
func (l *loader) decodeChecks(blocks []*block, addresses []string) []Check {
	var checks []Check
	l.checkNames(blocks)
	for _, b := range blocks {
		l.settle(b)
		c := Check{Address: "check." + b.labels[0], Range: rangeOf(b.header)}
		for _, a := range b.blocks["assert"] {
			assert := Assert{
				Condition: l.condition(a, "condition", planLater(cty.Bool, l.currencies)),
				Message:   l.condition(a, "error_message", planLater(cty.String, l.currencies)),
			}
			for _, name := range []string{"condition", "error_message"} {
				l.requireCondition(a, name)
				if attr := a.args[name]; attr != nil && !l.awaitsRules() {
					l.checkRuleNames(attr.Expr, addresses)
				}
			}
			c.Asserts = append(c.Asserts, assert)
		}
		checks = append(checks, c)
	}
	slices.SortStableFunc(checks, func(a, b Check) int { return strings.Compare(a.Address, b.Address) })
	return checks
}

// requireCondition reports a condition that was null: it counts as not given then.
func (l *loader) requireCondition(b *block, name string) {
	if _, written := b.spots[name]; written && !b.has(name) {
		l.missingArgument(b, name)
	}
}

// awaitsRules reports whether there may be rules that are not known yet.
func (l *loader) awaitsRules() bool { return l.incomplete || l.found == nil && len(l.queries) > 0 }

// checkRuleNames reports plan.rules["..."] of a rule that does not exist. addresses are
// those of all rules.
func (l *loader) checkRuleNames(expr hclsyntax.Expression, addresses []string) {
	for _, t := range expr.Variables() {
		if t.RootName() != planRoot || len(t) < 3 {
			continue
		}
		of, _ := stepName(t[1])
		rule, named := stepName(t[2])
		if of != "rules" || !named || slices.Contains(addresses, rule) {
			continue
		}
		remedy := ""
		if !l.enough() {
			remedy = fmt.Sprintf("%s Write plan.rules[\"rule.NAME\"] with one of: %s.", didYouMean(rule, addresses), enumerate(addresses, "and"))
		}
		l.errorAt(t[2].SourceRange(), "Reference to undeclared rule", fmt.Sprintf("There is no rule with the address %q.%s", cut(rule), remedy))
	}
}
