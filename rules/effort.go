package rules

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
)

// A few lines can describe values that no memory holds: texts that double thirty
// times, loops in loops. What is computed is therefore counted, and the counting
// ends it. The count knows no clock, so that the same rules always load or never.
const (
	maxEffort   = 128 << 20 // bytes of values, over all expressions of a rule set
	elementCost = 128       // bytes that stand for an element, besides its text

	maxComparisons = 32 << 20 // of a name or a prefix with another
	globCost       = 4        // comparisons that stand for one with a glob over keys
	maxBits        = 4096     // of a number's magnitude: 1e999 has 3,319
)

// An effort counts what evaluating a rule set has produced.
type effort struct {
	limit    int // of used; maxEffort when 0
	used     int
	reported bool
}

func (e *effort) exhausted() bool { return e.used > cmp.Or(e.limit, maxEffort) }

// count adds v with all it holds and says whether one of its numbers is beyond
// what can be computed with.
func (e *effort) count(v cty.Value) (numbersFit bool) {
	e.used += elementCost
	if v != cty.NilVal {
		v, _ = v.Unmark()
	}
	if e.exhausted() || v == cty.NilVal || !v.IsKnown() || v.IsNull() {
		return true
	}
	switch ty := v.Type(); {
	case ty == cty.String:
		e.used += len(v.AsString())
	case ty == cty.Number:
		n := v.AsBigFloat()
		exponent := n.MantExp(nil)
		return !n.IsInf() && exponent <= maxBits && exponent >= -maxBits
	case v.CanIterateElements():
		for it := v.ElementIterator(); it.Next() && !e.exhausted(); {
			k, element := it.Element()
			if name, ok := textOf(k); ok { // a set may hold null, which is its own key
				e.used += len(name)
			}
			if !e.count(element) {
				return false
			}
		}
	}
	return true
}

// A countedExpr is an expression whose value is counted whenever it is computed.
// The parentheses hold it where a walk over the expressions finds it.
type countedExpr struct {
	*hclsyntax.ParenthesesExpr
	effort *effort
}

// Value evaluates the expression. Once the effort is exhausted there is only the
// unknown value: it ends everything that goes on from it, without a message for
// each round of a loop.
func (c *countedExpr) Value(ctx *hcl.EvalContext) (cty.Value, hcl.Diagnostics) {
	if c.effort.exhausted() {
		return cty.DynamicVal, nil
	}
	v, diags := c.Expression.Value(ctx)
	if diags.HasErrors() || c.effort.count(v) {
		return v, diags
	}
	at := c.Range()
	d := &hcl.Diagnostic{Severity: hcl.DiagError, Summary: "Number too large", Subject: &at,
		Detail: fmt.Sprintf("This number has more than %d bits, and nothing in a rule needs one so large or so small.", maxBits)}
	if op, ok := c.Expression.(*hclsyntax.BinaryOpExpr); ok && mayDivide(op.Op) && v.Type() == cty.Number && v.AsBigFloat().IsInf() {
		d.Summary, d.Detail = "Division by zero", "This divides by zero, which has no result."
	}
	return cty.DynamicVal, append(diags, d)
}

// mayDivide reports whether an infinite number of an operator comes from a division. The
// operators of conditions (strictOperation) take no text, which is the only other way to
// one.
func mayDivide(op *hclsyntax.Operation) bool {
	return !slices.Contains([]*hclsyntax.Operation{hclsyntax.OpAdd, hclsyntax.OpSubtract, hclsyntax.OpMultiply, hclsyntax.OpModulo}, op)
}

