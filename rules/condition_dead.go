package rules

import (
	"slices"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// deadParts are the parts of a condition that variables alone rule out, as the last one
// of var.owner == null ? true : upload.owner == base64encode(var.owner) where the
// variable is null. Nothing is wrong with them, whatever their values are.
func (l *loader) deadParts(expr hclsyntax.Expression, ctx *hcl.EvalContext, root string) (dead []hcl.Range) {
	decided := func(part hclsyntax.Expression) (on, known bool) {
		if namesAny(part, []string{root}) {
			return false, false
		}
		v, diags := l.effort.counted(part).Value(ctx)
		if diags.HasErrors() {
			return false, false
		}
		return boolOf(v)
	}
	_ = hclsyntax.VisitAll(expr, func(n hclsyntax.Node) hcl.Diagnostics {
		switch x := n.(type) {
		case *hclsyntax.ConditionalExpr:
			switch on, known := decided(x.Condition); {
			case known && on:
				dead = append(dead, x.FalseResult.Range())
			case known:
				dead = append(dead, x.TrueResult.Range())
			}
		case *hclsyntax.BinaryOpExpr:
			on, known := decided(x.LHS)
			if known && (x.Op == hclsyntax.OpLogicalAnd && !on || x.Op == hclsyntax.OpLogicalOr && on) {
				dead = append(dead, x.RHS.Range())
			}
		}
		return nil
	})
	return dead
}

// isWithin reports whether an expression lies in one of these parts.
func isWithin(parts []hcl.Range, expr hclsyntax.Expression) bool {
	at := bare(expr).Range()
	return slices.ContainsFunc(parts, func(r hcl.Range) bool {
		return r.Filename == at.Filename && r.Start.Byte <= at.Start.Byte && at.End.Byte <= r.End.Byte
	})
}
