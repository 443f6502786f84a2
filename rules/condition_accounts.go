package rules

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
)

// warnAccounts warns where a where compares an account of KS3 with what is no decimal
// number in Base64. KS3 tells accounts so, and == would never hold and != always would: the
// uploads of an account that is to be spared would not be.
func (c *termChecker) warnAccounts() {
	if !c.later.inBase64 {
		return
	}
	loops := c.loopValues(c.expr)
	_ = hclsyntax.VisitAll(c.expr, func(n hclsyntax.Node) hcl.Diagnostics {
		if part, ok := n.(hclsyntax.Expression); !ok || isWithin(c.dead, part) {
			return nil
		}
		account, others := comparedAccount(n)
		for _, other := range others {
			id, ok := c.notInBase64(other, loops)
			if !ok {
				continue
			}
			remedy := "Write base64encode(...) around each id, or compare with the text that plans show."
			if !isNumber(id) {
				remedy = "Write base64encode(...) around the decimal id of the account, or compare with the text that plans show."
			}
			c.warnIn(spot{at: other.Range(), expr: other, ctx: c.ctx}, "Account that is not in Base64", fmt.Sprintf(
				"%s is what the store tells, and KS3 tells the ids of accounts, which are decimal numbers, in Base64, so that it never equals %s. %s", account, whatItIs(id), remedy))
		}
		return nil
	})
}

func whatItIs(id string) string {
	if isNumber(id) {
		return "a number"
	}
	return "this text"
}

// comparedAccount returns which account of an upload an expression compares, and what
// with.
func comparedAccount(n hclsyntax.Node) (account string, others []hclsyntax.Expression) {
	var all []hclsyntax.Expression
	switch x := n.(type) {
	case *hclsyntax.BinaryOpExpr:
		if x.Op == hclsyntax.OpEqual || x.Op == hclsyntax.OpNotEqual {
			all = []hclsyntax.Expression{x.LHS, x.RHS}
		}
	case *hclsyntax.FunctionCallExpr:
		switch x.Name {
		case "contains", "index":
			all = x.Args
		case "lookup":
			all = x.Args[:min(2, len(x.Args))]
		}
	case *hclsyntax.IndexExpr:
		all = []hclsyntax.Expression{x.Collection, x.Key}
	}
	for _, expr := range all {
		switch reference := referenceText(expr); reference {
		case "upload.owner", "upload.initiator":
			account = reference
		default:
			others = append(others, expr)
		}
	}
	if account == "" {
		return "", nil
	}
	return account, others
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
		for it := over.ElementIterator(); it.Next(); {
			key, value := it.Element()
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

// notInBase64 returns the first text of an expression that no account of KS3 has for
// its id: of a text, of a list, or of the keys of a map.
func (c *termChecker) notInBase64(expr hclsyntax.Expression, loops []loopValue) (id string, found bool) {
	for _, value := range loopOf(expr, loops) {
		if id, found := strangeAccount(value); found {
			return id, true
		}
	}
	v, diags := c.effort.counted(expr).Value(c.ctx)
	if diags.HasErrors() {
		return "", false
	}
	v = unmarked(v)
	if id, found := strangeAccount(v); found {
		return id, true
	}
	if v.IsNull() || !v.IsKnown() || !v.CanIterateElements() {
		return "", false
	}
	keyed := v.Type().IsMapType() || v.Type().IsObjectType()
	for it := v.ElementIterator(); it.Next(); {
		key, element := it.Element()
		if keyed {
			element = key
		}
		if id, found := strangeAccount(element); found {
			return id, true
		}
	}
	return "", false
}

// strangeAccount returns a text that is no decimal number in Base64.
func strangeAccount(v cty.Value) (id string, found bool) {
	text, known := textOf(unmarked(v))
	if !known || text == "" { // nobody's, as a variable that is left empty says
		return "", false
	}
	_, ok := AccountNumber(text)
	return text, !ok
}

func isNumber(s string) bool {
	return s != "" && strings.Trim(s, "0123456789") == ""
}
