package rules

import (
	"slices"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
)

// A laterSource is what a condition is evaluated for: an upload, or a value.
type laterSource struct {
	upload *subject
	value  cty.Value // where upload is nil
}

// An evaluator evaluates a condition in one goroutine, once for every upload of a
// listing. It means what HCL means by the expression, and is faster in three ways: what
// does not follow from the upload was computed beforehand, attributes of upload are
// read without building an object, and comparisons of simple values that are known are
// done here.
type evaluator struct {
	condition *Condition
	expr      hclsyntax.Expression
	effort    effort
	ctx       *hcl.EvalContext
	whole     bool // something in the expression needs upload as an object

	met mistakes

	later laterSource
	slots []cty.Value // of Condition.names, as far as they were asked for; else cty.NilVal
}

func (c *Condition) evaluator() *evaluator {
	if e, ok := c.evaluators.Get().(*evaluator); ok {
		return e
	}
	expr, diags := hclsyntax.ParseExpression([]byte(c.source), c.at.Filename, c.at.Start)
	if diags.HasErrors() {
		panic("rules: a condition that was read before cannot be read: " + diags.Error())
	}
	e := &evaluator{condition: c, effort: effort{limit: maxConditionEffort}, ctx: c.ctx.NewChild(), slots: make([]cty.Value, len(c.names))}
	e.ctx.Variables = map[string]cty.Value{}
	e.ctx.Functions = strictCalls(c.loose, expr, e.met.note)
	e.expr = e.prepare(expr)
	return e
}

// evaluate returns the value for what came later.
func (e *evaluator) evaluate(later laterSource) (cty.Value, hcl.Diagnostics) {
	e.later, e.effort.used, e.met.last = later, 0, nil
	clear(e.slots)
	switch {
	case later.upload == nil:
		e.ctx.Variables[e.condition.later] = later.value
	case e.whole:
		e.ctx.Variables[e.condition.later] = uploadValue(e.condition.names, later.upload)
	}
	return e.expr.Value(e.ctx)
}

// prepare returns expr in the form that is evaluated. Inside of loops everything stays
// as HCL reads it: names mean other things there.
func (e *evaluator) prepare(expr hclsyntax.Expression) hclsyntax.Expression {
	if literal := e.computed(expr); literal != nil {
		return literal
	}
	switch x := expr.(type) {
	case *hclsyntax.ScopeTraversalExpr:
		if i := e.slot(x); i >= 0 {
			return &attributeExpr{parenthesized(x), e, i}
		}
	case *hclsyntax.ParenthesesExpr:
		return e.prepare(x.Expression)
	case *hclsyntax.UnaryOpExpr:
		x.Val, x.Op = e.prepare(x.Val), strictOperation(x.Op, e.met.note)
		return e.counted(x)
	case *hclsyntax.BinaryOpExpr:
		x.LHS, x.RHS = e.prepare(x.LHS), e.prepare(x.RHS)
		op := x.Op
		x.Op = strictOperation(op, e.met.note)
		if op.Type == cty.Bool {
			return &comparisonExpr{parenthesized(x), x, op}
		}
		return e.counted(x)
	case *hclsyntax.ConditionalExpr:
		x.Condition, x.TrueResult, x.FalseResult = e.prepare(x.Condition), e.prepare(x.TrueResult), e.prepare(x.FalseResult)
		return &choiceExpr{parenthesized(x), x, e}
	case *hclsyntax.FunctionCallExpr:
		if x.ExpandFinal || x.Name == "try" || x.Name == "can" {
			break // those look at their arguments themselves
		}
		for i, arg := range x.Args {
			x.Args[i] = e.prepare(arg)
		}
		return e.counted(x)
	}
	e.whole = e.whole || e.refers(expr)
	strictTypes(expr, &e.met)
	return e.effort.counted(expr)
}

// counted counts the value of expr, whose parts are counted already.
func (e *evaluator) counted(expr hclsyntax.Expression) hclsyntax.Expression {
	return &countedExpr{parenthesized(expr), &e.effort}
}

// computed returns the value of an expression that refers to nothing of what comes
// later, or nil where there is none.
func (e *evaluator) computed(expr hclsyntax.Expression) hclsyntax.Expression {
	if e.refers(expr) {
		return nil
	}
	v, diags := expr.Value(e.condition.ctx)
	if diags.HasErrors() || !v.IsWhollyKnown() {
		return nil
	}
	return &hclsyntax.LiteralValueExpr{Val: v, SrcRange: expr.Range()}
}

// refers reports whether expr refers to what comes later.
func (e *evaluator) refers(expr hcl.Expression) bool {
	return namesAny(expr, []string{e.condition.later})
}

// slot is the place in Condition.names of the attribute that x is, or -1.
func (e *evaluator) slot(x *hclsyntax.ScopeTraversalExpr) int {
	if t := x.Traversal; len(t) == 2 && t.RootName() == e.condition.later {
		name, _ := stepName(t[1])
		return slices.IndexFunc(e.condition.names, func(a uploadAttribute) bool { return a.name == name })
	}
	return -1
}

