package rules

import (
	"fmt"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"
)

// doubleKeys reports keys that an object has twice. HCL takes the last one and says
// nothing, so that what the first one was to protect, or to spare, is gone.
func doubleKeys(text hclsyntax.Node) hcl.Diagnostics {
	return hclsyntax.VisitAll(text, func(n hclsyntax.Node) hcl.Diagnostics {
		object, ok := n.(*hclsyntax.ObjectConsExpr)
		if !ok {
			return nil
		}
		var diags hcl.Diagnostics
		first := map[string]hcl.Range{}
		for _, item := range object.Items {
			key, known := writtenKey(item.KeyExpr)
			if !known {
				continue
			}
			at := item.KeyExpr.Range()
			if before, twice := first[key]; twice {
				diags = append(diags, &hcl.Diagnostic{
					Severity: hcl.DiagError, Summary: "Key given twice", Subject: &at,
					Detail: fmt.Sprintf("This object has the key %q at line %d already, and only one of the two values would count. Remove one of them, or rename its key.", key, before.Start.Line),
				})
				continue
			}
			first[key] = at
		}
		return diags
	})
}

// writtenKey returns a key that stands in the text itself.
func writtenKey(expr hclsyntax.Expression) (key string, known bool) {
	v, diags := expr.Value(nil)
	if diags.HasErrors() || !v.IsWhollyKnown() || v.IsNull() {
		return "", false
	}
	text, err := convert.Convert(v, cty.String)
	if err != nil {
		return "", false
	}
	return text.AsString(), true
}
