package rules

import (
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"
)

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