// counted returns expr with every expression in it counted. Names and literals in
// the places that HCL looks at by their kind stay as they are.
func (e *effort) counted(expr hclsyntax.Expression) hclsyntax.Expression {
	switch x := expr.(type) {
	case nil:
		return nil
	case *countedExpr, *hclsyntax.LiteralValueExpr:
		return expr
	case *checkedExpr:
		x.Expression = e.counted(x.Expression)
		return x
	case *watchedExpr:
		x.Expression = e.counted(x.Expression)
		return x
	case *hclsyntax.FunctionCallExpr:
		e.countAll(x.Args)
	case *hclsyntax.ConditionalExpr:
		x.Condition, x.TrueResult, x.FalseResult = e.counted(x.Condition), e.counted(x.TrueResult), e.counted(x.FalseResult)
	case *hclsyntax.IndexExpr:
		x.Collection, x.Key = e.counted(x.Collection), e.counted(x.Key)
	case *hclsyntax.TupleConsExpr:
		e.countAll(x.Exprs)
	case *hclsyntax.ObjectConsExpr:
		for i := range x.Items {
			x.Items[i].ValueExpr = e.counted(x.Items[i].ValueExpr)
			if key, ok := x.Items[i].KeyExpr.(*hclsyntax.ObjectConsKeyExpr); ok {
				e.countKey(key)
			}
		}
	case *hclsyntax.ForExpr:
		x.CollExpr, x.KeyExpr, x.ValExpr, x.CondExpr = e.counted(x.CollExpr), e.counted(x.KeyExpr), e.counted(x.ValExpr), e.counted(x.CondExpr)
	case *hclsyntax.SplatExpr:
		x.Source = e.counted(x.Source)
	case *hclsyntax.TemplateExpr:
		e.countAll(x.Parts)
	case *hclsyntax.TemplateJoinExpr:
		x.Tuple = e.counted(x.Tuple)
	case *hclsyntax.TemplateWrapExpr:
		x.Wrapped = e.counted(x.Wrapped)
	case *hclsyntax.BinaryOpExpr:
		x.LHS, x.RHS = e.counted(x.LHS), e.counted(x.RHS)
	case *hclsyntax.UnaryOpExpr:
		x.Val = e.counted(x.Val)
	case *hclsyntax.ParenthesesExpr:
		x.Expression = e.counted(x.Expression)
	case *hclsyntax.RelativeTraversalExpr:
		x.Source = e.counted(x.Source)
	}
	return &countedExpr{parenthesized(expr), e}
}

// countKey counts the key of an object, unless it is a plain name.
func (e *effort) countKey(key *hclsyntax.ObjectConsKeyExpr) {
	if _, name := key.Wrapped.(*hclsyntax.ScopeTraversalExpr); !name || key.ForceNonLiteral {
		key.Wrapped = e.counted(key.Wrapped)
	}
}

func (e *effort) countAll(list []hclsyntax.Expression) {
	for i, x := range list {
		list[i] = e.counted(x)
	}
}

// fits reports a value that exhausts the effort, once.
func (l *loader) fits(at *hcl.Range) bool {
	if !l.effort.exhausted() {
		return true
	}
	if !l.effort.reported {
		l.effort.reported = true
		l.diags = append(l.diags, &hcl.Diagnostic{
			Severity: hcl.DiagError, Summary: "Values too large", Subject: at,
			Detail: fmt.Sprintf("The values that these rules compute take more than %d MiB up to here. "+
				"Look for texts or lists that multiply: loops in loops, or values made of several copies of another.", maxEffort>>20),
		})
	}
	return false
}

// compares counts n comparisons of what rules and protects name, and reports where those
// of all of them would take too long.
func (l *loader) compares(n int, at *hcl.Range) bool {
	before := l.compared
	if l.compared += n; l.compared <= maxComparisons {
		return true
	}
	if before <= maxComparisons {
		l.diags = append(l.diags, &hcl.Diagnostic{
			Severity: hcl.DiagError, Summary: "Lists too long", Subject: at,
			Detail: fmt.Sprintf("To hold buckets, prefixes, globs and protects against one another takes more than %d million steps up to here. "+
				"Shorten the lists of this block, or split the rules over several directories.", maxComparisons>>20),
		})
	}
	return false
}
