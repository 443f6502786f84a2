package rules

import (
	"errors"
	"fmt"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"
)

// HCL finds values of different types unequal, without a word. In a condition that is
// never what was meant: upload.owner != 7 would be true for every upload, and abort
// those that it was written to keep.

// strictTypes makes == and != in an expression fail where the types of both sides
// make them unequal whatever the values are.
func strictTypes(expr hclsyntax.Expression) {
	_ = hclsyntax.VisitAll(expr, func(n hclsyntax.Node) hcl.Diagnostics {
		if x, ok := n.(*hclsyntax.BinaryOpExpr); ok {
			x.Op = strictOperation(x.Op)
		}
		return nil
	})
}

// strictOperation is op, which fails for values that it cannot compare.
func strictOperation(op *hclsyntax.Operation) *hclsyntax.Operation {
	if op != hclsyntax.OpEqual && op != hclsyntax.OpNotEqual {
		return op
	}
	strict := *op
	strict.Impl = strictFunction(op.Impl, func(args []cty.Value) error { return sameKind(args[0], args[1]) })
	return &strict
}

// strictFunction is f, after a look at its arguments.
func strictFunction(f function.Function, look func([]cty.Value) error) function.Function {
	params := make([]function.Parameter, len(f.Params()))
	for i, p := range f.Params() {
		params[i] = function.Parameter{Name: p.Name, Type: p.Type, AllowNull: true, AllowUnknown: true, AllowDynamicType: true, AllowMarked: true}
	}
	return function.New(&function.Spec{
		Params: params,
		Type: func(args []cty.Value) (cty.Type, error) {
			if err := look(args); err != nil {
				return cty.NilType, err
			}
			return cty.Bool, nil
		},
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) { return f.Call(args) },
	})
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
