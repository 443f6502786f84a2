package rules

import (
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"
	"github.com/zclconf/go-cty/cty/function"
)

// HCL converts what a function is given to the types of its parameters, and some functions
// convert several values to the type that they have together. In a condition that hides
// mistakes: coalesce(upload.size, "x") == "0" would compare texts, and nobody sees which
// of the two is a number.

// strictNamed is a function as a condition calls it: it converts nothing between texts,
// numbers and bools. note is told of each failure.
func strictNamed(name string, f function.Function, note func(error)) function.Function {
	takes := signatureOf(f)
	if !takes.mayConvert(name) {
		return f
	}
	look := noting(note, func(args []cty.Value) error { return takes.keptKinds(name, args) })
	return strictFunction(f, notingUnreadable(name, note, look))
}

// mayConvert reports whether the function of the name may convert one of its arguments.
func (s *signature) mayConvert(name string) bool {
	converts := func(ty cty.Type) bool { return ty.IsPrimitiveType() || ty.IsCollectionType() }
	return name == "sum" || joins(name) || converts(s.rest) || slices.ContainsFunc(s.params, converts)
}

// keptKinds is an error for an argument of the function of the name that is, or holds,
// what would be converted between texts, numbers and bools.
func (s *signature) keptKinds(name string, args []cty.Value) error {
	for i, v := range args {
		if err := simpleKind(v, s.at(i)); err != nil {
			return function.NewArgError(i, err)
		}
	}
	if t, found := s.turnedIn(name, args); found {
		return function.NewArgErrorf(t.arg, "here %s would become %s, and conditions convert nothing by themselves; %s",
			withArticle(t.is.FriendlyName()), withArticle(t.becomes.FriendlyName()), kindsRemedy)
	}
	return nil
}

const kindsRemedy = "write texts in quotes, and numbers without, or tonumber(...) or tostring(...) around it"

// isKind is simpleKind for one type.
func isKind(want cty.Type) func(cty.Value) error {
	return func(v cty.Value) error { return simpleKind(v, want) }
}

// simpleKind is an error for a value of another simple type than the one that is needed.
func simpleKind(v cty.Value, want cty.Type) error {
	v, _ = v.Unmark()
	if is := v.Type(); !v.IsNull() && is.IsPrimitiveType() && want.IsPrimitiveType() && is != want {
		return fmt.Errorf("here %s is needed, but this is %s, and conditions convert nothing by themselves; %s",
			withArticle(want.FriendlyName()), withArticle(is.FriendlyName()), kindsRemedy)
	}
	return nil
}

// oneKind is an error for two values, one of which would be converted to the type of the
// other where either of them may be chosen.
func oneKind(a, b cty.Value) error {
	if a.IsNull() || b.IsNull() {
		return nil
	}
	both := []cty.Type{a.Type(), b.Type()}
	for _, from := range both {
		if is, becomes, found := turned(from, unified(both)); found {
			return errors.New("one of these two is " + withArticle(becomes.FriendlyName()) + " and the other " + withArticle(is.FriendlyName()) +
				", and conditions convert nothing by themselves; " + kindsRemedy)
		}
	}
	return nil
}

// A turn is what a call would convert: a simple type in one of its arguments, and the
// simple type that it would become.
type turn struct {
	arg         int
	is, becomes cty.Type
}

// turnedIn returns the first of what a call of the function of the name would convert. A
// null converts to everything, and what is not known is looked at when it is.
func (s *signature) turnedIn(name string, args []cty.Value) (turn, bool) {
	composed := func(v cty.Value) bool { return !v.Type().IsPrimitiveType() }
	if !joins(name) && !slices.ContainsFunc(args, composed) {
		return turn{}, false // simpleKind was enough
	}
	if name == "lookup" && len(args) == 3 && args[0].Type().IsObjectType() && args[1].IsKnown() {
		return turn{}, false // an object converts nothing
	}
	types := make([]cty.Type, len(args))
	for i, v := range args {
		types[i] = cty.DynamicPseudoType
		if !v.IsNull() {
			types[i] = v.Type()
		}
	}
	for i, to := range s.typesWithin(name, types) {
		if is, becomes, found := turned(types[i], to); found {
			return turn{i, is, becomes}, true
		}
	}
	return turn{}, false
}

