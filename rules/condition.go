package rules

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"
)

// maxConditionEffort bounds what one evaluation of a condition computes, in bytes of
// values. It is counted and not timed, so that the same upload always has the same
// verdict.
const maxConditionEffort = 16 << 20

// A Condition is an expression over values that come later: an upload, or the totals
// of a plan. Everything else that it refers to is fixed. It is used by pointer, from
// any number of goroutines.
type Condition struct {
	source string // as it was written, so that it can be read alone
	text   string // in a normal form, with the values it refers to; two that agree in it mean the same

	expr  hclsyntax.Expression
	at    hcl.Range
	ctx   *hcl.EvalContext // without the values that come later
	later string           // the root of what comes later: "upload"
	want  cty.Type         // of its value

	// names are the attributes of upload that it names, or may name.
	names []uploadAttribute
	// late: one of them is known only once the parts were read.
	late bool
	// secret: a value that messages must not show is among those it refers to.
	secret bool

	// loose are the functions as expressions outside of conditions call them.
	loose map[string]function.Function

	evaluators sync.Pool // of *evaluator
}

// String is the expression as it was written.
func (c *Condition) String() string { return strings.TrimSuffix(c.source, "\n") }

// MarshalJSON writes the condition for Config.Fingerprint.
func (c *Condition) MarshalJSON() ([]byte, error) { return json.Marshal(c.text) }

// value evaluates the condition with what came later. The value is known, not null
// and of the wanted type; the error says in a phrase why there is none.
func (c *Condition) value(later laterSource) (v cty.Value, err error) {
	e := c.evaluator()
	defer func() {
		// What a library does with odd values must end neither the run nor in a guess.
		if p := recover(); p != nil {
			v, err = cty.NilVal, errors.New("it has no result for these values")
		}
	}()
	v, diags := e.evaluate(later)
	exhausted, mistake := e.effort.exhausted(), e.met.last
	c.evaluators.Put(e)
	switch {
	case exhausted:
		return cty.NilVal, fmt.Errorf("its values take more than %d MiB", maxConditionEffort>>20)
	case diags.HasErrors():
		return cty.NilVal, c.failure(diags)
	case mistake != nil: // in an argument of try or can, which would hide it
		return cty.NilVal, c.hidden(mistake)
	}
	if v.IsMarked() && c.want == cty.String {
		return cty.StringVal(hiddenValue), nil
	}
	v, _ = v.Unmark()
	if c.want == cty.String && v.IsKnown() {
		v = quoted(c.expr, v)
	}
	switch {
	case !v.IsKnown():
		return cty.NilVal, errors.New("its value is not known" + c.notTold(later))
	case v.IsNull():
		return cty.NilVal, errors.New("its value is null")
	case v.Type() != c.want:
		return cty.NilVal, fmt.Errorf("its value is %s, not %s", withArticle(v.Type().FriendlyName()), withArticle(c.want.FriendlyName()))
	}
	return v, nil
}

// failure puts the first error of an evaluation into words.
func (c *Condition) failure(diags hcl.Diagnostics) error {
	for _, d := range diags {
		switch {
		case d.Severity != hcl.DiagError:
		case c.secret:
			return errors.New(lowerFirst(d.Summary) + " (sensitive value)")
		default:
			detail := strings.Join(strings.Fields(withoutStack(d).Detail), " ")
			return errors.New(lowerFirst(d.Summary) + ": " + cut(strings.TrimSuffix(lowerFirst(detail), ".")))
		}
	}
	return errors.New("it has no result")
}

// hidden puts a mistake that try or can would hide into words.
func (c *Condition) hidden(mistake error) error {
	summary := lowerFirst(mistakeSummary(mistake))
	if c.secret {
		return errors.New(summary + " (sensitive value)")
	}
	return errors.New(summary + ": " + cut(mistake.Error()))
}

// notTold names the attributes among those the condition refers to that are not known.
func (c *Condition) notTold(later laterSource) string {
	var names []string
	for _, a := range c.names {
		if !a.value(later.upload).IsKnown() {
			names = append(names, c.later+"."+a.name)
		}
	}
	switch len(names) {
	case 0:
		return ""
	case 1:
		return ": " + names[0] + " is not told"
	}
	return ": " + strings.Join(names, ", ") + " are not told"
}

// lowerFirst makes the beginning of a sentence fit into another one.
func lowerFirst(s string) string {
	if len(s) < 2 || s[1] >= 'A' && s[1] <= 'Z' {
		return s
	}
	return strings.ToLower(s[:1]) + s[1:]
}
