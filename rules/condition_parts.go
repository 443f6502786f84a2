package rules

import (
	"iter"
	"slices"

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

// checkLoop checks the body of a loop, for the first element of each type that is not left
// out by its "if".
func (c *termChecker) checkLoop(x *hclsyntax.ForExpr) bool {
	if _, ok := c.check(x.CollExpr, cty.DynamicPseudoType); !ok {
		return false
	}
	over, diags := c.effort.counted(x.CollExpr).Value(c.ctx)
	if diags.HasErrors() || over.IsNull() {
		return true // that is told where the whole loop is evaluated
	}
	checked := map[string]bool{}
	for key, value := range elementsOf(over) {
		name := value.Type().GoString()
		if checked[name] {
			continue
		}
		if len(checked) == maxLoopTypes || c.effort.exhausted() {
			break
		}
		inner := *c
		inner.ctx = c.ctx.NewChild()
		inner.ctx.Variables = map[string]cty.Value{x.ValVar: value}
		if x.KeyVar != "" {
			inner.ctx.Variables[x.KeyVar] = key
		}
		if on, known := inner.decided(x.CondExpr); known && !on {
			continue
		}
		checked[name] = true
		inner.dead = slices.Concat(c.dead, inner.deadParts(x.ValExpr, inner.ctx, c.later.root))
		if !inner.checkBody(x) {
			return false // the others would say the same again
		}
	}
	return true
}

// decided returns the value of an "if" that follows from what is known, if there is one.
func (c *termChecker) decided(condition hclsyntax.Expression) (on, known bool) {
	if condition == nil {
		return true, true
	}
	v, diags := c.effort.counted(condition).Value(c.ctx)
	if diags.HasErrors() {
		return false, false
	}
	return boolOf(v)
}

// elementsOf are the keys and values that a loop over a value goes through. Where they are
// not known yet, they are one unknown element of each type.
func elementsOf(over cty.Value) iter.Seq2[cty.Value, cty.Value] {
	over, marks := over.Unmark()
	return func(yield func(key, value cty.Value) bool) {
		ty := over.Type()
		switch {
		case over.IsKnown() && over.CanIterateElements():
			for it := over.ElementIterator(); it.Next(); {
				key, value := it.Element()
				if !yield(key.WithMarks(marks), value.WithMarks(marks)) {
					return
				}
			}
		case ty == cty.DynamicPseudoType:
			yield(cty.DynamicVal, cty.DynamicVal)
		default:
			for _, element := range elementTypes(ty) {
				if !yield(cty.UnknownVal(keyType(ty)), cty.UnknownVal(element)) {
					return
				}
			}
		}
	}
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
