package rules

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
)

// units follows the units of upload through a condition: it returns what its parts are
// counted in, and warns where seconds and bytes are taken together.
func (c *termChecker) units() map[hcl.Range][]string {
	warned := map[hcl.Range]bool{}
	check := &dimensionCheck{termChecker: c, rates: true, found: map[hcl.Range][]string{}, joined: func(at hcl.Range, units []string) {
		if !warned[at] {
			c.warnIn(spot{at: at}, "Different units", fmt.Sprintf(
				"This takes %s together as if they were of one kind, which says nothing. Compare an age with duration(\"30d\"), and a size with bytes(\"30GiB\").", listed(units, "and", "%s")))
		}
		warned[at] = true
	}}
	attrs := map[string]cty.Value{}
	for name, ty := range c.later.typ.AttributeTypes() {
		attrs[name] = cty.UnknownVal(ty)
		if unit := unitOf(c.later.root + "." + name); unit != "" {
			attrs[name] = attrs[name].Mark(dimension(unit))
		}
	}
	check.look(cty.ObjectVal(attrs))
	return check.found
}

// warnUnitOf warns about numbers that are computed or looked up, and compared with what
// is in a unit, where none of them is hardly meant in it.
func (c *termChecker) warnUnitOf(about hclsyntax.Expression, unit string, number hclsyntax.Expression) {
	if text := c.written(number); hasUnit.MatchString(text) || saysUnit(text, unit) || c.multiplies(number, unit) {
		return
	}
	small, clear := 0.0, c.isAuthored(number)
	for _, v := range c.numbersOf(number) {
		n, isNumber := numberOf(v)
		switch {
		case !isNumber || unit == inBytes && n >= leastSize || unit == inSeconds && n > longestDays:
			return
		case n > 0:
			small = max(small, n)
			clear = clear || int64(n)%60 != 0 // nobody knows how it came about: whole minutes may be meant
		}
	}
	if small <= 0 || !clear || unit == inBytes && small <= 1 {
		return
	}
	remedy := "duration(\"${...}d\") around a number of days"
	if unit == inBytes {
		remedy = "bytes(\"${...}MiB\") around a number of MiB"
	}
	c.warnIn(spot{at: number.Range(), expr: number, ctx: c.ctx}, "Number without a unit", fmt.Sprintf(
		"%s is in %s, and this is at most %s, so that this means so few %s. Write %s, or give it a name that ends in %s if they are meant.",
		c.written(about), unit, numeral(small), unit, remedy, unit))
}

// hasUnit fits a number that is read with its unit, or is called by it.
var hasUnit = regexp.MustCompile(`(?i)sec|bytes|duration`)

// multiplies reports whether an expression is a multiple of minutes, or of KB: that gives
// a number its unit.
func (c *termChecker) multiplies(expr hclsyntax.Expression, unit string) (found bool) {
	factors := map[string][]int64{inSeconds: {60}, inBytes: {1000, 1024}}[unit]
	_ = hclsyntax.VisitAll(expr, func(n hclsyntax.Node) hcl.Diagnostics {
		x, ok := n.(*hclsyntax.BinaryOpExpr)
		if !ok || x.Op != hclsyntax.OpMultiply {
			return nil
		}
		for _, side := range []hclsyntax.Expression{x.LHS, x.RHS} {
			v, _ := side.Value(c.ctx)
			n, isNumber := numberOf(v)
			found = found || isNumber && slices.ContainsFunc(factors, func(f int64) bool { return n >= float64(f) && int64(n)%f == 0 })
		}
		return nil
	})
	return found
}

// isAuthored reports whether an expression is made of literals and variables alone.
func (c *termChecker) isAuthored(expr hclsyntax.Expression) bool {
	return !slices.ContainsFunc(expr.Variables(), func(t hcl.Traversal) bool {
		return t.RootName() != "var" && t.RootName() != c.later.root
	})
}

// maxNumbers is how many values an operation between looked up numbers may have; those
// with more are not looked at.
const maxNumbers = 4096

// numbersOf are the values that an expression may have, as far as they are known: all of
// a map where the upload says which.
func (c *termChecker) numbersOf(expr hclsyntax.Expression) (found []cty.Value) {
	if !namesAny(expr, []string{c.later.root}) {
		v, diags := c.effort.counted(expr).Value(c.ctx)
		if diags.HasErrors() || isSensitive(v) {
			return nil
		}
		return []cty.Value{v}
	}
	switch x := bare(expr).(type) {
	case *hclsyntax.IndexExpr:
		return lookedUp(c.numbersOf(x.Collection))
	case *hclsyntax.RelativeTraversalExpr:
		for _, source := range c.numbersOf(x.Source) {
			if v, diags := x.Traversal.TraverseRel(source); !diags.HasErrors() {
				found = append(found, v)
			}
		}
	case *hclsyntax.FunctionCallExpr:
		if x.Name == "lookup" && len(x.Args) == 3 {
			found = append(lookedUp(c.numbersOf(x.Args[0])), c.numbersOf(x.Args[2])...)
		}
	case *hclsyntax.BinaryOpExpr:
		lefts, rights := c.numbersOf(x.LHS), c.numbersOf(x.RHS)
		if len(lefts)*len(rights) > maxNumbers {
			return nil
		}
		for _, left := range lefts {
			for _, right := range rights {
				if v, err := x.Op.Impl.Call([]cty.Value{left, right}); err == nil {
					found = append(found, v)
				}
			}
		}
	}
	return found
}

// lookedUp are the elements of all of these values.
func lookedUp(values []cty.Value) (found []cty.Value) {
	for _, v := range values {
		if v.IsNull() || !v.CanIterateElements() {
			continue
		}
		for _, element := range v.Elements() {
			found = append(found, element)
		}
	}
	return found
}

// numberOf is the number that a value is, where it is one that is known.
func numberOf(v cty.Value) (float64, bool) {
	if v == cty.NilVal || v.IsMarked() || v.Type() != cty.Number || v.IsNull() || !v.IsKnown() {
		return 0, false
	}
	n, _ := v.AsBigFloat().Float64()
	return n, true
}

// written is an expression as it is written.
func (l *loader) written(expr hclsyntax.Expression) string {
	at := expr.Range()
	if f := l.files[at.Filename]; f != nil && at.CanSliceBytes(f.Bytes) {
		return cut(strings.Join(strings.Fields(string(at.SliceBytes(f.Bytes))), " "))
	}
	return "This"
}
