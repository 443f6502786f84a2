package rules

import (
	"fmt"
	"slices"
	"time"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
)

// leastSize is the size in bytes below which nobody means bytes.
const leastSize = 1024

// warnUnits warns where a where compares an age or a size with a bare number that is
// hardly meant in seconds or bytes: upload.age > 30 is true for all that is not of the
// last half minute.
func (l *loader) warnUnits(expr hclsyntax.Expression, ctx *hcl.EvalContext, later laterValue) {
	if later.root != uploadLater().root {
		return
	}
	_ = hclsyntax.VisitAll(expr, func(n hclsyntax.Node) hcl.Diagnostics {
		x, ok := n.(*hclsyntax.BinaryOpExpr)
		if !ok || x.Op.Type != cty.Bool {
			return nil
		}
		for _, sides := range [][2]hclsyntax.Expression{{x.LHS, x.RHS}, {x.RHS, x.LHS}} {
			if about, ok := bare(sides[0]).(*hclsyntax.ScopeTraversalExpr); ok {
				l.warnUnit(traversalText(about.Traversal), sides[1], ctx)
			}
		}
		return nil
	})
}

// warnUnit warns about a number that an attribute of upload is compared with.
func (l *loader) warnUnit(attribute string, number hclsyntax.Expression, ctx *hcl.EvalContext) {
	literal, ok := bare(number).(*hclsyntax.LiteralValueExpr)
	if !ok || literal.Val.Type() != cty.Number || literal.Val.IsNull() {
		return
	}
	n, _ := literal.Val.AsBigFloat().Float64()
	at := spot{at: number.Range(), expr: number, ctx: ctx}
	switch {
	case n <= 0:
	case slices.Contains([]string{"upload.age", "upload.idle"}, attribute):
		l.warnIn(at, "Number without a unit", fmt.Sprintf("%s is in seconds, so that this means %s. %s",
			attribute, secondsText(n), durationRemedy(n)))
	case attribute == "upload.size" && n < leastSize:
		l.warnIn(at, "Number without a unit", fmt.Sprintf(
			"upload.size is in bytes, so that this means %v of them. Write bytes(\"%vMiB\") for that many MiB, or bytes(\"%vB\") if bytes are meant.", n, n, n))
	}
}

// longestDays is the number up to which days may have been meant.
const longestDays = 3650

func secondsText(n float64) string {
	if n > longestDays && n < maxSeconds {
		return FormatDuration(time.Duration(n * float64(time.Second)))
	}
	return fmt.Sprintf("%v seconds", n)
}

// maxSeconds is more than any age.
const maxSeconds = 1 << 33

func durationRemedy(n float64) string {
	switch {
	case n <= longestDays && n == float64(int64(n)):
		return fmt.Sprintf("Write duration(\"%vd\") for that many days, or duration(\"%vs\") if seconds are meant.", n, n)
	case n > longestDays && n < maxSeconds && n == float64(int64(n)):
		return fmt.Sprintf("Write duration(%q), which says so.", FormatDuration(time.Duration(n)*time.Second))
	}
	return "Write duration(\"30d\"), which says so."
}
