package rules

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"
)

// A termChecker checks the types in an expression over values that come later. HCL
// alone does not see them all: it stops looking at the first term that is not known,
// and turns texts into numbers.
type termChecker struct {
	*loader
	expr    hclsyntax.Expression
	ctx     *hcl.EvalContext // nil where something that the expression refers to does not exist
	later   laterValue
	unknown []hcl.Range // references that were told: what they stand in has no type
	dead    []hcl.Range // parts that variables rule out: see deadParts

	loose map[string]function.Function // the functions as expressions outside of conditions call them
}

// termsOf begins to check an expression over what comes later, which may also refer to
// bound: it reports references to what does not exist.
func (l *loader) termsOf(expr hclsyntax.Expression, bound bindings, later laterValue) *termChecker {
	bound = maps.Clone(bound)
	if bound == nil {
		bound = bindings{}
	}
	bound[later.root] = cty.UnknownVal(later.typ)
	c := &termChecker{loader: l, expr: expr, ctx: l.scope(expr, bound), later: later}
	if c.ctx != nil {
		c.loose = c.ctx.Functions
		c.ctx.Functions = strictFunctions(c.loose, expr)
	}
	c.unknown = l.checkPaths(expr, c.ctx, later)
	return c
}

func (c *termChecker) spot() spot { return spot{at: c.expr.Range(), expr: c.expr, ctx: c.ctx} }

// look checks all of the expression, and reports what is wrong with it. null says that
// it has no value, whatever comes later; ok, that it is a condition.
func (c *termChecker) look() (null, ok bool) {
	at := c.expr.Range()
	if c.ctx == nil || !c.fits(&at) {
		return false, false
	}
	c.dead = c.deadParts(c.expr, c.ctx, c.later.root)
	if c.isNull(c.expr, c.ctx) {
		c.warnNull(c.expr, c.spot())
		return true, false
	}
	if c.later.tried != nil {
		c.later.want = c.kind()
	}
	return false, c.complete(c.expr)
}

// kind is the type that an expression is checked for which may have any: that of its
// value, where conditions have it.
func (c *termChecker) kind() cty.Type {
	v, diags := c.effort.counted(c.expr).Value(c.ctx)
	switch ty := v.Type(); {
	case diags.HasErrors(): // complete reports them
	case ty == cty.DynamicPseudoType: // it may turn out to be one
		return c.later.tried[0]
	case slices.ContainsFunc(c.later.tried, ty.Equals):
		return ty
	}
	return cty.DynamicPseudoType
}

// told reports whether an expression refers to what does not exist.
func (c *termChecker) told(expr hcl.Expression) bool {
	return slices.ContainsFunc(expr.Variables(), func(t hcl.Traversal) bool { return slices.Contains(c.unknown, t.SourceRange()) })
}

// complete checks all of a condition.
func (c *termChecker) complete(expr hclsyntax.Expression) bool {
	ordered, unhidden, allowed := c.inOrder(expr), c.unhidden(expr) && c.readable(expr) && c.absences(expr), c.wholeAllowed(expr)
	want := c.later.want
	if want == cty.String && quotes(expr) {
		want = cty.DynamicPseudoType
	}
	ty, ok := c.check(expr, want)
	if ok && want != c.later.want && !ty.IsPrimitiveType() && ty != cty.DynamicPseudoType {
		ok = c.refuse(expr, withArticle(ty.FriendlyName()), c.later.want)
	}
	if !ok || !ordered || !unhidden || !allowed {
		return false
	}
	_, diags := c.effort.counted(expr).Value(c.ctx)
	c.report(expr, diags)
	return !diags.HasErrors()
}

