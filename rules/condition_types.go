package rules

import (
	"errors"
	"fmt"
	"slices"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"
	"github.com/zclconf/go-cty/cty/function"
)

// HCL finds values of different types unequal, without a word. In a condition that is
// never what was meant: upload.owner != 7 would be true for every upload, and abort
// those that it was written to keep. It also takes a text for the number that it holds,
// and a number for a text, so that a value in the wrong form would be computed with
// until one cannot be converted.

// strictTypes makes == and != in an expression fail where the types of both sides
// make them unequal whatever the values are, and what computes with numbers where it
// is given a text. note is told of each failure, as try and can would hide it; it may be
// nil.
func strictTypes(expr hclsyntax.Expression, note func(error)) {
	_ = hclsyntax.VisitAll(expr, func(n hclsyntax.Node) hcl.Diagnostics {
		switch x := n.(type) {
		case *hclsyntax.BinaryOpExpr:
			x.Op = strictOperation(x.Op, note)
		case *hclsyntax.UnaryOpExpr:
			x.Op = strictOperation(x.Op, note)
		}
		return nil
	})
}

// strictOperation is op, which fails for values that it cannot compare or compute with.
func strictOperation(op *hclsyntax.Operation, note func(error)) *hclsyntax.Operation {
	strict := *op
	switch {
	case op == hclsyntax.OpEqual || op == hclsyntax.OpNotEqual:
		strict.Impl = strictFunction(op.Impl, noting(note, func(args []cty.Value) error { return sameKind(args[0], args[1]) }))
	case op.Impl.Params()[0].Type.IsPrimitiveType():
		strict.Impl = strictFunction(op.Impl, noting(note, func(args []cty.Value) error { return simpleKinds(op.Impl, args) }))
	default:
		return op
	}
	return &strict
}

// strictNamed is a function as a condition calls it: it converts no text to a number and
// no number to a text.
func strictNamed(name string, f function.Function, note func(error)) function.Function {
	switch {
	case name == "sum":
		return strictFunction(f, noting(note, func(args []cty.Value) error {
			if err := eachElement(args[0], func(v cty.Value) error { return simpleKind(v, cty.Number) }); err != nil {
				return function.NewArgError(0, err)
			}
			return nil
		}))
	case takesSimple(f):
		return strictFunction(f, noting(note, func(args []cty.Value) error { return simpleKinds(f, args) }))
	}
	return f
}

// takesSimple reports whether f has a parameter whose arguments would be converted.
func takesSimple(f function.Function) bool {
	params := f.Params()
	if v := f.VarParam(); v != nil {
		params = append(params, *v)
	}
	return slices.ContainsFunc(params, func(p function.Parameter) bool { return p.Type.IsPrimitiveType() })
}

// paramType is the type that f wants for an argument.
func paramType(f function.Function, i int) cty.Type {
	switch params := f.Params(); {
	case i < len(params):
		return params[i].Type
	case f.VarParam() != nil:
		return f.VarParam().Type
	}
	return cty.DynamicPseudoType
}

func eachElement(list cty.Value, look func(cty.Value) error) error {
	list, _ = list.Unmark()
	if ty := list.Type(); ty.IsListType() || ty.IsSetType() {
		return look(cty.UnknownVal(ty.ElementType()))
	}
	if list.IsNull() || !list.IsKnown() || !list.CanIterateElements() {
		return nil
	}
	for it := list.ElementIterator(); it.Next(); {
		_, element := it.Element()
		if err := look(element); err != nil {
			return err
		}
	}
	return nil
}

// strictFunction is f, after a look at its arguments.
func strictFunction(f function.Function, look func([]cty.Value) error) function.Function {
	spec := &function.Spec{
		Type: func(args []cty.Value) (cty.Type, error) {
			if err := look(args); err != nil {
				return cty.NilType, err
			}
			args, err := converted(f, args)
			if err != nil {
				return cty.NilType, err
			}
			return f.ReturnTypeForValues(args)
		},
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			args, err := converted(f, args)
			if err != nil {
				return cty.NilVal, err
			}
			return f.Call(args)
		},
	}
	for _, p := range f.Params() {
		spec.Params = append(spec.Params, unconverted(p))
	}
	if v := f.VarParam(); v != nil {
		p := unconverted(*v)
		spec.VarParam = &p
	}
	return function.New(spec)
}

// unconverted is a parameter that takes values as they are.
func unconverted(p function.Parameter) function.Parameter {
	return function.Parameter{Name: p.Name, Type: cty.DynamicPseudoType, AllowNull: true, AllowUnknown: true, AllowDynamicType: true, AllowMarked: true}
}

// converted converts arguments as HCL does before a call.
func converted(f function.Function, args []cty.Value) ([]cty.Value, error) {
	all := make([]cty.Value, len(args))
	for i, v := range args {
		var err error
		if all[i], err = convert.Convert(v, paramType(f, i)); err != nil {
			return nil, function.NewArgError(i, err)
		}
	}
	return all, nil
}

// simpleKinds is an error for an argument of f that is of another simple type than the
// one that f takes.
func simpleKinds(f function.Function, args []cty.Value) error {
	for i, v := range args {
		if err := simpleKind(v, paramType(f, i)); err != nil {
			return function.NewArgError(i, err)
		}
	}
	return nil
}

func simpleKind(v cty.Value, want cty.Type) error {
	v, _ = v.Unmark()
	if is := v.Type(); !v.IsNull() && is.IsPrimitiveType() && want.IsPrimitiveType() && is != want {
		return fmt.Errorf("here %s is needed, but this is %s, and conditions convert nothing by themselves; write texts in quotes, and numbers without, or tonumber(...) or tostring(...) around it",
			withArticle(want.FriendlyName()), withArticle(is.FriendlyName()))
	}
	return nil
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
