package rules

import (
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"
	"github.com/zclconf/go-cty/cty/function/stdlib"
)

// Functions whose result can be far larger than their arguments, or that take far
// longer than one look at each, are bounded before they begin.
const (
	maxText     = 4 << 20 // bytes of the text that one call makes
	maxElements = 100_000 // elements of the collection that one call makes
	maxDistinct = 4096    // elements that are all compared with one another
)

func tooLong() error { return fmt.Errorf("the result would be larger than %d MiB", maxText>>20) }

// bounded is f, refused where check finds something against the arguments. They
// may be null or unknown.
func bounded(f function.Function, check func(args []cty.Value) error) function.Function {
	return function.New(&function.Spec{
		Params: f.Params(), VarParam: f.VarParam(),
		Type: func(args []cty.Value) (cty.Type, error) {
			bare := make([]cty.Value, len(args))
			for i, a := range args {
				bare[i] = unmarked(a)
			}
			if err := check(bare); err != nil {
				return cty.NilType, err
			}
			return f.ReturnTypeForValues(args)
		},
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) { return f.Call(args) },
	})
}

// boundedFormat is format or formatlist.
func boundedFormat(f function.Function) function.Function {
	wide := regexp.MustCompile(`%[^%a-zA-Z]*[0-9]{4}`)
	return bounded(f, func(args []cty.Value) error {
		pattern, ok := textOf(args[0])
		if ok && wide.MatchString(pattern) {
			return function.NewArgError(0, errors.New("a width or precision of more than 999 is not allowed"))
		}
		size, rounds := effort{}, 1
		for _, a := range args {
			size.count(a)
			rounds = max(rounds, lengthOf(a))
		}
		if (1+strings.Count(pattern, "%"))*(size.used+len(pattern)) > maxText*rounds || rounds*len(pattern) > maxText {
			return tooLong()
		}
		return nil
	})
}

func boundedJoin() function.Function {
	return bounded(stdlib.JoinFunc, func(args []cty.Value) error {
		separator, _ := textOf(args[0])
		elements := 0
		for _, list := range args[1:] {
			elements += lengthOf(list)
		}
		if elements*len(separator) > maxText {
			return tooLong()
		}
		return nil
	})
}

func boundedSetProduct() function.Function {
	return bounded(stdlib.SetProductFunc, func(args []cty.Value) error {
		product := len(args)
		for _, set := range args {
			if product *= lengthOf(set); product > maxElements {
				return fmt.Errorf("the result would have more than %d elements", maxElements)
			}
		}
		return nil
	})
}

func boundedDistinct() function.Function {
	return bounded(stdlib.DistinctFunc, func(args []cty.Value) error {
		if lengthOf(args[0]) > maxDistinct {
			return fmt.Errorf("the list has more than %d elements; toset takes more", maxDistinct)
		}
		return nil
	})
}

func boundedRegexAll() function.Function {
	return bounded(stdlib.RegexAllFunc, func(args []cty.Value) error {
		pattern, _ := textOf(args[0])
		text, _ := textOf(args[1])
		if (1+strings.Count(pattern, "("))*len(text) > maxText {
			return tooLong()
		}
		return nil
	})
}

// textOf returns the text of v, if there is one.
func textOf(v cty.Value) (string, bool) {
	if v.Type() != cty.String || v.IsMarked() || !v.IsKnown() || v.IsNull() {
		return "", false
	}
	return v.AsString(), true
}

// lengthOf returns how many elements v has, 0 where it has none.
func lengthOf(v cty.Value) int {
	if v, _ = v.Unmark(); !v.IsKnown() || v.IsNull() || !v.CanIterateElements() {
		return 0
	}
	return v.LengthInt()
}
