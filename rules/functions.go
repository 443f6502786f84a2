package rules

import (
	"maps"
	"strings"

	"github.com/hashicorp/hcl/v2/ext/tryfunc"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"
	"github.com/zclconf/go-cty/cty/function/stdlib"
)

// scopeFunctions are the functions that expressions may call, by name. None of
// them reads a clock or the environment: what rules mean follows from their text, the
// values of their variables and the files beside them alone.
type scopeFunctions struct {
	files  *ruleFiles // what file() reads; nil: nothing
	byName map[string]function.Function

	mismatch error // the last comparison of values that are never equal because of their types
}

// table returns the functions in the form that HCL takes.
func (s *scopeFunctions) table() map[string]function.Function {
	if s.byName == nil {
		s.byName = strictTable(languageFunctions(), comparingFunctions(noting(s.note, elementsOfKind)))
		s.byName["file"] = fileFunc(s.files)
	}
	return s.byName
}

func (s *scopeFunctions) note(err error) { s.mismatch = err }

func (s *scopeFunctions) has(name string) bool {
	_, ok := s.table()[name]
	return ok
}

func languageFunctions() map[string]function.Function {
	all := map[string]function.Function{}
	for _, group := range []map[string]function.Function{
		numberFunctions(), stringFunctions(), textFunctions(), collectionFunctions(), conversionFunctions(), offcutFunctions(),
	} {
		maps.Copy(all, group)
	}
	return all
}

func numberFunctions() map[string]function.Function {
	return map[string]function.Function{
		"abs": stdlib.AbsoluteFunc, "ceil": stdlib.CeilFunc, "floor": stdlib.FloorFunc,
		"log": stdlib.LogFunc, "max": stdlib.MaxFunc, "min": stdlib.MinFunc,
		"parseint": stdlib.ParseIntFunc, "pow": stdlib.PowFunc, "signum": stdlib.SignumFunc,
	}
}

func stringFunctions() map[string]function.Function {
	return map[string]function.Function{
		"chomp": stdlib.ChompFunc, "endswith": endsWithFunc(), "format": boundedFormat(stdlib.FormatFunc),
		"formatlist": boundedFormat(stdlib.FormatListFunc), "indent": indentFunc(), "join": boundedJoin(),
		"lower": stdlib.LowerFunc, "regex": stdlib.RegexFunc, "regexall": boundedRegexAll(),
		"replace": replaceFunc(), "split": stdlib.SplitFunc, "startswith": startsWithFunc(),
		"strrev": stdlib.ReverseFunc, "substr": stdlib.SubstrFunc, "title": stdlib.TitleFunc,
		"trim": stdlib.TrimFunc, "trimprefix": stdlib.TrimPrefixFunc, "trimspace": stdlib.TrimSpaceFunc,
		"trimsuffix": stdlib.TrimSuffixFunc, "upper": stdlib.UpperFunc,
		"formatdate": stdlib.FormatDateFunc, "timeadd": stdlib.TimeAddFunc,
	}
}

func collectionFunctions() map[string]function.Function {
	return map[string]function.Function{
		"chunklist": stdlib.ChunklistFunc, "coalesce": coalesceFunc(), "coalescelist": stdlib.CoalesceListFunc,
		"compact": stdlib.CompactFunc, "concat": stdlib.ConcatFunc, "contains": containsFunc(),
		"distinct": boundedDistinct(), "element": stdlib.ElementFunc, "flatten": stdlib.FlattenFunc,
		"index": indexFunc(), "keys": stdlib.KeysFunc, "length": lengthFunc(), "lookup": lookupFunc(),
		"merge": stdlib.MergeFunc, "range": stdlib.RangeFunc, "reverse": stdlib.ReverseListFunc,
		"setintersection": stdlib.SetIntersectionFunc, "setproduct": boundedSetProduct(),
		"setsubtract": stdlib.SetSubtractFunc, "setunion": stdlib.SetUnionFunc, "slice": stdlib.SliceFunc,
		"alltrue": allTrueFunc(), "anytrue": anyTrueFunc(), "matchkeys": matchKeysFunc(), "one": oneFunc(),
		"sum": sumFunc(), "transpose": transposeFunc(),
		"sort": stdlib.SortFunc, "values": stdlib.ValuesFunc, "zipmap": stdlib.ZipmapFunc,
	}
}

