package rules

import (
	"maps"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"
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
			loose[x] = x.Op
			strict := *x.Op
			strict.Impl = strictFunction(x.Op.Impl, l.functions.noting(func(args []cty.Value) error { return sameKind(args[0], args[1]) }))
			x.Op = &strict
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

// noting is look, which also notes what it found in s.
func (s *scopeFunctions) noting(look func([]cty.Value) error) func([]cty.Value) error {
	return func(args []cty.Value) error {
		err := look(args)
		if err != nil {
			s.mismatch = err
		}
		return err
	}
}

// comparingFunctions are the functions that compare an element of a list as == does.
func comparingFunctions(look func([]cty.Value) error) map[string]function.Function {
	return map[string]function.Function{
		"contains": strictFunction(containsFunc(), look),
		"index":    strictFunction(indexFunc(), look),
	}
}

// strictFunctions are the functions of a condition, which are called from many
// goroutines: nothing is noted in them. contains and index compare as == does, and what
// the condition calls converts no text to a number and no number to a text.
func strictFunctions(table map[string]function.Function, expr hclsyntax.Expression) map[string]function.Function {
	comparing := comparingFunctions(elementsOfKind)
	strict := strictTable(table, comparing)
	_ = hclsyntax.VisitAll(expr, func(n hclsyntax.Node) hcl.Diagnostics {
		call, ok := n.(*hclsyntax.FunctionCallExpr)
		if !ok {
			return nil
		}
		f, known := table[call.Name]
		if _, compares := comparing[call.Name]; known && !compares {
			strict[call.Name] = strictNamed(call.Name, f)
		}
		return nil
	})
	return strict
}

// strictTable is table with functions that compare as == does.
func strictTable(table, strict map[string]function.Function) map[string]function.Function {
	all := maps.Clone(table)
	maps.Copy(all, strict)
	return all
}

// elementsOfKind is an error for a value that no element of a list can equal.
func elementsOfKind(args []cty.Value) error {
	return eachElement(args[0], func(v cty.Value) error { return sameKind(v, args[1]) })
}