// check returns the type of expr, which stands where a value of the type want is
// needed; want may be cty.DynamicPseudoType. It reports what is wrong, and ok is false
// then.
func (c *termChecker) check(expr hclsyntax.Expression, want cty.Type) (ty cty.Type, ok bool) {
	if isWithin(c.dead, expr) {
		return want, true
	}
	switch x := bare(expr).(type) {
	case *hclsyntax.BinaryOpExpr:
		if c.ordersTexts(x) {
			return x.Op.Type, false
		}
		params := x.Op.Impl.Params()
		left, ok1 := c.check(x.LHS, params[0].Type)
		right, ok2 := c.check(x.RHS, params[1].Type)
		if !ok1 || !ok2 || !c.comparable(x, left, right) {
			return x.Op.Type, false
		}
		return c.fit(expr, cty.UnknownVal(x.Op.Type), want)
	case *hclsyntax.UnaryOpExpr:
		if _, ok := c.check(x.Val, x.Op.Type); !ok {
			return x.Op.Type, false
		}
		return c.fit(expr, cty.UnknownVal(x.Op.Type), want)
	case *hclsyntax.ConditionalExpr:
		if !c.checkChoice(x, want) {
			return cty.DynamicPseudoType, false
		}
	case *hclsyntax.FunctionCallExpr:
		if !c.checkCall(x) {
			return cty.DynamicPseudoType, false
		}
	default:
		if !c.checkParts(x) {
			return cty.DynamicPseudoType, false
		}
	}
	if c.told(expr) {
		return cty.DynamicPseudoType, false
	}
	v, diags := c.effort.counted(expr).Value(c.ctx)
	if diags.HasErrors() {
		c.report(expr, diags)
		return cty.DynamicPseudoType, false
	}
	if _, chosen := bare(expr).(*hclsyntax.ConditionalExpr); chosen && v.IsKnown() && v.IsNull() {
		return want, true
	}
	return c.fit(expr, v, want)
}

// ordersTexts reports two texts of which one is to be the greater.
func (c *termChecker) ordersTexts(x *hclsyntax.BinaryOpExpr) bool {
	if x.Op.Type != cty.Bool || x.Op.Impl.Params()[0].Type != cty.Number {
		return false
	}
	for _, side := range []hclsyntax.Expression{x.LHS, x.RHS} {
		v, diags := c.effort.counted(side).Value(c.ctx)
		if text, literal := literalText(side); diags.HasErrors() || v.Type() != cty.String || literal && (isNumeral(text) || isSize(text) || isDuration(text)) {
			return false
		}
	}
	c.errorIn(spot{at: x.Range(), expr: x, ctx: c.ctx}, "Wrong type of value",
		"<, <=, > and >= compare numbers, but these are texts, which have no order. Compare texts with == and !=, or write tonumber(...) around both if they hold numbers.")
	return true
}

// checkChoice checks a conditional. null is a choice: the argument counts as not given
// then.
func (c *termChecker) checkChoice(x *hclsyntax.ConditionalExpr, want cty.Type) bool {
	_, ok := c.check(x.Condition, cty.Bool)
	var types []cty.Type
	for _, result := range []hclsyntax.Expression{x.TrueResult, x.FalseResult} {
		ty, fits := cty.DynamicPseudoType, true
		if !isNullLiteral(result) {
			ty, fits = c.check(result, want)
		}
		types, ok = append(types, ty), ok && fits
	}
	if !ok || !types[0].IsPrimitiveType() || !types[1].IsPrimitiveType() || types[0] == types[1] {
		return ok
	}
	wrong, is, other := x.FalseResult, types[1], types[0]
	if isConstant(x.TrueResult) && !isConstant(x.FalseResult) {
		wrong, is, other = x.TrueResult, types[0], types[1]
	}
	return c.wrongBeside(wrong, is, other, "the other result is %s")
}

// wrongBeside reports a value of another simple type than what it stands beside.
func (c *termChecker) wrongBeside(wrong hclsyntax.Expression, is, other cty.Type, beside string) bool {
	c.errorIn(spot{at: wrong.Range(), expr: wrong, ctx: c.ctx}, "Wrong type of value", fmt.Sprintf(
		"This is %s, but "+beside+", and conditions convert nothing by themselves. %s",
		withArticle(is.FriendlyName()), withArticle(other.FriendlyName()), c.instead(wrong, other)))
	return false
}

func (c *termChecker) report(expr hcl.Expression, diags hcl.Diagnostics) {
	if len(diags) > 0 && usesSensitive(expr, c.ctx) {
		diags = c.allWithoutValues(diags, expr, c.ctx)
	}
	c.diags = append(c.diags, allWithRemedies(diags)...)
}

