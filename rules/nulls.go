package rules

import "github.com/hashicorp/hcl/v2/hclsyntax"

// What it means that arguments are not given; see argument.unset.
const (
	unsetExclude  = "so that nothing is excluded"
	unsetLimit    = "so that nothing limits it"
	unsetStandard = "so that its default holds"
)

// meantNull reports whether an expression that is null was written as one, or chooses
// it: whoever reads the rule sees it then.
func meantNull(expr hclsyntax.Expression) bool {
	switch bare(expr).(type) {
	case *hclsyntax.LiteralValueExpr, *hclsyntax.ConditionalExpr:
		return true
	}
	return false
}
