package rules

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// checkLevels warns about a glob that stops at the next slash where all that lies below
// was hardly meant to be left out: "raw/legal/*" covers no "raw/legal/2024/a.pdf". A "?*"
// says that it was: nobody writes it for everything below.
func (l *loader) checkLevels(g placedGlob, what string) {
	s := g.glob.String()
	switch {
	case !g.glob.wild() || strings.Contains(s, "**") || g.glob.namesOneLevel():
	case g.glob.tokens[len(g.glob.tokens)-1].kind == globStar:
		l.warnIn(g.at, what+" of one level", fmt.Sprintf(
			"%q covers no key with a further \"/\": * ends at a slash. Write %q for everything below, or %q if this level alone is meant.",
			s, s+"*", strings.TrimSuffix(s, "*")+"?*"))
	case !strings.Contains(s, "/"):
		meant := ""
		if i := g.glob.firstStar(); i >= 0 {
			meant = fmt.Sprintf(", or %q if only those without one are meant", s[:i]+"?"+s[i:])
		}
		l.warnIn(g.at, what+" of one level", fmt.Sprintf(
			"%q covers no key with a \"/\": * and ? end at a slash. Write %q for those below too%s.", s, "**/"+s, meant))
	}
}

// warnGlobs warns about globs over upload.key in a where that match less than they seem
// to, as those of protects and scans are warned of.
func (l *loader) warnGlobs(expr hclsyntax.Expression, ctx *hcl.EvalContext, later laterValue) {
	if later.root != uploadLater().root {
		return
	}
	loops := l.loopValues(expr, ctx)
	_ = hclsyntax.VisitAll(expr, func(n hclsyntax.Node) hcl.Diagnostics {
		x, ok := n.(*hclsyntax.FunctionCallExpr)
		if !ok || x.Name != "glob" || len(x.Args) != 2 {
			return nil
		}
		about, ok := bare(x.Args[1]).(*hclsyntax.ScopeTraversalExpr)
		if !ok || traversalText(about.Traversal) != "upload.key" {
			return nil
		}
		patterns := slices.Clone(loopOf(x.Args[0], loops))
		if v, diags := l.effort.counted(x.Args[0]).Value(ctx); !diags.HasErrors() {
			patterns = append(patterns, v)
		}
		for _, v := range patterns {
			text, known := textOf(v) // a sensitive one is not told
			if g, err := ParseGlob(text); known && err == nil {
				l.checkWholeKey(placedGlob{g, spot{at: x.Args[0].Range(), expr: x.Args[0], ctx: ctx}}, "Glob")
			}
		}
		return nil
	})
}
