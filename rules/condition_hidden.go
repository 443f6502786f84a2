package rules

import (
	"fmt"
	"slices"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
)

// try and can are there for values that fail. Around a mistake of the text, which
// fails for every upload, they make a condition that is always the same: what
// !can(startswith(upload.key)) was to keep is not kept.

// wholeAllowed reports the later value itself where an attribute of it is meant: a
// function that is handed all of it would look up a misspelled name without a word.
func (c *termChecker) wholeAllowed(expr hclsyntax.Expression) (ok bool) {
	ok = true
	if !c.later.isUpload() {
		return ok
	}
	var indexed []hcl.Range
	_ = hclsyntax.VisitAll(expr, func(n hclsyntax.Node) hcl.Diagnostics {
		if x, is := n.(*hclsyntax.IndexExpr); is {
			indexed = append(indexed, x.Collection.Range())
		}
		return nil
	})
	for _, t := range expr.Variables() {
		if t.RootName() != c.later.root || len(t) > 1 || slices.Contains(indexed, t.SourceRange()) {
			continue
		}
		ok = false
		c.errorAt(t.SourceRange(), "Upload as a whole", fmt.Sprintf(
			"%s alone is no value to compute with: a name that it does not have would be missed without a word. Write one of its attributes, such as upload.owner.", c.later.root))
	}
	return ok
}

// unhidden reports the mistakes in the arguments of try and can that fail whatever
// comes later.
func (c *termChecker) unhidden(expr hclsyntax.Expression) (ok bool) {
	ok = true
	seen := map[hclsyntax.Expression]bool{}
	look := func(n hclsyntax.Node) {
		if inner, is := n.(hclsyntax.Expression); is && !seen[inner] {
			seen[inner] = true
			ok = !c.failsAlone(inner) && ok
		}
	}
	_ = hclsyntax.VisitAll(expr, func(n hclsyntax.Node) hcl.Diagnostics {
		x, call := n.(*hclsyntax.FunctionCallExpr)
		if !call || !isTry(x) || seen[x] {
			return nil
		}
		for _, arg := range x.Args {
			_ = hclsyntax.VisitAll(arg, func(n hclsyntax.Node) hcl.Diagnostics { look(n); return nil })
		}
		return nil
	})
	return ok
}

func isTry(x *hclsyntax.FunctionCallExpr) bool { return x.Name == "try" || x.Name == "can" }

// failsAlone reports an operator or a call that always fails, although each of its
// parts has a value. Constants may fail inside of try: that is what it is for.
func (c *termChecker) failsAlone(expr hclsyntax.Expression) bool {
	if x, call := expr.(*hclsyntax.FunctionCallExpr); call && c.wrongCount(x) {
		_, diags := x.Value(c.ctx)
		c.report(expr, diags)
		return true
	}
	var values []cty.Value
	parts := c.partsOf(expr)
	for _, part := range parts {
		v, diags := c.effort.counted(part).Value(c.ctx)
		if diags.HasErrors() {
			return false // that is told by itself, or meant
		}
		if v.IsKnown() && v.IsNull() && !isNullLiteral(part) {
			return false // it may be given: that is what try is for
		}
		values = append(values, v)
	}
	if len(values) == 0 {
		return false
	}
	if isWithin(c.dead, expr) {
		return false
	}
	if op := operationOf(expr); op != nil {
		for i, v := range values {
			if want := signatureOf(op.Impl).at(i); simpleKind(v, want) != nil {
				return !c.refuse(parts[i], withArticle(v.Type().FriendlyName()), want)
			}
		}
	}
	if x, ok := expr.(*hclsyntax.BinaryOpExpr); ok && (x.Op == hclsyntax.OpEqual || x.Op == hclsyntax.OpNotEqual) {
		if err := sameKind(values[0], values[1]); err != nil {
			c.errorIn(spot{at: x.Range(), expr: x, ctx: c.ctx}, "Wrong type of value", sentence(err.Error()))
			return true
		}
	}
	_, diags := c.effort.counted(expr).Value(c.ctx)
	if diags.HasErrors() {
		c.report(expr, diags)
	}
	return diags.HasErrors()
}

func operationOf(expr hclsyntax.Expression) *hclsyntax.Operation {
	switch x := expr.(type) {
	case *hclsyntax.BinaryOpExpr:
		return x.Op
	case *hclsyntax.UnaryOpExpr:
		return x.Op
	}
	return nil
}

// partsOf are what an operator or a call is made of that must not fail by itself.
func (c *termChecker) partsOf(expr hclsyntax.Expression) []hclsyntax.Expression {
	late := namesAny(expr, []string{c.later.root})
	switch x := expr.(type) {
	case *hclsyntax.FunctionCallExpr:
		if !isTry(x) && (late || isPattern(x)) {
			return x.Args
		}
	case *hclsyntax.BinaryOpExpr:
		if late {
			return []hclsyntax.Expression{x.LHS, x.RHS}
		}
	case *hclsyntax.UnaryOpExpr:
		if late {
			return []hclsyntax.Expression{x.Val}
		}
	}
	return nil
}

// isPattern reports whether a call reads a text of the rules that no value makes right.
func isPattern(x *hclsyntax.FunctionCallExpr) bool {
	if len(x.Args) == 0 || !slices.Contains([]string{"regex", "regexall", "glob", "duration", "bytes"}, x.Name) {
		return false
	}
	_, literal := literalText(x.Args[0])
	return literal
}

// wrongCount reports whether a call has fewer or more arguments than its function takes.
func (c *termChecker) wrongCount(x *hclsyntax.FunctionCallExpr) bool {
	f, known := c.functions.table()[x.Name]
	if !known || x.ExpandFinal {
		return false
	}
	n := len(f.Params())
	return len(x.Args) < n || len(x.Args) > n && f.VarParam() == nil
}
