package rules

import (
	"fmt"
	"maps"
	"math/big"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"
)

// warnConstant warns about a condition whose value does not follow from what comes
// later, and about its terms of which that is true. What follows from the values of
// variables can change with them, and what follows from bucket lists too: once those are
// known everything else was looked at before.
func (l *loader) warnConstant(expr hclsyntax.Expression, ctx *hcl.EvalContext, later laterValue) {
	if later.want != cty.Bool || l.found != nil {
		return
	}
	child := ctx.NewChild()
	child.Variables = map[string]cty.Value{}
	if namesAny(expr, []string{later.root}) {
		child.Variables = l.writtenBindings(expr, ctx)
	}
	child.Variables[later.root] = likely(later.typ, later.least)
	child.Functions = certainFunctions()
	look := l.certain(expr, later)
	v, diags := l.effort.counted(look).Value(child)
	always, known := boolOf(v)
	at := spot{at: expr.Range(), expr: expr, ctx: ctx}
	switch {
	case !diags.HasErrors() && known && later.switched(look): // off, by the values of now
	case !diags.HasErrors() && known && always && asksWhetherTold(look): // not where it is not told
	case !diags.HasErrors() && known:
		l.warnIn(at, "Condition that never changes", fmt.Sprintf("This is always %v, %s.%s", always, later.always[always], certainRemedy(look)))
	case !namesAny(expr, []string{later.root}) && (diags.HasErrors() || v.IsKnown()):
		l.warnIn(at, "Condition that never changes", fmt.Sprintf(
			"This names nothing of %s, so that its value is the same for all. Compare an attribute: %s.", later.root,
			enumerate(slices.Collect(maps.Keys(later.typ.AttributeTypes())), "or")))
	default:
		l.warnTerms(look, ctx, child, later)
	}
}

// certain is expr with comparisons that know what is certain about each side, and calls of
// can that know what never fails.
func (l *loader) certain(expr hclsyntax.Expression, later laterValue) hclsyntax.Expression {
	alone := l.parsedAgain(expr)
	if alone == nil {
		return expr
	}
	_ = hclsyntax.VisitAll(alone, func(n hclsyntax.Node) hcl.Diagnostics {
		switch x := n.(type) {
		case *hclsyntax.BinaryOpExpr:
			x.Op = certainOperation(x.Op)
		case *hclsyntax.FunctionCallExpr:
			certainCall(x, later)
		}
		return nil
	})
	return alone
}

// parsedAgain is expr as it is written, to be changed, or nil.
func (l *loader) parsedAgain(expr hclsyntax.Expression) hclsyntax.Expression {
	at := expr.Range()
	alone, diags := hclsyntax.ParseExpression([]byte(l.sourceOf(expr)), at.Filename, at.Start)
	if diags.HasErrors() {
		return nil
	}
	return alone
}

// sourceOf is the text that expr was read from, which can be read again.
func (l *loader) sourceOf(expr hclsyntax.Expression) string {
	at := expr.Range()
	f := l.files[at.Filename]
	if f == nil {
		return ""
	}
	source := string(at.SliceBytes(f.Bytes))
	if strings.Contains(source, "<<") { // the end of a heredoc counts only with its line break
		source += "\n"
	}
	return source
}

// warnTerms warns about operands of && and || that never change. One that follows from
// variables, and from nothing else, is a switch.
func (l *loader) warnTerms(expr hclsyntax.Expression, ctx, child *hcl.EvalContext, later laterValue) {
	switch x := bare(expr).(type) {
	case *hclsyntax.UnaryOpExpr:
		l.warnTerms(x.Val, ctx, child, later)
	case *hclsyntax.ConditionalExpr:
		for _, part := range []hclsyntax.Expression{x.Condition, x.TrueResult, x.FalseResult} {
			l.warnTerms(part, ctx, child, later)
		}
	case *hclsyntax.BinaryOpExpr:
		if !isLogical(x.Op) {
			return
		}
		for _, term := range []hclsyntax.Expression{x.LHS, x.RHS} {
			v, diags := l.effort.counted(term).Value(child)
			always, known := boolOf(v)
			switch {
			case diags.HasErrors() || !known || later.switched(term):
				l.warnTerms(term, ctx, child, later)
			case len(term.Variables()) == 0 || namesAny(term, []string{later.root}):
				l.warnIn(spot{at: term.Range(), expr: term, ctx: ctx}, "Term that never changes", fmt.Sprintf(
					"This is always %v, so that the condition says no more with it than without. Remove it, or compare an attribute of %s that it follows from.%s",
					always, later.root, certainRemedy(term)))
			}
		}
	}
}

// switched reports whether variables alone decide about a part of a term.
func (v *laterValue) switched(term hclsyntax.Expression) (found bool) {
	fixed := func(part hclsyntax.Expression) bool {
		return len(part.Variables()) > 0 && !namesAny(part, []string{v.root})
	}
	_ = hclsyntax.VisitAll(term, func(n hclsyntax.Node) hcl.Diagnostics {
		switch x := n.(type) {
		case *hclsyntax.BinaryOpExpr:
			found = found || isLogical(x.Op) && (fixed(x.LHS) || fixed(x.RHS))
		case *hclsyntax.ConditionalExpr:
			found = found || fixed(x.Condition)
		}
		return nil
	})
	return found
}

// boolOf returns the value of a bool that is known.
func boolOf(v cty.Value) (on, known bool) {
	if v == cty.NilVal {
		return false, false
	}
	v = unmarked(v)
	if !v.IsKnown() || v.IsNull() || v.Type() != cty.Bool {
		return false, false
	}
	return v.True(), true
}

