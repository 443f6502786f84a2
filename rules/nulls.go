package rules

import "github.com/hashicorp/hcl/v2/hclsyntax"

// What it means that arguments are not given; see argument.unset.
const (
	unsetExclude  = "so that nothing is excluded"
	unsetLimit    = "so that nothing limits it"
	unsetStandard = "so that its default holds"
)

// meantNull reports whether an expression that is null was written as one, or chooses
// it: whoever reads the rule sees it then. So it does where an attribute that may be left
// out is asked for, or try and lookup name what comes instead.
func meantNull(expr hclsyntax.Expression) bool {
	switch x := bare(expr).(type) {
	case *hclsyntax.LiteralValueExpr, *hclsyntax.ConditionalExpr:
		return true
	case *hclsyntax.FunctionCallExpr:
		return x.Name == "try" || x.Name == "lookup"
	case *hclsyntax.ScopeTraversalExpr:
		return len(x.Traversal) > 2
	}
	return false
}
