package rules

import (
	"maps"
	"slices"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"
	"github.com/zclconf/go-cty/cty/function"
)

// Functions that look at their arguments before HCL has converted them.

// strictFunctions are the functions of a condition.
func strictFunctions(table map[string]function.Function, expr hclsyntax.Expression) map[string]function.Function {
	return strictTable(table, strictCalls(table, expr, nil))
}

// strictCalls are the functions that a condition calls, as far as they differ there:
// contains and index compare as == does, and the others convert nothing between texts,
// numbers and bools. note is told of each failure.
func strictCalls(table map[string]function.Function, expr hclsyntax.Expression, note func(error)) map[string]function.Function {
	strict := map[string]function.Function{}
	comparing := comparingFunctions(noting(note, elementsOfKind))
	_ = hclsyntax.VisitAll(expr, func(n hclsyntax.Node) hcl.Diagnostics {
		call, ok := n.(*hclsyntax.FunctionCallExpr)
		if !ok {
			return nil
		}
		f, known := table[call.Name]
		switch compares, ok := comparing[call.Name]; {
		case ok:
			strict[call.Name] = compares
		case known:
			strict[call.Name] = strictNamed(call.Name, f, note)
		}
		return nil
	})
	return strict
}

// strictTable is table with functions that compare as == does.
func strictTable(table, strict map[string]function.Function) map[string]function.Function {
	all := maps.Clone(table)
	maps.Copy(all, strict)
	return all
}

// comparingFunctions are the functions that compare an element of a list as == does.
func comparingFunctions(look func([]cty.Value) error) map[string]function.Function {
	return map[string]function.Function{
		"contains": strictFunction(containsFunc(), look),
		"index":    strictFunction(indexFunc(), look),
	}
}

// elementsOfKind is an error for a value that no element of a list can equal, and for
// what is no list.
func elementsOfKind(args []cty.Value) error {
	if ty := args[0].Type(); ty.IsPrimitiveType() {
		return function.NewArgErrorf(0, "this is %s, and only a list can be searched; strcontains(text, part) looks for a part of a text", withArticle(ty.FriendlyName()))
	}
	return eachElement(args[0], func(v cty.Value) error { return sameKind(v, args[1]) })
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
	return detour(f, look, func([]cty.Value) (cty.Value, bool) { return cty.NilVal, false })
}

// detour is f, whose arguments are given to look first, and to known, which may have the
// value without f. Both see them as they are: null, unknown, marked and not converted.
func detour(f function.Function, look func([]cty.Value) error, known func([]cty.Value) (cty.Value, bool)) function.Function {
	takes := signatureOf(f)
	spec := &function.Spec{
		Type: func(args []cty.Value) (cty.Type, error) {
			if err := look(args); err != nil {
				return cty.NilType, err
			}
			args, err := takes.converted(args)
			if err != nil {
				return cty.NilType, err
			}
			return f.ReturnTypeForValues(args)
		},
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			if v, ok := known(args); ok {
				return v, nil
			}
			args, err := takes.converted(args)
			if err != nil {
				return cty.NilVal, err
			}
			return f.Call(args)
		},
	}
	for _, p := range f.Params() {
		spec.Params = append(spec.Params, anyValue(p.Name))
	}
	if v := f.VarParam(); v != nil {
		p := anyValue(v.Name)
		spec.VarParam = &p
	}
	return function.New(spec)
}

// A signature is what types a function wants. It is kept beside functions that are called
// for every upload: a function of cty copies its parameters whenever they are asked for.
type signature struct {
	params []cty.Type
	rest   cty.Type // of further arguments; any type where there are none
}

func signatureOf(f function.Function) *signature {
	s := &signature{rest: cty.DynamicPseudoType}
	for _, p := range f.Params() {
		s.params = append(s.params, p.Type)
	}
	if v := f.VarParam(); v != nil {
		s.rest = v.Type
	}
	return s
}

// at is the type that is wanted for an argument.
func (s *signature) at(i int) cty.Type {
	if i < len(s.params) {
		return s.params[i]
	}
	return s.rest
}

// converted converts arguments as HCL does before a call.
func (s *signature) converted(args []cty.Value) ([]cty.Value, error) {
	all := slices.Clone(args)
	for i, v := range args {
		want := s.at(i)
		if v.Type() == want || want == cty.DynamicPseudoType {
			continue
		}
		if list, ok := listOf(v, want); ok {
			all[i] = list
			continue
		}
		var err error
		if all[i], err = convert.Convert(v, want); err != nil {
			return nil, function.NewArgError(i, err)
		}
	}
	return all, nil
}

// listOf is a tuple as the list that it would be converted to, where its elements are of
// one type or become of one each by itself. cty holds all of their types against one
// another first, which takes long for lists of thousands.
func listOf(v cty.Value, want cty.Type) (list cty.Value, ok bool) {
	if v.IsMarked() || !v.IsKnown() || v.IsNull() || !v.Type().IsTupleType() || !want.IsListType() {
		return cty.NilVal, false
	}
	elements, ty := v.AsValueSlice(), want.ElementType()
	if len(elements) == 0 {
		return cty.NilVal, false
	}
	if ty == cty.DynamicPseudoType {
		ty = elements[0].Type()
	} else if !ty.IsPrimitiveType() {
		return cty.NilVal, false
	}
	for i, element := range elements {
		switch is := element.Type(); {
		case is.Equals(ty) && ty != cty.DynamicPseudoType:
		case want.ElementType() == cty.DynamicPseudoType:
			return cty.NilVal, false
		default:
			converted, err := convert.Convert(element, ty)
			if err != nil {
				return cty.NilVal, false // said by who converts all of it
			}
			elements[i] = converted
		}
	}
	return cty.ListVal(elements), true
}
