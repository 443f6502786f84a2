package rules

import (
	"fmt"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// Calls whose arguments stand the wrong way round. They are hardly ever true, so that
// their negation, which was to keep something, is true for nearly every upload.

// An argumentOrder says which of the two arguments of a function is the text that it
// looks at, and what its arguments are called.
type argumentOrder struct {
	text          int
	first, second string
}

func argumentOrders() map[string]argumentOrder {
	const text = "the text that it is looked for in"
	return map[string]argumentOrder{
		"glob":        {1, "the glob", "the text that it is to match"},
		"regex":       {1, "the regular expression", text},
		"regexall":    {1, "the regular expression", text},
		"split":       {1, "the separator", "the text that it splits"},
		"startswith":  {0, "the text", "what it may begin with"},
		"endswith":    {0, "the text", "what it may end with"},
		"strcontains": {0, "the text", "what it may hold"},
		"trimprefix":  {0, "the text", "what is taken from its beginning"},
		"trimsuffix":  {0, "the text", "what is taken from its end"},
	}
}

// inOrder reports calls that look at a fixed text with something that comes later.
func (c *termChecker) inOrder(expr hclsyntax.Expression) (ok bool) {
	ok = true
	names := c.laterNames(expr)
	_ = hclsyntax.VisitAll(expr, func(n hclsyntax.Node) hcl.Diagnostics {
		x, call := n.(*hclsyntax.FunctionCallExpr)
		if !call || len(x.Args) != 2 || x.ExpandFinal {
			return nil
		}
		order, known := argumentOrders()[x.Name]
		if !known || namesAny(x.Args[order.text], names) || !namesAny(x.Args[1-order.text], names) {
			return nil
		}
		ok = false
		c.errorIn(spot{at: x.Range(), expr: x, ctx: c.ctx}, "Arguments the wrong way round", fmt.Sprintf(
			"The first argument of %s is %s, and the second %s. %s", x.Name, order.first, order.second, c.turnedRound(x)))
		return nil
	})
	return ok
}

// turnedRound says how to write a call with its arguments the other way round.
func (c *termChecker) turnedRound(x *hclsyntax.FunctionCallExpr) string {
	f := c.files[x.Range().Filename]
	if f == nil || usesSensitive(x, c.ctx) {
		return "Write the second one first."
	}
	source := func(e hclsyntax.Expression) string { return cut(string(e.Range().SliceBytes(f.Bytes))) }
	return fmt.Sprintf("Write %s(%s, %s).", x.Name, source(x.Args[1]), source(x.Args[0]))
}

// laterNames are the roots of what comes later, and of loops over it.
func (c *termChecker) laterNames(expr hclsyntax.Expression) []string {
	names := []string{c.later.root}
	_ = hclsyntax.VisitAll(expr, func(n hclsyntax.Node) hcl.Diagnostics {
		if loop, ok := n.(*hclsyntax.ForExpr); ok && namesAny(loop.CollExpr, names) {
			names = append(names, loop.KeyVar, loop.ValVar)
		}
		return nil
	})
	return names
}
