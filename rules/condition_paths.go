package rules

import (
	"fmt"
	"maps"
	"slices"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
)

// A pathChecker looks for references to attributes that what comes later does not have:
// also those that begin in the middle of an expression, which HCL does not look at where
// it stands in a loop over what is not known.
type pathChecker struct {
	*loader
	later laterValue
	ctx   *hcl.EvalContext // of the loop at hand; nil: nothing can be evaluated
	outer []*hcl.EvalContext
	late  []string    // roots whose values come later: that of later, and what loops over it bind
	wrong []hcl.Range // references that lead nowhere
}

// checkPaths reports references to attributes that what comes later does not have, and
// returns where they stand: each range is one of expr.Variables().
func (l *loader) checkPaths(expr hclsyntax.Expression, ctx *hcl.EvalContext, later laterValue) (wrong []hcl.Range) {
	c := &pathChecker{loader: l, later: later, ctx: ctx, late: []string{later.root}}
	for _, t := range expr.Variables() {
		if t.RootName() == later.root && !c.follow(later.typ, later.root, t[1:]) {
			c.wrong = append(c.wrong, t.SourceRange())
		}
	}
	if ctx != nil && len(c.wrong) == 0 {
		_ = hclsyntax.Walk(expr, c)
	}
	return c.wrong
}

// Enter looks at one part of an expression.
func (c *pathChecker) Enter(n hclsyntax.Node) hcl.Diagnostics {
	switch x := n.(type) {
	case *hclsyntax.ForExpr:
		c.enterLoop(x)
	case *hclsyntax.IndexExpr:
		c.index(x)
	case *hclsyntax.RelativeTraversalExpr:
		if ty, ok := c.lateType(x.Source); ok && !c.follow(ty, c.written(x.Source), x.Traversal) {
			c.isWrong(x.Source)
		}
	case *hclsyntax.ScopeTraversalExpr:
		if root := x.Traversal.RootName(); root != c.later.root && slices.Contains(c.late, root) {
			if v, diags := x.Traversal[:1].TraverseAbs(c.ctx); !diags.HasErrors() && !c.follow(v.Type(), root, x.Traversal[1:]) {
				c.isWrong(x)
			}
		}
	}
	return nil
}

// Exit leaves a loop.
func (c *pathChecker) Exit(n hclsyntax.Node) hcl.Diagnostics {
	if _, ok := n.(*hclsyntax.ForExpr); ok {
		last := len(c.outer) - 1
		c.ctx, c.outer = c.outer[last], c.outer[:last]
	}
	return nil
}

// enterLoop binds what a loop over a value that comes later binds.
func (c *pathChecker) enterLoop(x *hclsyntax.ForExpr) {
	c.outer = append(c.outer, c.ctx)
	ty, ok := c.lateType(x.CollExpr)
	if !ok {
		return
	}
	key, element := cty.Number, cty.DynamicPseudoType
	switch {
	case ty.IsMapType():
		key, element = cty.String, ty.ElementType()
		c.late = append(c.late, x.KeyVar)
	case ty.IsListType(), ty.IsSetType():
		element = ty.ElementType()
	case ty.IsObjectType():
		key, element = cty.String, commonType(ty)
	}
	c.late = append(c.late, x.ValVar)
	c.ctx = c.ctx.NewChild()
	c.ctx.Variables = map[string]cty.Value{x.ValVar: cty.UnknownVal(element)}
	if x.KeyVar != "" {
		c.ctx.Variables[x.KeyVar] = cty.UnknownVal(key)
	}
}

// commonType is the type of all attributes of an object, where they have one.
func commonType(object cty.Type) cty.Type {
	common := cty.NilType
	for _, ty := range object.AttributeTypes() {
		if common != cty.NilType && !common.Equals(ty) {
			return cty.DynamicPseudoType
		}
		common = ty
	}
	if common == cty.NilType {
		return cty.DynamicPseudoType
	}
	return common
}

