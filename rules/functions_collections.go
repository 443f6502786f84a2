package rules

import (
	"errors"
	"fmt"
	"slices"

	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"
	"github.com/zclconf/go-cty/cty/function"
	"github.com/zclconf/go-cty/cty/function/stdlib"
)

// Functions of collections that Terraform has and cty has not.

// allTrueFunc says whether every element is true; of an empty list, it is.
func allTrueFunc() function.Function {
	return boolsFunction(func(list []cty.Value) cty.Value {
		for _, v := range list {
			switch {
			case !v.IsKnown():
				return cty.UnknownVal(cty.Bool)
			case v.IsNull() || v.False():
				return cty.False
			}
		}
		return cty.True
	})
}

// anyTrueFunc says whether one element is true.
func anyTrueFunc() function.Function {
	return boolsFunction(func(list []cty.Value) cty.Value {
		result := cty.False
		for _, v := range list {
			switch {
			case !v.IsKnown():
				result = cty.UnknownVal(cty.Bool)
			case !v.IsNull() && v.True():
				return cty.True
			}
		}
		return result
	})
}

func boolsFunction(result func(list []cty.Value) cty.Value) function.Function {
	return function.New(&function.Spec{
		Params: []function.Parameter{{Name: "list", Type: cty.List(cty.Bool)}},
		Type:   function.StaticReturnType(cty.Bool),
		Impl:   func(args []cty.Value, _ cty.Type) (cty.Value, error) { return result(args[0].AsValueSlice()), nil },
	})
}

// sumFunc adds the numbers of a list, a set or a tuple.
func sumFunc() function.Function {
	return function.New(&function.Spec{
		Params: []function.Parameter{{Name: "list", Type: cty.DynamicPseudoType}},
		Type: func(args []cty.Value) (cty.Type, error) {
			if !isList(args[0].Type()) {
				return cty.NilType, function.NewArgErrorf(0, "sum adds the numbers of a list")
			}
			return cty.Number, nil
		},
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			switch {
			case !args[0].IsWhollyKnown():
				return cty.UnknownVal(cty.Number), nil
			case args[0].LengthInt() == 0:
				return cty.NilVal, function.NewArgErrorf(0, "an empty list has no sum")
			}
			sum := cty.Zero
			for _, v := range args[0].AsValueSlice() {
				n, err := convert.Convert(v, cty.Number)
				if err != nil || n.IsNull() {
					return cty.NilVal, function.NewArgErrorf(0, "every element must be a number")
				}
				if sum, err = stdlib.Add(sum, n); err != nil {
					return cty.NilVal, err
				}
			}
			return sum, nil
		},
	})
}

// oneFunc returns the only element of a list, or null when it is empty.
func oneFunc() function.Function {
	tooMany := errors.New("one takes a list, a set or a tuple of at most one element")
	return function.New(&function.Spec{
		Params: []function.Parameter{{Name: "list", Type: cty.DynamicPseudoType}},
		Type: func(args []cty.Value) (cty.Type, error) {
			switch ty := args[0].Type(); {
			case ty.IsListType() || ty.IsSetType():
				return ty.ElementType(), nil
			case ty.IsTupleType() && ty.Length() == 1:
				return ty.TupleElementType(0), nil
			case ty.IsTupleType() && ty.Length() == 0:
				return cty.DynamicPseudoType, nil
			}
			return cty.NilType, function.NewArgError(0, tooMany)
		},
		Impl: func(args []cty.Value, ty cty.Type) (cty.Value, error) {
			switch elements := args[0].AsValueSlice(); len(elements) {
			case 0:
				return cty.NullVal(ty), nil
			case 1:
				return elements[0], nil
			}
			return cty.NilVal, function.NewArgError(0, tooMany)
		},
	})
}

// maxCompares bounds the pairs that matchkeys looks at.
const maxCompares = 1_000_000

// matchKeysFunc returns those values whose key, in the list beside, is in a third list.
func matchKeysFunc() function.Function {
	anyList := cty.List(cty.DynamicPseudoType)
	return function.New(&function.Spec{
		Params: []function.Parameter{{Name: "values", Type: anyList}, {Name: "keys", Type: anyList}, {Name: "searchset", Type: anyList}},
		Type: func(args []cty.Value) (cty.Type, error) {
			if ty, _ := convert.UnifyUnsafe([]cty.Type{args[1].Type(), args[2].Type()}); ty == cty.NilType {
				return cty.NilType, errors.New("the keys and those that are searched for must have the same type")
			}
			return args[0].Type(), nil
		},
		Impl: func(args []cty.Value, ty cty.Type) (cty.Value, error) {
			same, err := oneType(args[1:])
			if err != nil {
				return cty.NilVal, err
			}
			values, keys := args[0].AsValueSlice(), same[0].AsValueSlice()
			switch wanted := same[1].AsValueSlice(); {
			case len(values) != len(keys):
				return cty.NilVal, fmt.Errorf("there are %s and %s, but every value needs one key", counted(len(values), "value"), counted(len(keys), "key"))
			case len(keys)*len(wanted) > maxCompares:
				return cty.NilVal, fmt.Errorf("more than %d pairs would be compared", maxCompares)
			case !args[1].IsWhollyKnown() || !args[2].IsWhollyKnown():
				return cty.UnknownVal(ty), nil
			default:
				return matchedValues(values, keys, wanted, ty), nil
			}
		},
	})
}