// An attributeExpr is one attribute of upload. The parentheses hold it where a walk
// over the expressions finds it.
type attributeExpr struct {
	*hclsyntax.ParenthesesExpr
	e    *evaluator
	slot int
}

// Value returns the attribute of the upload at hand.
func (a *attributeExpr) Value(*hcl.EvalContext) (cty.Value, hcl.Diagnostics) {
	v := &a.e.slots[a.slot]
	if *v == cty.NilVal {
		*v = a.e.condition.names[a.slot].value(a.e.later.upload)
	}
	return *v, nil
}

// A comparisonExpr is an operator that gives true or false.
type comparisonExpr struct {
	*hclsyntax.ParenthesesExpr
	x  *hclsyntax.BinaryOpExpr // with strictOperation
	op *hclsyntax.Operation
}

// Value is that of the operator. HCL does everything but the simple cases.
func (c *comparisonExpr) Value(ctx *hcl.EvalContext) (cty.Value, hcl.Diagnostics) {
	left, leftDiags := c.x.LHS.Value(ctx)
	if simple(left) && len(leftDiags) == 0 && left.Type() == cty.Bool &&
		(c.op == hclsyntax.OpLogicalAnd && left.False() || c.op == hclsyntax.OpLogicalOr && left.True()) {
		return left, nil // the other side does not matter
	}
	right, rightDiags := c.x.RHS.Value(ctx)
	if len(leftDiags)+len(rightDiags) == 0 && simple(left) && simple(right) && left.Type() == right.Type() {
		if v := c.compare(left, right); v != cty.NilVal {
			return v, nil
		}
	}
	// Each side is evaluated once: a chain of operators would take twice as long with
	// each of them otherwise.
	x := *c.x
	x.LHS, x.RHS = &evaluatedExpr{c.x.LHS, left, leftDiags}, &evaluatedExpr{c.x.RHS, right, rightDiags}
	return x.Value(ctx)
}

// compare is the operator for two simple values of one type, or cty.NilVal.
func (c *comparisonExpr) compare(left, right cty.Value) cty.Value {
	switch op := c.op; {
	case op == hclsyntax.OpEqual:
		return left.Equals(right)
	case op == hclsyntax.OpNotEqual:
		return left.Equals(right).Not()
	case left.Type() == cty.Bool && isLogical(op):
		return right
	case left.Type() != cty.Number:
	case op == hclsyntax.OpGreaterThan:
		return left.GreaterThan(right)
	case op == hclsyntax.OpGreaterThanOrEqual:
		return left.GreaterThanOrEqualTo(right)
	case op == hclsyntax.OpLessThan:
		return left.LessThan(right)
	case op == hclsyntax.OpLessThanOrEqual:
		return left.LessThanOrEqualTo(right)
	}
	return cty.NilVal
}

// A choiceExpr is a conditional. HCL evaluates both of its results, and a mistake in the
// one that is not chosen does not count.
type choiceExpr struct {
	*hclsyntax.ParenthesesExpr
	x *hclsyntax.ConditionalExpr
	e *evaluator
}

// Value is that of the conditional.
func (c *choiceExpr) Value(ctx *hcl.EvalContext) (cty.Value, hcl.Diagnostics) {
	on, diags := c.x.Condition.Value(ctx)
	if err := simpleKind(on, cty.Bool); err != nil {
		c.e.met.note(err)
	}
	var yes, no cty.Value
	var yesDiags, noDiags hcl.Diagnostics
	inYes := c.e.met.aside(func() { yes, yesDiags = c.x.TrueResult.Value(ctx) })
	inNo := c.e.met.aside(func() { no, noDiags = c.x.FalseResult.Value(ctx) })
	if chosen, known := boolOf(on); known && chosen {
		c.e.met.keep(inYes)
	} else {
		c.e.met.keep(inNo)
	}
	if err := oneKind(yes, no); err != nil {
		c.e.met.note(err)
	}
	x := *c.x
	x.Condition = &evaluatedExpr{c.x.Condition, on, diags}
	x.TrueResult, x.FalseResult = &evaluatedExpr{c.x.TrueResult, yes, yesDiags}, &evaluatedExpr{c.x.FalseResult, no, noDiags}
	return x.Value(ctx)
}

// An evaluatedExpr is an expression whose value is there.
type evaluatedExpr struct {
	hclsyntax.Expression
	value cty.Value
	diags hcl.Diagnostics
}

// Value returns what the expression came to.
func (e *evaluatedExpr) Value(*hcl.EvalContext) (cty.Value, hcl.Diagnostics) { return e.value, e.diags }

// simple reports whether v is a text, a number, true or false that is known.
func simple(v cty.Value) bool {
	return !v.IsMarked() && v.Type().IsPrimitiveType() && v.IsKnown() && !v.IsNull()
}
