package rules

import (
	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
)

// mistakes keeps the last mistake that a condition met, whatever became of it: try and can
// would hide it, and what one of them makes of it is the same for every upload.
type mistakes struct{ last error }

func (m *mistakes) note(err error) { m.last = err }

// aside runs f and returns the mistake that it met, which is taken out of m again.
func (m *mistakes) aside(f func()) error {
	before := m.last
	m.last = nil
	f()
	met := m.last
	m.last = before
	return met
}

// keep is note, where there is a mistake.
func (m *mistakes) keep(err error) {
	if err != nil {
		m.last = err
	}
}

// chosenOnly makes mistakes in the result of a conditional count that is chosen, and not
// those in the other one. HCL evaluates both, and the condition after them.
func chosenOnly(x *hclsyntax.ConditionalExpr, met *mistakes) {
	var yes, no error
	x.TrueResult = watched(x.TrueResult, func(value func() cty.Value) { yes = met.aside(func() { value() }) })
	x.FalseResult = watched(x.FalseResult, func(value func() cty.Value) { no = met.aside(func() { value() }) })
	x.Condition = watched(x.Condition, func(value func() cty.Value) {
		on, known := boolOf(value())
		if !known || on {
			met.keep(yes)
		}
		if !known || !on {
			met.keep(no)
		}
	})
}

// undecidedOnly makes mistakes in the right side of && or || count only where the left one
// does not decide. HCL evaluates both.
func undecidedOnly(x *hclsyntax.BinaryOpExpr, met *mistakes) {
	deciding, decided := x.Op == hclsyntax.OpLogicalOr, false
	x.LHS = watched(x.LHS, func(value func() cty.Value) {
		on, known := boolOf(value())
		decided = known && on == deciding
	})
	x.RHS = watched(x.RHS, func(value func() cty.Value) {
		if err := met.aside(func() { value() }); !decided {
			met.keep(err)
		}
	})
}

// A watchedExpr is an expression whose evaluation is watched. The parentheses hold it
// where a walk over the expressions finds it.
type watchedExpr struct {
	*hclsyntax.ParenthesesExpr
	around func(value func() cty.Value)
}

func watched(expr hclsyntax.Expression, around func(value func() cty.Value)) *watchedExpr {
	return &watchedExpr{parenthesized(expr), around}
}

// Value is that of the expression.
func (w *watchedExpr) Value(ctx *hcl.EvalContext) (v cty.Value, diags hcl.Diagnostics) {
	w.around(func() cty.Value {
		v, diags = w.Expression.Value(ctx)
		if diags.HasErrors() {
			return cty.DynamicVal
		}
		return v
	})
	return v, diags
}
