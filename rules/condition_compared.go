package rules

import (
	"iter"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
)

// A comparison is a part of a where that holds an attribute of upload against texts.
type comparison struct {
	attribute string // "upload.key"
	with      []hclsyntax.Expression
	by        comparedBy
	function  string // that compares them; empty for operators and brackets
}

// comparedBy says what in an attribute a text is held against.
type comparedBy uint8

const (
	byWhole comparedBy = iota
	byBeginning
	byPart
	byGlob
	byRegex
)

// warnTexts warns about texts that attributes of upload are compared with, and that
// mean something else than they seem to.
func (c *termChecker) warnTexts() {
	loops := c.loopValues(c.expr)
	_ = hclsyntax.VisitAll(c.expr, func(n hclsyntax.Node) hcl.Diagnostics {
		part, ok := n.(hclsyntax.Expression)
		if !ok || isWithin(c.dead, part) {
			return nil
		}
		found, ok := comparisonOf(part)
		if !ok {
			return nil
		}
		for _, with := range found.with {
			at := spot{at: with.Range(), expr: with, ctx: c.ctx}
			for v := range c.textsIn(with, loops) {
				if c.warnText(found, v, at) {
					break // the others would say the same again
				}
			}
		}
		return nil
	})
}

// warnText reports whether it warned about a text.
func (c *termChecker) warnText(found comparison, v cty.Value, at spot) bool {
	before := len(c.diags)
	switch found.attribute {
	case "upload.owner", "upload.initiator":
		c.warnAccount(found, v, at)
	case "upload.key":
		if s, known := textOf(v); known && s != "" { // a sensitive one is not told
			c.warnKey(found, text{s, at})
		}
	}
	return len(c.diags) > before
}

// comparisonOf returns which attribute of an upload an expression compares, and what with.
func comparisonOf(expr hclsyntax.Expression) (found comparison, ok bool) {
	var all []hclsyntax.Expression
	switch x := expr.(type) {
	case *hclsyntax.BinaryOpExpr:
		if x.Op == hclsyntax.OpEqual || x.Op == hclsyntax.OpNotEqual {
			all = []hclsyntax.Expression{x.LHS, x.RHS}
		}
	case *hclsyntax.FunctionCallExpr:
		found.function = x.Name
		all, found.by = comparedArguments(x)
	case *hclsyntax.IndexExpr:
		all = []hclsyntax.Expression{x.Collection, x.Key}
	}
	for _, expr := range all {
		if reference := referenceText(onlyElement(expr)); strings.HasPrefix(reference, uploadRoot+".") {
			found.attribute = reference
		} else {
			found.with = append(found.with, expr)
		}
	}
	return found, found.attribute != ""
}

// comparedArguments are the arguments of a call that it holds against one another.
func comparedArguments(x *hclsyntax.FunctionCallExpr) ([]hclsyntax.Expression, comparedBy) {
	switch x.Name {
	case "contains", "index", "setintersection", "setsubtract":
		return x.Args, byWhole
	case "lookup":
		return x.Args[:min(2, len(x.Args))], byWhole
	case "startswith", "trimprefix":
		return x.Args, byBeginning
	case "endswith", "strcontains", "trimsuffix":
		return x.Args, byPart
	case "glob":
		return x.Args, byGlob
	case "regex", "regexall":
		return x.Args, byRegex
	}
	return nil, byWhole
}

// onlyElement is the element of a list that is written out with one alone, and any other
// expression itself.
func onlyElement(expr hclsyntax.Expression) hclsyntax.Expression {
	if list, ok := bare(expr).(*hclsyntax.TupleConsExpr); ok && len(list.Exprs) == 1 {
		return list.Exprs[0]
	}
	return expr
}

// textsIn are the texts that an expression stands for: the one that it is, those of a
// list, the keys of a map, and what a loop gives it. They may be marked.
func (c *termChecker) textsIn(expr hclsyntax.Expression, loops []loopValue) iter.Seq[cty.Value] {
	return func(yield func(cty.Value) bool) {
		for _, v := range loopOf(expr, loops) {
			if !yield(v) {
				return
			}
		}
		v, diags := c.effort.counted(expr).Value(c.ctx)
		if diags.HasErrors() {
			return
		}
		v, marks := v.Unmark()
		if v.IsNull() || !v.IsKnown() || !v.CanIterateElements() {
			yield(v.WithMarks(marks))
			return
		}
		keyed := v.Type().IsMapType() || v.Type().IsObjectType()
		for it := v.ElementIterator(); it.Next(); {
			key, element := it.Element()
			if keyed {
				element = key
			}
			if !yield(element.WithMarks(marks)) {
				return
			}
		}
	}
}
