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

// comparingFunctions are the functions that compare an element of a list as == does.
func comparingFunctions(look func([]cty.Value) error) map[string]function.Function {
	return map[string]function.Function{
		"contains": strictFunction(containsFunc(), look),
		"index":    strictFunction(indexFunc(), look),
	}
}

// strictFunctions are the functions of a condition.
func strictFunctions(table map[string]function.Function, expr hclsyntax.Expression) map[string]function.Function {
	return strictTable(table, strictCalls(table, expr, nil))
}

// strictCalls are the functions that a condition calls, as far as they differ there:
// contains and index compare as == does, and the others convert no text to a number and
// no number to a text. note is told of each failure.
func strictCalls(table map[string]function.Function, expr hclsyntax.Expression, note func(error)) map[string]function.Function {
	strict := map[string]function.Function{}
	comparing := comparingFunctions(noting(note, elementsOfKind))
	_ = hclsyntax.VisitAll(expr, func(n hclsyntax.Node) hcl.Diagnostics {
		call, ok := n.(*hclsyntax.FunctionCallExpr)
		if !ok {
			return nil
		}
		f, known := table[call.Name]
		switch compares, ok := comparing[call.Name]; {
		case ok:
			strict[call.Name] = compares
		case known:
			strict[call.Name] = strictNamed(call.Name, f, note)
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

// elementsOfKind is an error for a value that no element of a list can equal, and for
// what is no list.
func elementsOfKind(args []cty.Value) error {
	if ty := args[0].Type(); ty.IsPrimitiveType() {
		return function.NewArgErrorf(0, "this is %s, and only a list can be searched; strcontains(text, part) looks for a part of a text", withArticle(ty.FriendlyName()))
	}
	return eachElement(args[0], func(v cty.Value) error { return sameKind(v, args[1]) })
}