func conversionFunctions() map[string]function.Function {
	return map[string]function.Function{
		"can": tryfunc.CanFunc, "try": tryfunc.TryFunc,
		"sensitive": sensitiveFunc(), "nonsensitive": nonsensitiveFunc(), "issensitive": issensitiveFunc(),
		"csvdecode": stdlib.CSVDecodeFunc, "jsondecode": stdlib.JSONDecodeFunc, "jsonencode": stdlib.JSONEncodeFunc,
		"tobool": conversionFunc(cty.Bool), "tonumber": conversionFunc(cty.Number),
		"tostring": conversionFunc(cty.String),
		"tolist":   conversionFunc(cty.List(cty.DynamicPseudoType)),
		"tomap":    conversionFunc(cty.Map(cty.DynamicPseudoType)),
		"toset":    conversionFunc(cty.Set(cty.DynamicPseudoType)),
	}
}

func offcutFunctions() map[string]function.Function {
	return map[string]function.Function{
		"bytes": bytesFunc(), "duration": durationFunc(), "glob": globFunc(), "file": fileFunc(nil),
	}
}

// textFunction builds a function of strings that is evaluated in Go.
func textFunction(params []string, result cty.Type, impl func(args []string) (cty.Value, error)) function.Function {
	spec := &function.Spec{
		Type: function.StaticReturnType(result),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			texts := make([]string, len(args))
			for i, a := range args {
				texts[i] = a.AsString()
			}
			return impl(texts)
		},
	}
	for _, name := range params {
		spec.Params = append(spec.Params, function.Parameter{Name: name, Type: cty.String})
	}
	return function.New(spec)
}

// durationFunc: duration("7d") is 604800, the number of seconds.
func durationFunc() function.Function {
	return textFunction([]string{"text"}, cty.Number, func(args []string) (cty.Value, error) {
		d, err := ParseDuration(args[0])
		if err != nil {
			return cty.NilVal, function.NewArgError(0, err)
		}
		return cty.NumberFloatVal(d.Seconds()), nil
	})
}

// bytesFunc: bytes("1KiB") is 1024.
func bytesFunc() function.Function {
	return textFunction([]string{"text"}, cty.Number, func(args []string) (cty.Value, error) {
		n, err := ParseSize(args[0])
		if err != nil {
			return cty.NilVal, function.NewArgError(0, err)
		}
		return cty.NumberIntVal(n), nil
	})
}

// globFunc: glob("raw/**", "raw/a/b") is true.
func globFunc() function.Function {
	return function.New(&function.Spec{
		Params: []function.Parameter{{Name: "pattern", Type: cty.String}, {Name: "text", Type: cty.String}},
		// A pattern that is known is read at once, also where the text is not known yet.
		Type: func(args []cty.Value) (cty.Type, error) {
			if pattern, known := textOf(args[0]); known {
				if _, err := ParseGlob(pattern); err != nil {
					return cty.NilType, function.NewArgError(0, err)
				}
			}
			return cty.Bool, nil
		},
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			g, err := ParseGlob(args[0].AsString())
			if err != nil {
				return cty.NilVal, function.NewArgError(0, err)
			}
			return cty.BoolVal(g.Match(args[1].AsString())), nil
		},
	})
}

func startsWithFunc() function.Function {
	return textFunction([]string{"text", "prefix"}, cty.Bool, func(args []string) (cty.Value, error) {
		return cty.BoolVal(strings.HasPrefix(args[0], args[1])), nil
	})
}

func endsWithFunc() function.Function {
	return textFunction([]string{"text", "suffix"}, cty.Bool, func(args []string) (cty.Value, error) {
		return cty.BoolVal(strings.HasSuffix(args[0], args[1])), nil
	})
}
