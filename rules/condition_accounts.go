package rules

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
)

// warnAccount warns where a where compares an account of KS3 with what is no decimal
// number in Base64. KS3 tells accounts so, and == would never hold and != always would: the
// uploads of an account that is to be spared would not be.
func (c *termChecker) warnAccount(found comparison, v cty.Value, at spot) {
	if !c.later.inBase64 {
		return
	}
	id, strange := strangeAccount(v, found.by)
	if !strange {
		return
	}
	what, remedy := "this text", "Write base64encode(...) around the decimal id of the account, or compare with the text that plans show."
	never := "it never equals "
	switch {
	case found.by != byWhole:
		what, never = "these digits", "it never holds "
		remedy = fmt.Sprintf("Look at base64decode(%s) instead, or compare it with base64encode(...) around whole ids.", found.attribute)
	case isNumber(id):
		what, remedy = "a number", "Write base64encode(...) around each id, or compare with the text that plans show."
	}
	c.warnIn(at, "Account that is not in Base64", fmt.Sprintf(
		"%s is what the store tells, and KS3 tells the ids of accounts, which are decimal numbers, in Base64, so that %s%s. %s", found.attribute, never, what, remedy))
}

// A loopValue is what a variable of a loop stands for, one after the other.
type loopValue struct {
	in     hcl.Range // the loop
	name   string
	values []cty.Value
}

// loopValues are what the variables of the loops in an expression stand for, as far as
// that is known.
func (c *termChecker) loopValues(expr hclsyntax.Expression) []loopValue {
	var loops []loopValue
	_ = hclsyntax.VisitAll(expr, func(n hclsyntax.Node) hcl.Diagnostics {
		loop, ok := n.(*hclsyntax.ForExpr)
		if !ok {
			return nil
		}
		over, diags := c.effort.counted(loop.CollExpr).Value(c.ctx)
		if over = unmarked(over); diags.HasErrors() || over == cty.NilVal || over.IsNull() || !over.IsKnown() || !over.CanIterateElements() {
			return nil
		}
		var keys, values []cty.Value
		for key, value := range elementsOf(over) {
			keys, values = append(keys, key), append(values, value)
		}
		loops = append(loops, loopValue{loop.Range(), loop.KeyVar, keys}, loopValue{loop.Range(), loop.ValVar, values})
		return nil
	})
	return loops
}

// loopOf returns the values of the variable of a loop that an expression is, if it is
// one.
func loopOf(expr hclsyntax.Expression, loops []loopValue) []cty.Value {
	v, ok := bare(expr).(*hclsyntax.ScopeTraversalExpr)
	if !ok || len(v.Traversal) != 1 {
		return nil
	}
	for _, loop := range slices.Backward(loops) { // the inner ones first
		if loop.name == v.Traversal.RootName() && loop.in.ContainsPos(v.Range().Start) {
			return loop.values
		}
	}
	return nil
}

// strangeAccount returns a text that is no decimal number in Base64, or no part of one: two
// digits never stand side by side in it.
func strangeAccount(v cty.Value, by comparedBy) (id string, found bool) {
	text, known := textOf(unmarked(v))
	if !known || text == "" { // nobody's, as a variable that is left empty says
		return "", false
	}
	if by != byWhole {
		digits := strings.Trim(text, "^$*.+")
		return digits, isNumber(digits) && len(digits) > 1
	}
	_, ok := AccountNumber(text)
	return text, !ok
}

func isNumber(s string) bool {
	return s != "" && strings.Trim(s, "0123456789") == ""
}
