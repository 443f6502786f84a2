package rules

import (
	"fmt"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
)

// A chain are operands of && or of ||, with those of the same operators in them.
// upload.bucket != "a" || upload.bucket != "b" is true for every bucket, and whoever wrote
// it wanted to keep both.

// warnChains warns about chains in which comparisons of one attribute with several values
// decide about every value of it.
func (c *termChecker) warnChains() {
	seen := map[hclsyntax.Node]bool{}
	_ = hclsyntax.VisitAll(c.expr, func(n hclsyntax.Node) hcl.Diagnostics {
		x, ok := n.(*hclsyntax.BinaryOpExpr)
		if !ok || seen[x] || !isLogical(x.Op) || isWithin(c.dead, x) {
			return nil
		}
		chain := &chain{termChecker: c, op: x.Op, left: map[string]map[string]bool{}, seen: seen}
		chain.add(x, false)
		if chain.decided == "" {
			return nil
		}
		what := "Term"
		if bare(c.expr) == hclsyntax.Expression(x) {
			what = "Condition"
		}
		detail := "%s is never equal to two values at once, so that this is always false. Write || between its values, or contains([...], %[1]s)."
		if x.Op == hclsyntax.OpLogicalOr {
			detail = "%s always differs from one of two values, so that this is always true. Write && between its values, or !contains([...], %[1]s)."
		}
		c.warnIn(spot{at: x.Range(), expr: x, ctx: c.ctx}, what+" that never changes", fmt.Sprintf(detail, chain.decided))
		return nil
	})
}

type chain struct {
	*termChecker
	op      *hclsyntax.Operation
	left    map[string]map[string]bool // by attribute: those of its values that no comparison rules out
	decided string                     // the attribute that has none left
	seen    map[hclsyntax.Node]bool
}

// add adds an operand, or what stands behind a "!".
func (c *chain) add(expr hclsyntax.Expression, negated bool) {
	switch x := bare(expr).(type) {
	case *hclsyntax.UnaryOpExpr:
		if x.Op == hclsyntax.OpLogicalNot {
			c.add(x.Val, !negated)
		}
	case *hclsyntax.BinaryOpExpr:
		switch {
		case isLogical(x.Op) && (x.Op == c.op) != negated:
			c.seen[x] = true
			c.add(x.LHS, negated)
			c.add(x.RHS, negated)
		case x.Op == hclsyntax.OpEqual && negated == c.isOr(), x.Op == hclsyntax.OpNotEqual && negated != c.isOr():
			c.compare(x.LHS, x.RHS)
			c.compare(x.RHS, x.LHS)
		}
	case *hclsyntax.FunctionCallExpr:
		if x.Name == "contains" && len(x.Args) == 2 && negated == c.isOr() {
			c.compare(x.Args[1], x.Args[0])
		}
	}
}

func (c *chain) isOr() bool { return c.op == hclsyntax.OpLogicalOr }

// compare takes note that an attribute is one of some values, or in a chain of || that it
// is none of them.
func (c *chain) compare(attribute, values hclsyntax.Expression) {
	if !c.direct(attribute) {
		return
	}
	all, known := c.comparedValues(values)
	if !known {
		return
	}
	name := referenceText(attribute)
	before, again := c.left[name]
	now := map[string]bool{}
	for _, v := range all {
		if text := fixedText(v); !again || before[text] {
			now[text] = true
		}
	}
	c.left[name] = now
	if len(before) > 0 && len(now) == 0 {
		c.decided = name
	}
}

// comparedValues are the simple values that an expression holds. A chain of && that is
// false because of variables aborts nothing, and may be meant so for now.
func (c *chain) comparedValues(expr hclsyntax.Expression) (all []cty.Value, known bool) {
	if namesAny(expr, []string{c.later.root}) || !c.isOr() && !c.isWritten(expr) {
		return nil, false
	}
	v, diags := c.effort.counted(expr).Value(c.ctx)
	if diags.HasErrors() || isSensitive(v) || !v.IsWhollyKnown() || v.IsNull() {
		return nil, false
	}
	if v.Type().IsPrimitiveType() {
		return []cty.Value{v}, true
	}
	if !v.CanIterateElements() {
		return nil, false
	}
	return v.AsValueSlice(), true
}