// fit reports a value of a type that is not the wanted one. Elsewhere in HCL a text is
// taken for the number that it holds; nobody sees in a condition which texts hold one.
func (c *termChecker) fit(expr hclsyntax.Expression, v cty.Value, want cty.Type) (cty.Type, bool) {
	v, _ = v.Unmark()
	ty := v.Type()
	if want == cty.DynamicPseudoType || ty == want || ty == cty.DynamicPseudoType && !v.IsKnown() {
		return ty, true
	}
	if v.IsKnown() && v.IsNull() {
		return ty, c.refuse(expr, "null", want)
	}
	return ty, c.refuse(expr, withArticle(ty.FriendlyName()), want)
}

func (c *termChecker) refuse(expr hclsyntax.Expression, is string, want cty.Type) bool {
	c.errorIn(spot{at: expr.Range(), expr: expr, ctx: c.ctx}, "Wrong type of value", fmt.Sprintf(
		"Here %s is needed, but this is %s. %s", withArticle(want.FriendlyName()), is, c.instead(expr, want)))
	return false
}

// instead says what to write where a value of the type want is needed.
func (c *termChecker) instead(expr hclsyntax.Expression, want cty.Type) string {
	text, literal := literalText(expr)
	name := variableName(expr)
	if of := c.attributes(expr); len(of) > 0 {
		return fmt.Sprintf("It holds several values: write one of them, as in %s[%q].", traversalText(stepsOf(expr)), of[0])
	}
	reference := referenceText(expr)
	switch {
	case want == cty.Number && literal && isSize(text):
		return fmt.Sprintf("Write bytes(%q) for a number of bytes.", text)
	case want == cty.Number && literal && isDuration(text):
		return fmt.Sprintf("Write duration(%q) for a number of seconds.", text)
	case want == cty.Number && literal && isNumeral(text):
		return fmt.Sprintf("Remove the quotes: write %s.", text)
	case want == cty.Number && literal:
		return "Write a number, without quotes."
	case want == cty.Number && name != "":
		return fmt.Sprintf("Give the variable type = number, or write tonumber(var.%s), or compare texts with == and !=.", name)
	case want == cty.Number:
		return "Write tonumber(...) around a text that holds a number, or compare texts with == and !=."
	case want == cty.String && name != "":
		return fmt.Sprintf("Give the variable type = string, or write tostring(var.%s).", name)
	case want == cty.String && isLiteral(expr):
		return "Write it in quotes."
	case want == cty.String && reference != "":
		return fmt.Sprintf("Write tostring(%s).", reference)
	case want == cty.String:
		return "Write tostring(...) around it."
	case want == cty.Bool && isRegex(expr):
		return "Write can(regex(...)), which is true where the text fits: regex itself is the part that fits."
	case want == cty.Bool && literal:
		return "Write true or false without quotes, or a comparison such as upload.size > 0."
	case want == cty.Bool:
		return "Compare it with something: ==, !=, <, <=, > and >= give true or false."
	}
	return fmt.Sprintf("Use %s instead.", withArticle(want.FriendlyName()))
}

// isRegex reports a call of regex.
func isRegex(expr hclsyntax.Expression) bool {
	x, ok := bare(expr).(*hclsyntax.FunctionCallExpr)
	return ok && x.Name == "regex"
}

// attributes are the names of what an attribute of what comes later holds, sorted.
func (c *termChecker) attributes(expr hclsyntax.Expression) []string {
	if !c.direct(expr) {
		return nil
	}
	v, diags := expr.Value(c.ctx)
	if diags.HasErrors() || !v.Type().IsObjectType() {
		return nil
	}
	return slices.Sorted(maps.Keys(v.Type().AttributeTypes()))
}

// isNumeral reports whether a text is a number in the form that HCL takes.
func isNumeral(s string) bool {
	_, err := cty.ParseNumberVal(s)
	return err == nil && strings.Trim(s, "0123456789.") == ""
}

func isSize(s string) bool {
	_, err := ParseSize(s)
	return err == nil
}

func isDuration(s string) bool {
	_, err := ParseDuration(s)
	return err == nil
}

