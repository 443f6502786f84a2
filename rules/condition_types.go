package rules

import (
	"errors"
	"fmt"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
)

// HCL finds values of different types unequal, without a word. In a condition that is
// never what was meant: upload.owner != 7 would be true for every upload, and abort
// those that it was written to keep. It also takes a text for the number that it holds,
// and a number for a text, so that a value in the wrong form would be computed with
// until one cannot be converted.

// strictTypes makes == and != in an expression fail where the types of both sides
// make them unequal whatever the values are, and everything else in it that would convert
// between texts, numbers and bools. met is told of each failure, as try and can would
// hide it.
func strictTypes(expr hclsyntax.Expression, met *mistakes) {
	note := met.note
	_ = hclsyntax.VisitAll(expr, func(n hclsyntax.Node) hcl.Diagnostics {
		switch x := n.(type) {
		case *hclsyntax.BinaryOpExpr:
			if isLogical(x.Op) {
				undecidedOnly(x, met)
			}
			x.Op = strictOperation(x.Op, note)
		case *hclsyntax.UnaryOpExpr:
			x.Op = strictOperation(x.Op, note)
		case *hclsyntax.ConditionalExpr:
			chosenOnly(x, met)
			x.Condition = checked(x.Condition, note, isKind(cty.Bool))
			x.TrueResult, x.FalseResult = checkedPair(x.TrueResult, x.FalseResult, note, oneKind)
		case *hclsyntax.IndexExpr:
			x.Collection, x.Key = checkedPair(x.Collection, x.Key, note, func(collection, key cty.Value) error {
				return simpleKind(key, keyType(collection.Type()))
			})
		case *hclsyntax.ObjectConsKeyExpr:
			if computesKey(x) {
				x.Wrapped = checked(x.Wrapped, note, isKind(cty.String))
			}
		case *hclsyntax.ForExpr:
			if x.KeyExpr != nil {
				x.KeyExpr = checked(x.KeyExpr, note, isKind(cty.String))
			}
			if x.CondExpr != nil {
				x.CondExpr = checked(x.CondExpr, note, isKind(cty.Bool))
			}
		}
		return nil
	})
}

// A checkedExpr is an expression whose value is looked at. The parentheses hold it where a
// walk over the expressions finds it.
type checkedExpr struct {
	*hclsyntax.ParenthesesExpr
	look func(cty.Value) error
}

func checked(expr hclsyntax.Expression, note func(error), look func(cty.Value) error) *checkedExpr {
	if before, twice := expr.(*checkedExpr); twice {
		expr = before.Expression
	}
	told := noting(note, func(args []cty.Value) error { return look(args[0]) })
	return &checkedExpr{
		parenthesized(expr),
		func(v cty.Value) error { return told([]cty.Value{v}) },
	}
}

// checkedPair makes b be looked at together with a, which HCL evaluates right before it. A
// value of one is never held against the other's of an earlier evaluation.
func checkedPair(a, b hclsyntax.Expression, note func(error), look func(a, b cty.Value) error) (first, second *checkedExpr) {
	before := cty.DynamicVal
	first = checked(a, note, func(v cty.Value) error {
		before = v
		return nil
	})
	second = checked(b, note, func(v cty.Value) error {
		held := before
		before = cty.DynamicVal
		return look(held, v)
	})
	return first, second
}

// Value is that of the expression, and an error where the look found one.
func (c *checkedExpr) Value(ctx *hcl.EvalContext) (cty.Value, hcl.Diagnostics) {
	v, diags := c.Expression.Value(ctx)
	if diags.HasErrors() {
		return v, diags
	}
	if err := c.look(v); err != nil {
		return cty.DynamicVal, append(diags, &hcl.Diagnostic{
			Severity: hcl.DiagError, Summary: "Wrong type of value", Detail: sentence(err.Error()),
			Subject: c.Range().Ptr(), Expression: c.Expression, EvalContext: ctx,
		})
	}
	return v, diags
}

// computesKey reports whether the key of an object is an expression, and no plain name.
func computesKey(key *hclsyntax.ObjectConsKeyExpr) bool {
	_, name := key.Wrapped.(*hclsyntax.ScopeTraversalExpr)
	return !name && hcl.ExprAsKeyword(key.Wrapped) == "" || key.ForceNonLiteral
}

