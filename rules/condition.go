package rules

import (
	"encoding/json"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// A Condition is an expression over values that come later: an upload, or the totals
// of a plan. Everything else that it refers to is fixed.
type Condition struct {
	text string // as it was written, with the values it refers to; two that agree in it mean the same
	expr hclsyntax.Expression
	ctx  *hcl.EvalContext // without the values that come later
}

// String is the expression as it was written.
func (c *Condition) String() string { return c.text }

// MarshalJSON writes the condition for Config.Fingerprint.
func (c *Condition) MarshalJSON() ([]byte, error) { return json.Marshal(c.text) }