// comparable reports == and != between values of two simple types: they are never
// equal.
func (c *termChecker) comparable(x *hclsyntax.BinaryOpExpr, left, right cty.Type) bool {
	if x.Op != hclsyntax.OpEqual && x.Op != hclsyntax.OpNotEqual {
		return true
	}
	if !left.IsPrimitiveType() || !right.IsPrimitiveType() || left == right {
		return true
	}
	wrong, is, want := x.RHS, right, left
	if c.direct(x.RHS) && !c.direct(x.LHS) || right == cty.Bool && isRegex(x.LHS) {
		wrong, is, want = x.LHS, left, right
	}
	c.errorIn(spot{at: wrong.Range(), expr: wrong, ctx: c.ctx}, "Wrong type of value", fmt.Sprintf(
		"This is %s, but the other side is %s, and values of different types are never equal. %s",
		withArticle(is.FriendlyName()), withArticle(want.FriendlyName()), c.insteadOf(wrong, is, want)))
	return false
}

func (c *termChecker) insteadOf(wrong hclsyntax.Expression, is, want cty.Type) string {
	if want == cty.String && is.IsPrimitiveType() && !c.direct(wrong) {
		return "Write it in quotes."
	}
	return c.instead(wrong, want)
}

// direct reports whether expr is an attribute of what comes later, and nothing else.
func (c *termChecker) direct(expr hclsyntax.Expression) bool {
	x, ok := bare(expr).(*hclsyntax.ScopeTraversalExpr)
	return ok && x.Traversal.RootName() == c.later.root
}

// checkCall checks the arguments of a call. try and can are there for those that fail.
func (c *termChecker) checkCall(x *hclsyntax.FunctionCallExpr) bool {
	f, known := c.functions.table()[x.Name]
	if isTry(x) || !known { // one that is not known was told
		return true
	}
	ok, takes := true, signatureOf(f)
	values := make([]cty.Value, len(x.Args))
	for i, arg := range x.Args {
		want := takes.at(i)
		expanded := x.ExpandFinal && i == len(x.Args)-1
		if list, written := bare(arg).(*hclsyntax.TupleConsExpr); written && !expanded {
			if element := elementKind(x.Name, want); element != cty.NilType {
				ok = c.checkElements(list, element, x.Name == "compact") && ok
				values[i] = cty.DynamicVal
				continue
			}
		}
		if c.lacksUnit(x, arg) {
			ok, values[i] = false, cty.DynamicVal
			continue
		}
		if !want.IsPrimitiveType() || expanded {
			want = cty.DynamicPseudoType // a call converts what it is given
		}
		ty, fits := c.check(arg, want)
		values[i], ok = cty.UnknownVal(ty), ok && fits
		if isConstant(arg) && fits {
			values[i], _ = arg.Value(c.ctx)
		}
	}
	if !ok || x.ExpandFinal {
		return ok
	}
	t, found := takes.turnedIn(x.Name, values)
	return !found || c.wrongBeside(c.holding(x.Args[t.arg], t.is), t.is, t.becomes, "here it would become %s")
}

// elementKind is the simple type that the elements of a list need that a function is
// given, or cty.NilType.
func elementKind(name string, param cty.Type) cty.Type {
	switch {
	case name == "sum":
		return cty.Number
	case param.IsListType() && param.ElementType().IsPrimitiveType():
		return param.ElementType()
	}
	return cty.NilType
}

// holding is the first element of the simple type in a list that is written out, and
// the whole expression where there is none.
func (c *termChecker) holding(expr hclsyntax.Expression, ty cty.Type) hclsyntax.Expression {
	list, written := bare(expr).(*hclsyntax.TupleConsExpr)
	if !written {
		return expr
	}
	for _, element := range list.Exprs {
		if v, diags := c.effort.counted(element).Value(c.ctx); !diags.HasErrors() && v.Type() == ty {
			return element
		}
	}
	return expr
}

// checkElements checks the elements of a list that is written out, of which those that are
// null may be left out.
func (c *termChecker) checkElements(list *hclsyntax.TupleConsExpr, want cty.Type, sparse bool) bool {
	ok := true
	for _, element := range list.Exprs {
		if sparse && c.isNull(element, c.ctx) {
			continue
		}
		if _, fits := c.check(element, want); !fits {
			ok = false
		}
	}
	return ok
}
