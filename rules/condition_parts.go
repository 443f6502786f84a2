package rules

import (
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
)

// checkParts checks what an expression is made of that is neither an operator nor a call:
// HCL says nothing of a term in it that stands behind one whose value is not known, as the
// second one of [for t in ["a"] : upload.size > 0 && upload.key > 3].
func (c *termChecker) checkParts(expr hclsyntax.Expression) bool {
	fits := func(want cty.Type, parts ...hclsyntax.Expression) bool {
		ok := true
		for _, part := range parts {
			_, fits := c.check(part, want)
			ok = ok && fits
		}
		return ok
	}
	switch x := expr.(type) {
	case *hclsyntax.TupleConsExpr:
		return fits(cty.DynamicPseudoType, x.Exprs...)
	case *hclsyntax.TemplateExpr:
		return c.checkTemplate(x)
	case *hclsyntax.TemplateWrapExpr:
		return fits(cty.DynamicPseudoType, x.Wrapped)
	case *hclsyntax.TemplateJoinExpr:
		return fits(cty.DynamicPseudoType, x.Tuple)
	case *hclsyntax.SplatExpr:
		return fits(cty.DynamicPseudoType, x.Source)
	case *hclsyntax.RelativeTraversalExpr:
		return fits(cty.DynamicPseudoType, x.Source)
	case *hclsyntax.IndexExpr:
		collection, ok := c.check(x.Collection, cty.DynamicPseudoType)
		return ok && fits(keyType(collection), x.Key)
	case *hclsyntax.ObjectConsExpr:
		ok := true
		for _, item := range x.Items {
			if key, computed := item.KeyExpr.(*hclsyntax.ObjectConsKeyExpr); computed && computesKey(key) {
				ok = fits(cty.String, key.Wrapped) && ok
			}
			ok = fits(cty.DynamicPseudoType, item.ValueExpr) && ok
		}
		return ok
	case *hclsyntax.ForExpr:
		return c.checkLoop(x)
	}
	return true
}

// checkTemplate checks what a template puts into its text. HCL does not look at what is
// not known.
func (c *termChecker) checkTemplate(x *hclsyntax.TemplateExpr) bool {
	ok := true
	for _, part := range x.Parts {
		ty, fits := c.check(part, cty.DynamicPseudoType)
		if fits && !ty.IsPrimitiveType() && ty != cty.DynamicPseudoType {
			fits = c.refuse(part, withArticle(ty.FriendlyName()), cty.String)
		}
		ok = ok && fits
	}
	return ok
}

// maxLoopTypes is for how many types of elements the body of a loop is checked. Elements
// of more types are looked at only as they come.
const maxLoopTypes = 8

// checkLoop checks the body of a loop, for each type that its elements have. What they
// hold does not matter: a mistake in a type is one in any case.
func (c *termChecker) checkLoop(x *hclsyntax.ForExpr) bool {
	over, ok := c.check(x.CollExpr, cty.DynamicPseudoType)
	if !ok {
		return false
	}
	types := elementTypes(over)
	if over == cty.DynamicPseudoType {
		types = []cty.Type{over}
	}
	key := keyType(over)
	if over.IsSetType() {
		key = over.ElementType()
	}
	checked := map[string]bool{}
	for _, ty := range types {
		name := ty.GoString()
		if checked[name] || len(checked) == maxLoopTypes || c.effort.exhausted() {
			continue
		}
		checked[name] = true
		inner := *c
		inner.ctx = c.ctx.NewChild()
		inner.ctx.Variables = map[string]cty.Value{x.ValVar: cty.UnknownVal(ty)}
		if x.KeyVar != "" {
			inner.ctx.Variables[x.KeyVar] = cty.UnknownVal(key)
		}
		if !inner.checkBody(x) {
			return false // the others would say the same again
		}
	}
	return true
}

// checkBody checks what a loop computes for an element.
func (c *termChecker) checkBody(x *hclsyntax.ForExpr) bool {
	ok := true
	for _, part := range []struct {
		expr hclsyntax.Expression
		want cty.Type
	}{{x.CondExpr, cty.Bool}, {x.KeyExpr, cty.String}, {x.ValExpr, cty.DynamicPseudoType}} {
		if part.expr != nil {
			_, fits := c.check(part.expr, part.want)
			ok = ok && fits
		}
	}
	return ok
}
