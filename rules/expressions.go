package rules

import (
	"slices"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"
)

// What an expression is by its text, whatever its value.

// bare returns an expression without its parentheses.
func bare(expr hclsyntax.Expression) hclsyntax.Expression {
	for {
		switch x := expr.(type) {
		case *countedExpr:
			expr = x.Expression
		case *hclsyntax.ParenthesesExpr:
			expr = x.Expression
		default:
			return expr
		}
	}
}

// parenthesized is expr in parentheses, which a walk over expressions looks into: what is
// put around an expression embeds them.
func parenthesized(expr hclsyntax.Expression) *hclsyntax.ParenthesesExpr {
	return &hclsyntax.ParenthesesExpr{Expression: expr, SrcRange: expr.Range()}
}

// isLogical reports && and ||.
func isLogical(op *hclsyntax.Operation) bool {
	return op == hclsyntax.OpLogicalAnd || op == hclsyntax.OpLogicalOr
}

// localName is the name of the local that a reference begins with.
func localName(t hcl.Traversal) (name string, ok bool) {
	if t.RootName() != "local" || len(t) < 2 {
		return "", false
	}
	return attrName(t[1])
}

// callsAny reports whether an expression calls a function of one of these names.
func callsAny(expr hclsyntax.Expression, names ...string) (calls bool) {
	_ = hclsyntax.VisitAll(expr, func(n hclsyntax.Node) hcl.Diagnostics {
		x, ok := n.(*hclsyntax.FunctionCallExpr)
		calls = calls || ok && slices.Contains(names, x.Name)
		return nil
	})
	return calls
}

// namesAny reports whether an expression refers to something with one of these roots.
func namesAny(expr hcl.Expression, roots []string) bool {
	return slices.ContainsFunc(expr.Variables(), func(t hcl.Traversal) bool { return slices.Contains(roots, t.RootName()) })
}

// literalText returns the text of a quoted literal.
func literalText(expr hclsyntax.Expression) (string, bool) {
	template, ok := bare(expr).(*hclsyntax.TemplateExpr)
	if !ok || !template.IsStringLiteral() {
		return "", false
	}
	v, diags := template.Value(nil)
	if diags.HasErrors() {
		return "", false
	}
	return textOf(v)
}

// isLiteral reports whether an expression is a number, true, false or null.
func isLiteral(expr hclsyntax.Expression) bool {
	_, ok := bare(expr).(*hclsyntax.LiteralValueExpr)
	return ok
}

// isNullLiteral reports whether an expression is the word null.
func isNullLiteral(expr hclsyntax.Expression) bool {
	literal, ok := bare(expr).(*hclsyntax.LiteralValueExpr)
	return ok && literal.Val.IsNull()
}

// isConstant reports whether an expression is a literal, or a text without anything to
// compute in it.
func isConstant(expr hclsyntax.Expression) bool {
	_, text := literalText(expr)
	return text || isLiteral(expr)
}

// referenceText is the reference that an expression is and nothing else, as in
// "upload.key", or "".
func referenceText(expr hclsyntax.Expression) string {
	x, ok := bare(expr).(*hclsyntax.ScopeTraversalExpr)
	if !ok {
		return ""
	}
	return traversalText(x.Traversal)
}

// variableName is the name of the variable that an expression is.
func variableName(expr hclsyntax.Expression) string {
	x, ok := bare(expr).(*hclsyntax.ScopeTraversalExpr)
	if !ok || len(x.Traversal) != 2 || x.Traversal.RootName() != "var" {
		return ""
	}
	name, _ := attrName(x.Traversal[1])
	return name
}

// writtenNull reports whether an expression that is null was written as one, or chooses
// it: whoever reads the rule sees it then.
func writtenNull(expr hclsyntax.Expression) bool {
	switch bare(expr).(type) {
	case *hclsyntax.LiteralValueExpr, *hclsyntax.ConditionalExpr:
		return true
	}
	return false
}

// meantNull is writtenNull, or an attribute that may be left out, or what try and lookup
// give instead of one: a map of objects with optional attributes has many of these.
func meantNull(expr hclsyntax.Expression) bool {
	switch x := bare(expr).(type) {
	case *hclsyntax.FunctionCallExpr:
		return x.Name == "try" || x.Name == "lookup"
	case *hclsyntax.ScopeTraversalExpr:
		return len(x.Traversal) > 2
	}
	return writtenNull(expr)
}

// HCL takes "${var.n}" for var.n itself, so that it is a number where the number is
// one. Whoever wrote the quotes means a text, which Terraform makes of it too.

// quotes reports whether an expression is a text of one value alone: "${var.n}".
func quotes(expr hclsyntax.Expression) bool {
	_, wrapped := bare(expr).(*hclsyntax.TemplateWrapExpr)
	return wrapped
}

// quoted is v as a text, if it is the value of a quoted expression and can be one.
func quoted(expr hclsyntax.Expression, v cty.Value) cty.Value {
	if v.IsNull() || !v.Type().IsPrimitiveType() || !quotes(expr) {
		return v
	}
	text, err := convert.Convert(v, cty.String)
	if err != nil {
		return v
	}
	return text
}