// joins reports whether a function converts values to the type that they have together.
func joins(name string) bool {
	switch name {
	case "coalesce", "concat", "lookup", "matchkeys", "setintersection", "setproduct", "setsubtract", "setunion", "tolist", "tomap", "toset":
		return true
	}
	return false
}

// typesWithin returns the types that arguments of these types have when the function of
// the name looks at them.
func (s *signature) typesWithin(name string, types []cty.Type) []cty.Type {
	within := slices.Clone(types)
	all := func(list []cty.Type, ty cty.Type) {
		for i := range list {
			list[i] = ty
		}
	}
	switch name {
	case "coalesce":
		all(within, unified(types))
	case "concat": // of tuples it makes a tuple
		if !slices.ContainsFunc(types, func(ty cty.Type) bool { return !ty.IsListType() }) {
			all(within, commonList(types))
		}
	case "lookup":
		switch {
		case len(types) != 3:
		case types[0].IsMapType():
			within[2] = types[0].ElementType()
		case types[0].IsObjectType(): // nobody knows which one it will be
			common := unified(append(elementTypes(types[0]), types[2]))
			within[0], within[2] = cty.Map(common), common
		}
	case "matchkeys":
		if len(types) == 3 {
			all(within[1:], commonList(types[1:]))
		}
	case "setintersection", "setsubtract", "setunion":
		all(within, commonList(types))
	case "setproduct", "tolist", "tomap", "toset":
		all(within, cty.List(cty.DynamicPseudoType))
	case "sum":
		all(within, cty.List(cty.Number))
	default:
		for i := range within {
			within[i] = s.at(i)
		}
	}
	return within
}

// commonList is the type of a list of what values of these types hold together.
func commonList(types []cty.Type) cty.Type {
	var elements []cty.Type
	for _, ty := range types {
		elements = append(elements, elementTypes(ty)...)
	}
	return cty.List(unified(elements))
}

// turned returns the first simple type in a type that is another one once a value is
// converted to the type to. Where to leaves the type of elements open, they get the one
// that they have together; which collection it is makes no difference.
func turned(from, to cty.Type) (is, becomes cty.Type, found bool) {
	switch {
	case from.IsPrimitiveType() && to.IsPrimitiveType():
		return from, to, from != to
	case to.IsTupleType() && from.IsTupleType():
		for i, ty := range from.TupleElementTypes()[:min(from.Length(), to.Length())] {
			if is, becomes, found = turned(ty, to.TupleElementType(i)); found {
				return is, becomes, true
			}
		}
	case to.IsObjectType() && from.IsObjectType():
		for _, name := range slices.Sorted(maps.Keys(from.AttributeTypes())) {
			if !to.HasAttribute(name) {
				continue
			}
			if is, becomes, found = turned(from.AttributeType(name), to.AttributeType(name)); found {
				return is, becomes, true
			}
		}
	case to.IsCollectionType():
		elements := elementTypes(from)
		element := to.ElementType()
		if element == cty.DynamicPseudoType {
			element = unified(elements)
		}
		for _, ty := range elements {
			if is, becomes, found = turned(ty, element); found {
				return is, becomes, true
			}
		}
	}
	return cty.NilType, cty.NilType, false
}

// elementTypes are the types of what a value of the type holds, in a fixed order.
func elementTypes(ty cty.Type) []cty.Type {
	switch {
	case ty.IsCollectionType():
		return []cty.Type{ty.ElementType()}
	case ty.IsTupleType():
		return ty.TupleElementTypes()
	case ty.IsObjectType():
		var types []cty.Type
		for _, name := range slices.Sorted(maps.Keys(ty.AttributeTypes())) {
			types = append(types, ty.AttributeType(name))
		}
		return types
	}
	return nil
}

// unified is the type that values of these types are converted to together, of any type
// where there is none. What is not known says nothing about it. Each type is given once to
// cty, which holds all of them against one another.
func unified(types []cty.Type) cty.Type {
	var different []cty.Type
	for _, ty := range types {
		if ty != cty.DynamicPseudoType && !slices.ContainsFunc(different, ty.Equals) {
			different = append(different, ty)
		}
	}
	if len(different) == 0 {
		return cty.DynamicPseudoType
	}
	if ty, _ := convert.UnifyUnsafe(different); ty != cty.NilType {
		return ty
	}
	return cty.DynamicPseudoType
}
