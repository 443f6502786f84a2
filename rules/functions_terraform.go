package rules

import (
	"errors"
	"regexp"
	"slices"
	"strings"

	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"
	"github.com/zclconf/go-cty/cty/function"
	"github.com/zclconf/go-cty/cty/function/stdlib"
	"github.com/zclconf/go-cty/cty/gocty"
)

// The functions of this file exist in cty too, but Terraform's of the same name
// take more, or do something else. A Terraform user's habit decides.

// lengthFunc also takes strings, counted in characters, and objects. How many elements
// there are is no secret because one of them is.
func lengthFunc() function.Function {
	return function.New(&function.Spec{
		Params: []function.Parameter{{Name: "value", Type: cty.DynamicPseudoType, AllowDynamicType: true, AllowMarked: true}},
		Type: func(args []cty.Value) (cty.Type, error) {
			ty := args[0].Type()
			if ty == cty.String || ty == cty.DynamicPseudoType || ty.IsCollectionType() || ty.IsTupleType() || ty.IsObjectType() {
				return cty.Number, nil
			}
			return cty.NilType, function.NewArgErrorf(0, "length takes a string, a list, a map or an object")
		},
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			v, marks := args[0].Unmark()
			switch ty := v.Type(); {
			case ty == cty.String:
				return stdlib.Strlen(args[0])
			case ty.IsObjectType():
				return cty.NumberIntVal(int64(len(ty.AttributeTypes()))).WithMarks(marks), nil
			}
			return v.Length().WithMarks(marks), nil
		},
	})
}

// containsFunc also looks for a null that has no type, of which cty says that the answer
// is not known. Nulls of all types are equal.
func containsFunc() function.Function {
	params := slices.Clone(stdlib.ContainsFunc.Params())
	params[1].AllowDynamicType = true
	return function.New(&function.Spec{
		Params: params,
		Type:   function.StaticReturnType(cty.Bool),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			wanted := args[1]
			if wanted.IsNull() && wanted.Type() == cty.DynamicPseudoType {
				wanted = cty.NullVal(cty.Bool)
			}
			return stdlib.ContainsFunc.Call([]cty.Value{args[0], wanted})
		},
	})
}

// conversionFunc converts to a type. Elements that are sensitive on their own make only
// themselves sensitive in the result.
func conversionFunc(ty cty.Type) function.Function {
	plain := stdlib.MakeToFunc(ty)
	params := slices.Clone(plain.Params())
	params[0].AllowMarked = true
	return function.New(&function.Spec{
		Params: params,
		Type:   plain.ReturnTypeForValues,
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			if v, err := convert.Convert(args[0], ty); err == nil {
				return v, nil
			}
			return plain.Call(args) // for its words on what is wrong
		},
	})
}

// indexFunc finds the place of a value in a list.
func indexFunc() function.Function {
	return function.New(&function.Spec{
		Params: []function.Parameter{
			{Name: "list", Type: cty.DynamicPseudoType},
			{Name: "value", Type: cty.DynamicPseudoType},
		},
		Type: func(args []cty.Value) (cty.Type, error) {
			if ty := args[0].Type(); !ty.IsListType() && !ty.IsTupleType() {
				return cty.NilType, function.NewArgErrorf(0, "index searches a list")
			}
			return cty.Number, nil
		},
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			for i, v := range args[0].AsValueSlice() {
				if eq, err := stdlib.Equal(v, args[1]); err == nil && eq.IsKnown() && eq.True() {
					return cty.NumberIntVal(int64(i)), nil
				}
			}
			return cty.NilVal, errors.New("the list does not hold this value")
		},
	})
}

// coalesceFunc returns the first argument that is neither null nor an empty
// string.
func coalesceFunc() function.Function {
	return function.New(&function.Spec{
		VarParam: &function.Parameter{Name: "values", Type: cty.DynamicPseudoType, AllowNull: true, AllowDynamicType: true},
		Type: func(args []cty.Value) (cty.Type, error) {
			types := make([]cty.Type, len(args))
			for i, a := range args {
				types[i] = a.Type()
			}
			ty, _ := convert.UnifyUnsafe(types)
			if ty == cty.NilType {
				return ty, errors.New("all arguments must have the same type")
			}
			return ty, nil
		},
		Impl: func(args []cty.Value, ty cty.Type) (cty.Value, error) {
			for _, a := range args {
				v, err := convert.Convert(a, ty)
				if err != nil {
					return cty.NilVal, err
				}
				if !v.IsNull() && (v.Type() != cty.String || v.AsString() != "") {
					return v, nil
				}
			}
			return cty.NilVal, errors.New("no argument has a value: all are null or empty strings")
		},
	})
}

// replaceFunc replaces a substring, or what a regular expression between slashes
// matches.
func replaceFunc() function.Function {
	return textFunction([]string{"text", "search", "replacement"}, cty.String, func(args []string) (cty.Value, error) {
		search := args[1]
		if strings.Count(args[0], search)*len(args[2]) > maxText {
			return cty.NilVal, tooLong()
		}
		if !isRegexSearch(search) {
			return cty.StringVal(strings.ReplaceAll(args[0], search, args[2])), nil
		}
		re, err := regexp.Compile(search[1 : len(search)-1])
		if err != nil {
			return cty.NilVal, function.NewArgError(1, err)
		}
		if (len(args[0])+1)*len(args[2]) > maxText {
			return cty.NilVal, tooLong()
		}
		return cty.StringVal(re.ReplaceAllString(args[0], args[2])), nil
	})
}

// isRegexSearch reports whether replace searches for a regular expression.
func isRegexSearch(s string) bool {
	return len(s) >= 2 && s[0] == '/' && s[len(s)-1] == '/'
}

// maxPadding bounds the spaces that one call may add: a mistyped width must not
// take all memory.
const maxPadding = 1000

func indentFunc() function.Function {
	return function.New(&function.Spec{
		Params: []function.Parameter{{Name: "spaces", Type: cty.Number}, {Name: "text", Type: cty.String}},
		Type:   function.StaticReturnType(cty.String),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			var spaces int
			if err := gocty.FromCtyValue(args[0], &spaces); err != nil || spaces < 0 || spaces > maxPadding {
				return cty.NilVal, function.NewArgErrorf(0, "must be a whole number from 0 to %d", maxPadding)
			}
			if strings.Count(args[1].AsString(), "\n")*spaces > maxText {
				return cty.NilVal, tooLong()
			}
			return stdlib.Indent(args[0], args[1])
		},
	})
}
