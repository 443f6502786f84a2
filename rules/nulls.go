package rules

import "github.com/hashicorp/hcl/v2/hclsyntax"

// What it means that arguments are not given; see argument.unset.
const (
	unsetExclude  = "so that nothing is excluded"
	unsetLimit    = "so that nothing limits it"
	unsetStandard = "so that its default holds"
)

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
