package rules

import (
	"iter"
	"slices"
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
	folded    string // "lower" or "upper", where that is around the attribute
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

// A comparedText is a text that an attribute of upload is compared with.
type comparedText struct {
	comparison
	value cty.Value // it may be marked
	at    spot
	list  []cty.Value // that it is the first of
}

// warnTexts warns about texts that attributes of upload are compared with, and that
// mean something else than they seem to, or never occur.
func (c *termChecker) warnTexts() {
	texts := c.comparedTexts()
	beside := map[string]bool{}
	for _, t := range texts {
		s, _ := textOf(t.value)
		beside[t.subject()+" "+s] = true
	}
	var told hcl.Range // the others there would say the same again
	for _, t := range texts {
		before := len(c.diags)
		if t.at.at != told {
			c.warnText(t, func(other string) bool { return beside[t.subject()+" "+other] })
		}
		if len(c.diags) > before {
			told = t.at.at
		}
	}
}

// subject is what the text is compared with, as it is written.
func (t *comparedText) subject() string { return t.folded + "(" + t.attribute + ")" }

func (c *termChecker) comparedTexts() (all []comparedText) {
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
			list := slices.Collect(c.textsIn(with, loops))
			for i, v := range list {
				t := comparedText{comparison: found, value: v, at: spot{at: with.Range(), expr: with, ctx: c.ctx}}
				if i == 0 {
					t.list = list
				}
				all = append(all, t)
			}
		}
		return nil
	})
	return all
}

// warnText looks at one text. besides reports whether its attribute is also compared with
// another one.
func (c *termChecker) warnText(t comparedText, besides func(string) bool) {
	s, known := textOf(t.value) // a sensitive one is not told
	known = known && s != ""
	switch {
	case t.folded != "":
		if known {
			c.warnCase(t, s, besides)
		}
	case t.attribute == "upload.owner", t.attribute == "upload.initiator":
		c.warnAccount(t.comparison, t.value, t.at)
	case !known:
	case t.attribute == "upload.key":
		c.warnKey(t.comparison, text{s, t.at})
	case t.attribute == "upload.storage_class":
		c.warnClass(t, s, besides)
	case t.attribute == "upload.bucket":
		c.warnBucket(t, s)
	}
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
		element, folded := withoutCase(onlyElement(expr))
		if reference := referenceText(element); strings.HasPrefix(reference, uploadRoot+".") {
			found.attribute, found.folded = reference, folded
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

// withoutCase returns what lower or upper is called with, and any other expression itself.
func withoutCase(expr hclsyntax.Expression) (of hclsyntax.Expression, folded string) {
	x, ok := bare(expr).(*hclsyntax.FunctionCallExpr)
	if !ok || x.Name != "lower" && x.Name != "upper" || len(x.Args) != 1 {
		return expr, ""
	}
	return x.Args[0], x.Name
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
		if plain := unmarked(v); plain.IsNull() || !plain.IsKnown() || !plain.CanIterateElements() {
			yield(v)
			return
		}
		keyed := v.Type().IsMapType() || v.Type().IsObjectType()
		for key, element := range elementsOf(v) {
			if keyed {
				element = key
			}
			if !yield(element) {
				return
			}
		}
	}
}
