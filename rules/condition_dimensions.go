package rules

import (
	"slices"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
)

// A dimension is what a number counts: a currency, or a unit. It marks numbers, and so goes wherever
// they go in an expression: through lists, loops, conditionals and functions.
type dimension string

// dimensionsOf are the dimensions of a number, sorted: more than one where it is made of
// numbers that do not belong together.
func dimensionsOf(v cty.Value) []string {
	var found []string
	for mark := range v.Marks() {
		if d, ok := mark.(dimension); ok {
			found = append(found, string(d))
		}
	}
	slices.Sort(found)
	return found
}

// A dimensionCheck follows dimensions through an expression. joined is told of each
// operator and call that takes numbers of several together.
type dimensionCheck struct {
	*termChecker
	joined func(at hcl.Range, dimensions []string)
	rates  bool                   // several may be multiplied and divided
	found  map[hcl.Range][]string // of each part of the expression; nil: nobody asks
}

// look evaluates the expression with a value for what comes later, whose numbers carry
// their dimensions. Where nobody knows yet what is chosen, all choices are.
func (d *dimensionCheck) look(later cty.Value) {
	alone := d.parsedAgain(d.expr)
	if alone == nil {
		return
	}
	alone = d.effort.counted(alone)
	_ = hclsyntax.VisitAll(alone, func(n hclsyntax.Node) hcl.Diagnostics {
		switch x := n.(type) {
		case *countedExpr: // around every other one
			x.Expression = d.followed(x.Expression)
		case *hclsyntax.ConditionalExpr:
			decide(x)
		case *hclsyntax.ForExpr:
			if x.CondExpr != nil {
				x.CondExpr = &assumed{parenthesized(x.CondExpr)}
			}
		case *hclsyntax.ScopeTraversalExpr:
			ofSomeRule(x.Traversal)
		case *hclsyntax.IndexExpr:
			if referenceText(x.Collection) == planRules {
				x.Key = &hclsyntax.LiteralValueExpr{Val: cty.StringVal(someRule), SrcRange: x.Key.Range()}
			}
		}
		return nil
	})
	child := d.ctx.NewChild()
	child.Variables = map[string]cty.Value{d.later.root: later}
	_, _ = alone.Value(child) // what has no value was told
}

// followed is an expression that tells of its dimensions. A sum is of that of its terms,
// and so is what a function gives that does not count; a multiple is not: a rate of
// exchange is at work.
func (d *dimensionCheck) followed(expr hclsyntax.Expression) hclsyntax.Expression {
	made := &joint{ParenthesesExpr: parenthesized(expr), check: d, keeps: true}
	switch x := expr.(type) {
	case *hclsyntax.BinaryOpExpr:
		made.keeps = x.Op == hclsyntax.OpAdd || x.Op == hclsyntax.OpSubtract
		made.joins = made.keeps || x.Op.Impl.Params()[0].Type != cty.Bool && (x.Op.Type == cty.Bool || !d.rates)
		if x.Op == hclsyntax.OpEqual || x.Op == hclsyntax.OpNotEqual {
			made.sides = []hclsyntax.Expression{x.LHS, x.RHS}
		}
	case *hclsyntax.FunctionCallExpr:
		if isTry(x) && len(x.Args) > 0 { // it would not tell what it was made of
			return x.Args[0]
		}
		made.joins = slices.Contains([]string{"sum", "max", "min"}, x.Name)
		made.keeps = !slices.Contains([]string{"length", "index", "signum", "log", "pow"}, x.Name)
		made.gives = unitFunctions()[x.Name]
	}
	return made
}

// unitFunctions are those whose numbers have a unit.
func unitFunctions() map[string]dimension {
	return map[string]dimension{"duration": inSeconds, "bytes": inBytes}
}

// A joint is a part of an expression, whose value carries the dimensions of all that it
// was made of. joins says that it takes them together as numbers, and keeps, that a number
// that it gives is of their dimension.
type joint struct {
	*hclsyntax.ParenthesesExpr
	check        *dimensionCheck
	joins, keeps bool
	sides        []hclsyntax.Expression // that are joined only where they are numbers, and not objects of several
	gives        dimension              // to a number, by itself

	is cty.Type // the last value's
}

// Value is that of the expression, with its dimension.
func (j *joint) Value(ctx *hcl.EvalContext) (cty.Value, hcl.Diagnostics) {
	v, diags := j.Expression.Value(ctx)
	j.is = v.Type()
	dimensions := dimensionsOf(v)
	several := j.joins && len(dimensions) > 1 && !slices.ContainsFunc(j.sides, isSeveral)
	if several {
		j.check.joined(j.Range(), dimensions)
	}
	if several || !j.keeps || v.Type() == cty.Bool || v.Type() == cty.String {
		v, _ = v.Unmark()
	}
	if j.gives != "" && v.Type() == cty.Number {
		v = v.Mark(j.gives)
	}
	if j.check.found != nil {
		j.check.found[j.Range()] = dimensionsOf(v)
	}
	return v, diags
}

// isSeveral reports whether a part that was followed is a value that holds others.
func isSeveral(expr hclsyntax.Expression) bool {
	counted, _ := expr.(*countedExpr)
	if counted == nil {
		return false
	}
	part, ok := counted.Expression.(*joint)
	return ok && (part.is.IsObjectType() || part.is.IsTupleType() || part.is.IsCollectionType())
}

// A decision is a part of a conditional, whose condition is evaluated once. A result is null
// where it is known that the other one is chosen: HCL would hand on its dimension all the
// same.
type decision struct {
	*hclsyntax.ParenthesesExpr
	made *decided
	when *bool // the condition that a result is for; nil: it is the condition
}

type decided struct {
	condition hclsyntax.Expression
	value     cty.Value
	diags     hcl.Diagnostics
}

// decide makes the parts of a conditional parts of one decision.
func decide(x *hclsyntax.ConditionalExpr) {
	made, yes, no := &decided{condition: x.Condition}, true, false
	x.TrueResult = &decision{parenthesized(x.TrueResult), made, &yes}
	x.FalseResult = &decision{parenthesized(x.FalseResult), made, &no}
	x.Condition = &decision{parenthesized(x.Condition), made, nil}
}

// Value is that of the part. HCL evaluates the result for true before the others.
func (d *decision) Value(ctx *hcl.EvalContext) (cty.Value, hcl.Diagnostics) {
	if d.when == nil {
		return d.made.value, d.made.diags
	}
	if *d.when {
		d.made.value, d.made.diags = d.made.condition.Value(ctx)
	}
	if on, known := boolOf(d.made.value); known && on != *d.when {
		return cty.NullVal(cty.DynamicPseudoType), nil
	}
	return d.Expression.Value(ctx)
}

// An assumed is the filter of a loop, which lets through what it may let through.
type assumed struct{ *hclsyntax.ParenthesesExpr }

// Value is that of the filter, and true where it is not known.
func (a *assumed) Value(ctx *hcl.EvalContext) (cty.Value, hcl.Diagnostics) {
	v, diags := a.Expression.Value(ctx)
	if _, known := boolOf(v); !diags.HasErrors() && !known {
		return cty.True, nil
	}
	return v, diags
}