// likely is an unknown value of the type with what is certain about every one: nothing
// in it is null, and no number is negative, or below what least says of its name.
func likely(ty cty.Type, least map[string]cty.Value) cty.Value {
	switch {
	case ty == cty.Number:
		return atLeast(cty.Zero)
	case ty.IsObjectType():
		attrs := map[string]cty.Value{}
		for name, of := range ty.AttributeTypes() {
			attrs[name] = likely(of, nil)
			if n, ok := least[name]; ok {
				attrs[name] = atLeast(n)
			}
		}
		return cty.ObjectVal(attrs)
	}
	return cty.UnknownVal(ty).RefineNotNull()
}

// asksWhetherTold reports whether a condition compares with null what a store may keep to
// itself. It is true where the store tells it, and has no answer elsewhere: without it,
// more would be aborted.
func asksWhetherTold(expr hclsyntax.Expression) (asks bool) {
	_ = hclsyntax.VisitAll(expr, func(n hclsyntax.Node) hcl.Diagnostics {
		if x, ok := n.(*hclsyntax.BinaryOpExpr); ok {
			asks = asks || isNullLiteral(x.LHS) || isNullLiteral(x.RHS)
		}
		return nil
	})
	return asks
}

func atLeast(n cty.Value) cty.Value {
	return cty.UnknownVal(cty.Number).Refine().NotNull().NumberRangeLowerBound(n, true).NewValue()
}

// certainOperation is op, which also has a value where the bounds of two numbers
// decide.
func certainOperation(op *hclsyntax.Operation) *hclsyntax.Operation {
	decide := certainly(op)
	if decide == nil {
		return op
	}
	sure := *op
	sure.Impl = detour(op.Impl, anyArgs, func(args []cty.Value) (cty.Value, bool) {
		a, ok1 := boundsOf(args[0])
		b, ok2 := boundsOf(args[1])
		if !ok1 || !ok2 {
			return cty.NilVal, false
		}
		on, known := decide(a, b)
		return cty.BoolVal(on), known
	})
	return &sure
}

// bounds are the least and the greatest number that a value may be.
type bounds struct{ low, high *big.Float }

func boundsOf(v cty.Value) (bounds, bool) {
	v, _ = v.Unmark()
	if v.Type() != cty.Number || v.IsNull() {
		return bounds{}, false
	}
	if v.IsKnown() {
		n := v.AsBigFloat()
		return bounds{n, n}, true
	}
	of := v.Range()
	low, _ := of.NumberLowerBound()
	high, _ := of.NumberUpperBound()
	if of.CouldBeNull() || !low.IsKnown() || !high.IsKnown() {
		return bounds{}, false
	}
	return bounds{low.AsBigFloat(), high.AsBigFloat()}, true
}

// certainly says what a comparison comes to for two numbers between bounds, where they
// decide.
func certainly(op *hclsyntax.Operation) func(a, b bounds) (on, known bool) {
	notBelow := func(a, b bounds) bool { return a.low.Cmp(b.high) >= 0 }
	above := func(a, b bounds) bool { return a.low.Cmp(b.high) > 0 }
	switch op {
	case hclsyntax.OpGreaterThan:
		return func(a, b bounds) (on, known bool) { return above(a, b), above(a, b) || notBelow(b, a) }
	case hclsyntax.OpGreaterThanOrEqual:
		return func(a, b bounds) (on, known bool) { return notBelow(a, b), notBelow(a, b) || above(b, a) }
	case hclsyntax.OpLessThan:
		return func(a, b bounds) (on, known bool) { return above(b, a), above(b, a) || notBelow(a, b) }
	case hclsyntax.OpLessThanOrEqual:
		return func(a, b bounds) (on, known bool) { return notBelow(b, a), notBelow(b, a) || above(a, b) }
	case hclsyntax.OpEqual:
		return func(a, b bounds) (on, known bool) { return false, above(a, b) || above(b, a) }
	case hclsyntax.OpNotEqual:
		return func(a, b bounds) (on, known bool) { return true, above(a, b) || above(b, a) }
	}
	return nil
}

// certainFunctions are those of texts, which also have a value where every text has it.
func certainFunctions() map[string]function.Function {
	always := func(f function.Function, fixed int, every func(string) bool) function.Function {
		return detour(f, anyArgs, func(args []cty.Value) (cty.Value, bool) {
			text, known := textOf(unmarked(args[fixed]))
			return cty.True, known && every(text)
		})
	}
	empty := func(s string) bool { return s == "" }
	return map[string]function.Function{
		alwaysTrue:    alwaysTrueFunc(),
		"length":      certainLength(),
		"startswith":  always(startsWithFunc(), 1, empty),
		"endswith":    always(endsWithFunc(), 1, empty),
		"strcontains": always(textFunctions()["strcontains"], 1, empty),
		"glob": always(globFunc(), 0, func(s string) bool {
			g, err := ParseGlob(s)
			return err == nil && g.swallows("")
		}),
		"contains": detour(containsFunc(), elementsOfKind, func(args []cty.Value) (cty.Value, bool) {
			return cty.False, isEmptyList(args[0])
		}),
		"file": unreadFile(),
	}
}

func isEmptyList(v cty.Value) bool {
	v, _ = v.Unmark()
	return v.IsKnown() && !v.IsNull() && v.CanIterateElements() && v.LengthInt() == 0
}

// anyArgs has nothing against any arguments.
func anyArgs([]cty.Value) error { return nil }
