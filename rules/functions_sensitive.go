package rules

import (
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"
)

// sensitiveFunc returns its argument as a sensitive value.
func sensitiveFunc() function.Function {
	return markFunction(func(v cty.Value) cty.Value { return v.Mark(sensitiveMark) })
}

// nonsensitiveFunc returns its argument as a value that may be shown. As in Terraform,
// elements that are sensitive on their own stay so.
func nonsensitiveFunc() function.Function {
	return markFunction(func(v cty.Value) cty.Value {
		v, _ = v.Unmark()
		return v
	})
}

func markFunction(change func(cty.Value) cty.Value) function.Function {
	return function.New(&function.Spec{
		Params: []function.Parameter{anyValue("value")},
		Type:   func(args []cty.Value) (cty.Type, error) { return args[0].Type(), nil },
		Impl:   func(args []cty.Value, _ cty.Type) (cty.Value, error) { return change(args[0]), nil },
	})
}

// issensitiveFunc says whether its argument is sensitive itself.
func issensitiveFunc() function.Function {
	return function.New(&function.Spec{
		Params: []function.Parameter{anyValue("value")},
		Type:   function.StaticReturnType(cty.Bool),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			switch {
			case args[0].IsMarked():
				return cty.True, nil
			case !args[0].IsKnown(): // what it becomes may be
				return cty.UnknownVal(cty.Bool), nil
			}
			return cty.False, nil
		},
	})
}

// anyValue is a parameter that takes everything as it is.
func anyValue(name string) function.Parameter {
	return function.Parameter{
		Name: name, Type: cty.DynamicPseudoType,
		AllowNull: true, AllowUnknown: true, AllowDynamicType: true, AllowMarked: true,
	}
}