// keyType is the type of what a value of the type is indexed with.
func keyType(of cty.Type) cty.Type {
	switch {
	case of.IsMapType() || of.IsObjectType():
		return cty.String
	case of.IsListType() || of.IsTupleType():
		return cty.Number
	}
	return cty.DynamicPseudoType
}

// strictOperation is op, which fails for values that it cannot compare or compute with.
func strictOperation(op *hclsyntax.Operation, note func(error)) *hclsyntax.Operation {
	strict, takes := *op, signatureOf(op.Impl)
	switch {
	case op == hclsyntax.OpEqual || op == hclsyntax.OpNotEqual:
		strict.Impl = strictFunction(op.Impl, noting(note, func(args []cty.Value) error { return sameKind(args[0], args[1]) }))
	case takes.at(0).IsPrimitiveType():
		strict.Impl = strictFunction(op.Impl, noting(note, func(args []cty.Value) error { return takes.keptKinds("", args) }))
	default:
		return op
	}
	if op.ShortCircuit != nil {
		strict.ShortCircuit = boolsOnly(op.ShortCircuit)
	}
	return &strict
}

type shortCircuit = func(left, right cty.Value, leftDiags, rightDiags hcl.Diagnostics) (cty.Value, hcl.Diagnostics)

// boolsOnly is short, which takes its operands for bools, where they are. Others are left
// to the operator, which refuses them.
func boolsOnly(short shortCircuit) shortCircuit {
	is := func(v cty.Value) bool {
		return v.Type() == cty.Bool || v.Type() == cty.DynamicPseudoType && !v.IsKnown()
	}
	return func(left, right cty.Value, leftDiags, rightDiags hcl.Diagnostics) (cty.Value, hcl.Diagnostics) {
		switch {
		case !is(left):
		case is(right):
			return short(left, right, leftDiags, rightDiags)
		case left.IsKnown(): // it may decide alone
			return short(left, left, leftDiags, leftDiags)
		}
		return cty.NilVal, nil
	}
}

// sameKind is an error for two values that are never equal because of their types. null
// can be compared with everything.
func sameKind(a, b cty.Value) error {
	a, _ = a.Unmark()
	b, _ = b.Unmark()
	left, right := a.Type(), b.Type()
	switch {
	case a.IsNull(), b.IsNull(), left.HasDynamicTypes(), right.HasDynamicTypes():
		return nil
	case mayBeEqual(left, right):
		return nil
	case !left.IsPrimitiveType() && !right.IsPrimitiveType():
		return errors.New("this compares values of different types, which are never equal, whatever they hold: a list that is written out is a tuple, of the types of its elements; write tolist(...) or tomap(...) around both, or compare their lengths")
	case left.IsPrimitiveType() && right.IsPrimitiveType():
		return fmt.Errorf("this compares %s with %s, and values of different types are never equal; write texts in quotes, and numbers without",
			withArticle(left.FriendlyName()), withArticle(right.FriendlyName()))
	}
	return errors.New("this compares " + withArticle(left.FriendlyName()) + " with " + withArticle(right.FriendlyName()) +
		", and values of different types are never equal; contains(list, text) looks for a text in a list")
}

// mayBeEqual reports whether a value of one type can equal one of the other, as far as
// the types of what they hold say. Whether both hold as many elements is no matter of
// types here: names != [] is a question.
func mayBeEqual(a, b cty.Type) bool {
	switch {
	case a.Equals(b):
		return true
	case a.IsTupleType() && b.IsTupleType():
		left, right := a.TupleElementTypes(), b.TupleElementTypes()
		for i := range min(len(left), len(right)) {
			if !mayBeEqual(left[i], right[i]) {
				return false
			}
		}
		return true
	case a.IsObjectType() && b.IsObjectType():
		for name, ty := range a.AttributeTypes() {
			if b.HasAttribute(name) && !mayBeEqual(ty, b.AttributeType(name)) {
				return false
			}
		}
		return true
	}
	return false
}
