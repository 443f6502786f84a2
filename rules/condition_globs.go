package rules

import (
	"slices"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// warnGlobs warns about globs over upload.key in a where that match less than they seem
// to, as those of protects and scans are warned of.
func (c *termChecker) warnGlobs() {
	loops := c.loopValues(c.expr)
	_ = hclsyntax.VisitAll(c.expr, func(n hclsyntax.Node) hcl.Diagnostics {
		x, ok := n.(*hclsyntax.FunctionCallExpr)
		if !ok || x.Name != "glob" || len(x.Args) != 2 || referenceText(x.Args[1]) != "upload.key" {
			return nil
		}
		patterns := slices.Clone(loopOf(x.Args[0], loops))
		if v, diags := c.effort.counted(x.Args[0]).Value(c.ctx); !diags.HasErrors() {
			patterns = append(patterns, v)
		}
		for _, v := range patterns {
			text, known := textOf(v) // a sensitive one is not told
			if g, err := ParseGlob(text); known && err == nil {
				c.checkWholeKey(placedGlob{g, spot{at: x.Args[0].Range(), expr: x.Args[0], ctx: c.ctx}}, "Glob")
			}
		}
		return nil
	})
}