// oneType converts values to the type that they have together: the key 2 matches "2".
func oneType(values []cty.Value) ([]cty.Value, error) {
	types := make([]cty.Type, len(values))
	for i, v := range values {
		types[i] = v.Type()
	}
	ty, _ := convert.UnifyUnsafe(types)
	same := make([]cty.Value, len(values))
	for i, v := range values {
		var err error
		if same[i], err = convert.Convert(v, ty); err != nil {
			return nil, err
		}
	}
	return same, nil
}

func matchedValues(values, keys, wanted []cty.Value, ty cty.Type) cty.Value {
	var found []cty.Value
	for i, key := range keys {
		if slices.ContainsFunc(wanted, func(w cty.Value) bool {
			equal, err := stdlib.Equal(key, w)
			return err == nil && !equal.IsNull() && equal.True()
		}) {
			found = append(found, values[i])
		}
	}
	if len(found) == 0 {
		return cty.ListValEmpty(ty.ElementType())
	}
	return cty.ListVal(found)
}

// transposeFunc swaps keys and values of a map of lists.
func transposeFunc() function.Function {
	lists := cty.Map(cty.List(cty.String))
	return function.New(&function.Spec{
		Params: []function.Parameter{{Name: "map", Type: lists}},
		Type:   function.StaticReturnType(lists),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			if !args[0].IsWhollyKnown() {
				return cty.UnknownVal(lists), nil
			}
			swapped := map[string][]cty.Value{}
			for it := args[0].ElementIterator(); it.Next(); {
				key, list := it.Element()
				if list.IsNull() {
					return cty.NilVal, function.NewArgErrorf(0, "a list of the map is null")
				}
				for _, v := range list.AsValueSlice() {
					if v.IsNull() {
						return cty.NilVal, function.NewArgErrorf(0, "an element of a list is null")
					}
					swapped[v.AsString()] = append(swapped[v.AsString()], key)
				}
			}
			if len(swapped) == 0 {
				return cty.MapValEmpty(cty.List(cty.String)), nil
			}
			result := map[string]cty.Value{}
			for name, keys := range swapped { // the keys came sorted
				result[name] = cty.ListVal(keys)
			}
			return cty.MapVal(result), nil
		},
	})
}

// lookupFunc also takes two arguments: the key must be there then. Of a map only the
// element that is found is looked at, so that another one that is sensitive on its own is
// no matter.
func lookupFunc() function.Function {
	return function.New(&function.Spec{
		Params: []function.Parameter{
			{Name: "map", Type: cty.DynamicPseudoType, AllowMarked: true},
			{Name: "key", Type: cty.String, AllowMarked: true},
		},
		VarParam: &function.Parameter{
			Name: "default", Type: cty.DynamicPseudoType,
			AllowNull: true, AllowUnknown: true, AllowDynamicType: true, AllowMarked: true,
		},
		Type: lookupType,
		Impl: func(args []cty.Value, ty cty.Type) (cty.Value, error) {
			from, marks := args[0].Unmark()
			key, keyMarks := args[1].Unmark()
			var found cty.Value
			switch name := key.AsString(); {
			case from.Type().IsObjectType() && from.Type().HasAttribute(name):
				found = from.GetAttr(name)
			case from.Type().IsMapType() && from.HasIndex(key).True():
				found = from.Index(key)
			case len(args) < 3:
				return cty.NilVal, noElement(name)
			default:
				given, err := convert.Convert(args[2], ty)
				if err != nil {
					return cty.NilVal, function.NewArgError(2, err)
				}
				found = given
			}
			return found.WithMarks(marks, keyMarks), nil
		},
	})
}

func lookupType(args []cty.Value) (cty.Type, error) {
	if len(args) > 3 {
		return cty.NilType, errors.New("lookup takes a map, a key and at most one default")
	}
	key, _ := args[1].Unmark()
	switch ty := args[0].Type(); {
	case ty.IsMapType():
		if len(args) == 3 {
			if _, err := convert.Convert(args[2], ty.ElementType()); err != nil {
				return cty.NilType, function.NewArgErrorf(2, "the default must have the type of the elements of the map: %w", err)
			}
		}
		return ty.ElementType(), nil
	case !ty.IsObjectType():
		return cty.NilType, function.NewArgErrorf(0, "lookup searches a map or an object")
	case !key.IsKnown():
		return cty.DynamicPseudoType, nil
	case ty.HasAttribute(key.AsString()):
		return ty.AttributeType(key.AsString()), nil
	case len(args) == 3:
		return args[2].Type(), nil
	}
	return cty.NilType, noElement(key.AsString())
}

func noElement(key string) error {
	return function.NewArgErrorf(1, "there is no element with the key %q, and no default is given", key)
}