// lateType is the type of an expression whose value comes later; ok is false for others
// and where nobody knows it.
func (c *pathChecker) lateType(expr hclsyntax.Expression) (ty cty.Type, ok bool) {
	if !namesAny(expr, c.late) {
		return cty.NilType, false
	}
	v, diags := c.effort.counted(expr).Value(c.ctx)
	if diags.HasErrors() || v.IsKnown() {
		return cty.NilType, false
	}
	return v.Type(), true
}

// index looks at COLLECTION[KEY] with a key that is computed.
func (c *pathChecker) index(x *hclsyntax.IndexExpr) {
	ty, ok := c.lateType(x.Collection)
	if !ok || !ty.IsObjectType() {
		return
	}
	key, diags := c.effort.counted(x.Key).Value(c.ctx)
	if diags.HasErrors() || key.IsMarked() {
		return
	}
	name, known := textOf(key)
	switch {
	case known && !ty.HasAttribute(name):
		c.absent(x.Key.Range(), ty, c.written(x.Collection), lastName(x.Collection), name)
	case !known && c.later.lateKey != nil && namesAny(x.Key, c.late):
		summary, detail := c.later.lateKey(lastName(x.Collection))
		if summary == "" {
			return
		}
		c.errorAt(x.Key.Range(), summary, detail)
	default:
		return
	}
	c.isWrong(x.Collection)
}

// lastName is the name that a reference ends with, or nothing.
func lastName(expr hclsyntax.Expression) string {
	steps := stepsOf(expr)
	if len(steps) == 0 {
		return ""
	}
	name, _ := stepName(steps[len(steps)-1])
	return name
}

// stepsOf is a reference, or the steps behind the expression that it begins with.
func stepsOf(expr hclsyntax.Expression) hcl.Traversal {
	switch x := bare(expr).(type) {
	case *hclsyntax.ScopeTraversalExpr:
		return x.Traversal
	case *hclsyntax.RelativeTraversalExpr:
		return x.Traversal
	}
	return nil
}

// isWrong notes that an expression was told of.
func (c *pathChecker) isWrong(expr hclsyntax.Expression) {
	for _, t := range expr.Variables() {
		if slices.Contains(c.late, t.RootName()) {
			c.wrong = append(c.wrong, t.SourceRange())
		}
	}
}

// follow goes from a value of the type ty, which messages call by name, along the steps.
// It reports the first that leads nowhere and returns false then.
func (c *pathChecker) follow(ty cty.Type, name string, steps hcl.Traversal) bool {
	of := ""
	for i, step := range steps {
		attr, named := stepName(step)
		switch {
		case ty.IsMapType():
			ty = ty.ElementType()
		case !named || !ty.IsObjectType() && !ty.IsPrimitiveType():
			return true // HCL tells, or nobody knows
		case ty.IsObjectType() && ty.HasAttribute(attr):
			ty = ty.AttributeType(attr)
		default:
			c.absent(step.SourceRange(), ty, name+traversalText(steps[:i]), of, attr)
			return false
		}
		of = attr
	}
	return true
}

// absent reports that what, a value of the type ty behind the name of, has no attribute
// of a name.
func (c *pathChecker) absent(at hcl.Range, ty cty.Type, what, of, name string) {
	if c.later.absent != nil {
		if summary, detail := c.later.absent(of, name); summary != "" {
			c.errorAt(at, summary, detail)
			return
		}
	}
	if !ty.IsObjectType() {
		c.errorAt(at, "Unsupported attribute", fmt.Sprintf(
			"%s is %s and has no attributes. Remove what stands behind it.", what, withArticle(ty.FriendlyName())))
		return
	}
	names := slices.Sorted(maps.Keys(ty.AttributeTypes()))
	c.errorAt(at, "Unsupported attribute", fmt.Sprintf(
		"%s has no attribute %q.%s Write one of those that it has: %s.", what, cut(name), didYouMean(name, names), enumerate(names, "or")))
}
