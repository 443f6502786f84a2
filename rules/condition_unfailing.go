package rules

import (
	"slices"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"
)

// can(startswith(upload.key, "raw/")) asks whether the call fails, and not what it says: it
// is true for every upload.

// alwaysTrue is the name that calls of can get whose argument never fails. Nobody can
// write it.
const alwaysTrue = "can of what never fails"

func alwaysTrueFunc() function.Function {
	rest := anyValue("value")
	return function.New(&function.Spec{
		VarParam: &rest,
		Type:     function.StaticReturnType(cty.Bool),
		Impl:     func([]cty.Value, cty.Type) (cty.Value, error) { return cty.True, nil },
	})
}

// certainCall renames a call of can whose argument never fails.
func certainCall(x *hclsyntax.FunctionCallExpr, later laterValue) {
	if x.Name == "can" && len(x.Args) == 1 && later.neverFails(x.Args[0]) {
		x.Name = alwaysTrue
	}
}

// certainRemedy says what to write instead of calls in an expression that are certain.
func certainRemedy(expr hclsyntax.Expression) (remedy string) {
	_ = hclsyntax.VisitAll(expr, func(n hclsyntax.Node) hcl.Diagnostics {
		switch x, _ := n.(*hclsyntax.FunctionCallExpr); {
		case x == nil:
		case x.Name == alwaysTrue:
			remedy = " can(...) asks whether what stands in it fails, which never happens here: write what stands in it, without can(...)."
		case x.Name == "length" && remedy == "":
			remedy = " length(...) is never below 0: length(...) > 0 asks whether there is something."
		}
		return nil
	})
	return remedy
}

// neverFails reports whether an expression whose types are right has a value for every
// upload. What a store may not tell, and variables, which may be null, are not asked about.
func (v *laterValue) neverFails(expr hclsyntax.Expression) bool {
	all := func(parts ...hclsyntax.Expression) bool {
		return !slices.ContainsFunc(parts, func(part hclsyntax.Expression) bool { return !v.neverFails(part) })
	}
	switch x := bare(expr).(type) {
	case *hclsyntax.LiteralValueExpr:
		return !x.Val.IsNull()
	case *hclsyntax.TemplateExpr:
		return all(x.Parts...)
	case *hclsyntax.ScopeTraversalExpr:
		return v.isUpload() && x.Traversal.RootName() == v.root && len(x.Traversal) == 2 && !maybeUntold(x.Traversal[1])
	case *hclsyntax.UnaryOpExpr:
		return all(x.Val)
	case *hclsyntax.BinaryOpExpr:
		return x.Op.Type == cty.Bool && all(x.LHS, x.RHS)
	case *hclsyntax.ConditionalExpr:
		return all(x.Condition, x.TrueResult, x.FalseResult)
	case *hclsyntax.FunctionCallExpr:
		return !x.ExpandFinal && slices.Contains(unfailing(), x.Name) && all(x.Args...)
	}
	return false
}

// maybeUntold reports whether a step leads to an attribute of upload that a store may keep
// to itself.
func maybeUntold(step hcl.Traverser) bool {
	name, _ := stepName(step)
	return slices.Contains([]string{"storage_class", "owner", "initiator"}, name)
}

// unfailing are functions that have a value for every argument of their types, as long as
// their patterns can be read, which is checked before.
func unfailing() []string {
	return []string{
		"startswith", "endswith", "strcontains", "glob", "regexall", "lower", "upper", "trim", "trimprefix", "trimsuffix", "trimspace",
		"basename", "dirname", "length", "tostring", "split", "base64encode", "urlencode", "strrev",
	}
}

// certainLength is length, which is never below 0.
func certainLength() function.Function {
	return detour(lengthFunc(), anyArgs, func(args []cty.Value) (cty.Value, bool) {
		return atLeast(cty.Zero), !unmarked(args[0]).IsKnown()
	})
}
