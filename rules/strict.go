package rules

import (
	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
)

// Outside of conditions over an upload HCL's silence about types is just as dangerous:
// a precondition var.ok != "false" holds for every bool, and a for_each with such a
// filter leaves nothing out.

// strictly evaluates expr, in which a comparison of values that are never equal because
// of their types is an error. try and can must not swallow it: they would make another
// silence of it.
func (l *loader) strictly(expr hclsyntax.Expression, ctx *hcl.EvalContext) (cty.Value, hcl.Diagnostics) {
	loose := map[*hclsyntax.BinaryOpExpr]*hclsyntax.Operation{}
	_ = hclsyntax.VisitAll(expr, func(n hclsyntax.Node) hcl.Diagnostics {
		x, ok := n.(*hclsyntax.BinaryOpExpr)
		if ok && (x.Op == hclsyntax.OpEqual || x.Op == hclsyntax.OpNotEqual) {
			loose[x], x.Op = x.Op, strictOperation(x.Op, l.functions.note)
		}
		return nil
	})
	l.functions.mismatch = nil
	v, diags := l.effort.counted(expr).Value(ctx)
	for x, op := range loose {
		x.Op = op
	}
	if l.functions.mismatch == nil || diags.HasErrors() {
		return v, diags
	}
	at := expr.Range()
	return cty.DynamicVal, append(diags, &hcl.Diagnostic{
		Severity: hcl.DiagError, Summary: "Wrong type of value", Subject: &at, Expression: expr, EvalContext: ctx,
		Detail: sentence(l.functions.mismatch.Error()),
	})
}

// noting is look, which also tells note of what it found.
func noting(note func(error), look func([]cty.Value) error) func([]cty.Value) error {
	if note == nil {
		return look
	}
	return func(args []cty.Value) error {
		err := look(args)
		if err != nil {
			note(err)
		}
		return err
	}
}
