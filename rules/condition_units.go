package rules

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
)

// leastSize is the size in bytes below which nobody means bytes.
const leastSize = 1024

// warnUnits warns where a where compares an age or a size with a bare number that is
// hardly meant in seconds or bytes: upload.age > 30 is true for all that is not of the
// last half minute. A number with a name is one too, unless the name says the unit.
// It returns whether it did.
func (c *termChecker) warnUnits() bool {
	before, units := len(c.diags), c.units()
	_ = hclsyntax.VisitAll(c.expr, func(n hclsyntax.Node) hcl.Diagnostics {
		x, ok := n.(*hclsyntax.BinaryOpExpr)
		if !ok || x.Op.Type != cty.Bool || isWithin(c.dead, x) {
			return nil
		}
		for _, sides := range [][2]hclsyntax.Expression{{x.LHS, x.RHS}, {x.RHS, x.LHS}} {
			about := referenceText(sides[0])
			unit, others := unitOf(about), units[bare(sides[1]).Range()]
			if of := units[bare(sides[0]).Range()]; unit == "" && len(of) == 1 {
				about, unit = c.written(sides[0]), of[0]
			}
			if unit != "" && len(others) == 0 {
				c.warnUnit(about, unit, sides)
			}
		}
		return nil
	})
	return len(c.diags) > before
}

// warnUnit warns about the number among two sides, whose other one is in a unit.
func (c *termChecker) warnUnit(attribute, unit string, sides [2]hclsyntax.Expression) {
	number := sides[1]
	n, name, plain := c.plainNumber(number)
	if !plain {
		c.warnUnitOf(sides[0], unit, number)
		return
	}
	if saysUnit(name, unit) || n <= 0 || unit == inBytes && n >= leastSize {
		return
	}
	if unit == inBytes && n == 1 && name == "" { // upload.size >= 1 asks whether there is anything
		return
	}
	detail := fmt.Sprintf("%s is in %s, so that this means ", attribute, unit)
	if name != "" {
		detail = fmt.Sprintf("%s is %s, and ", name, numeral(n)) + detail
	}
	if unit == inBytes {
		detail += fmt.Sprintf("%v of them. ", n) + bytesRemedy(n, name)
	} else {
		detail += secondsText(n) + ". " + durationRemedy(n, name)
	}
	c.warnIn(spot{at: number.Range(), expr: number, ctx: c.ctx}, "Number without a unit", detail)
}

// saysUnit reports whether a name says that it counts seconds, or bytes: in full anywhere
// in it, or in short as its last word.
func saysUnit(name, unit string) bool {
	name = strings.ToLower(name)
	if strings.Contains(name, strings.TrimSuffix(unit, "s")) {
		return true
	}
	words := strings.FieldsFunc(name, func(r rune) bool { return !unicode.IsLetter(r) })
	short := map[string][]string{inSeconds: {"sec", "secs", "s"}, inBytes: {"b"}}[unit]
	return len(words) > 0 && slices.Contains(short, words[len(words)-1])
}

// lacksUnit reports a bare number that duration or bytes is given: as a text it would
// still lack its unit.
func (c *termChecker) lacksUnit(x *hclsyntax.FunctionCallExpr, arg hclsyntax.Expression) bool {
	n, name, plain := c.plainNumber(arg)
	if !plain || n <= 0 || x.Name != "duration" && x.Name != "bytes" {
		return false
	}
	remedy := bytesRemedy(n, name)
	if x.Name == "duration" {
		remedy = durationRemedy(n, name)
	}
	c.errorIn(spot{at: arg.Range(), expr: arg, ctx: c.ctx}, "Wrong type of value", "Here a string with a unit is needed, but this is a number. "+remedy)
	return true
}

const (
	inSeconds = "seconds"
	inBytes   = "bytes"
)

// unitOf is what an attribute of upload is counted in, or "".
func unitOf(attribute string) string {
	switch attribute {
	case "upload.age", "upload.idle":
		return inSeconds
	case "upload.size":
		return inBytes
	}
	return ""
}

// plainNumber returns the number that an expression is and that nobody wrote a unit for:
// a literal, a variable, whose value is a constant, or a local that is one of these. name
// is what the number is called, "" for a literal.
func (c *termChecker) plainNumber(expr hclsyntax.Expression) (n float64, name string, ok bool) {
	x, named := bare(expr).(*hclsyntax.ScopeTraversalExpr)
	if named {
		if !c.isPlain(x) {
			return 0, "", false
		}
		name = traversalText(x.Traversal)
	} else if !isLiteral(expr) {
		return 0, "", false
	}
	v, diags := expr.Value(c.ctx)
	n, ok = numberOf(v)
	return n, name, ok && !diags.HasErrors()
}

// isPlain reports whether an expression is a literal, or names a variable or such a
// local. Locals in a circle have no value, and are not asked about.
func (l *loader) isPlain(expr hclsyntax.Expression) bool {
	for range len(l.locals) + 1 {
		x, named := bare(expr).(*hclsyntax.ScopeTraversalExpr)
		if !named {
			return isLiteral(expr)
		}
		if x.Traversal.RootName() == "var" {
			return true
		}
		name, _ := localName(x.Traversal)
		if l.locals[name] == nil || len(x.Traversal) != 2 {
			return false
		}
		expr = l.locals[name].attr.Expr
	}
	return false
}

// writtenNumber is how a number is written in a text: as it is, or by its name.
func writtenNumber(n float64, name string) string {
	if name == "" {
		return numeral(n)
	}
	return "${" + name + "}"
}

// longestDays is the number up to which days may have been meant.
const longestDays = 3650

func numeral(n float64) string { return strconv.FormatFloat(n, 'f', -1, 64) }

func secondsText(n float64) string {
	if n > longestDays && n < maxSeconds {
		return FormatDuration(time.Duration(n * float64(time.Second)))
	}
	return fmt.Sprintf("%v seconds", n)
}

// maxSeconds is more than any age.
const maxSeconds = 1 << 33

func bytesRemedy(n float64, name string) string {
	return fmt.Sprintf("Write bytes(\"%sMiB\") for that many MiB, or bytes(\"%[1]sB\") if bytes are meant.", writtenNumber(n, name))
}

func durationRemedy(n float64, name string) string {
	written := writtenNumber(n, name)
	switch whole := n == float64(int64(n)); {
	case n <= longestDays && whole:
		return fmt.Sprintf("Write duration(\"%sd\") for that many days, or duration(\"%[1]ss\") if seconds are meant.", written)
	case n > longestDays && n < maxSeconds && whole && name != "":
		return fmt.Sprintf("Write duration(\"%ss\"), which says so.", written)
	case n > longestDays && n < maxSeconds && whole:
		return fmt.Sprintf("Write duration(%q), which says so.", FormatDuration(time.Duration(n)*time.Second))
	}
	return "Write duration(\"30d\"), which says so."
}
