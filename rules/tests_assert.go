package rules

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
)

// verdictAttributes are what asserts can ask of verdict.NAME.
func verdictAttributes() []string { return []string{"action", "by", "reason", "rules"} }

// knownReasons are all reasons of verdicts.
func knownReasons() []string {
	known := []string{string(AbortStale), string(AbortOverLifetime)}
	for _, reason := range keepReasons() {
		known = append(known, string(reason))
	}
	return known
}

func knownActions() []string { return []string{"abort", "keep"} }

// decide reaches the verdicts on the mocks, unless there is a mistake in them.
func (r *testRun) decide() bool {
	mocks := r.uploads()
	if r.l.diags.HasErrors() {
		return false
	}
	for i := range mocks {
		m := &mocks[i]
		v := r.cfg.Decide(&m.upload, &m.parts, r.now)
		if v.Action == NeedParts {
			panic("rules: a verdict needs parts that are there")
		}
		r.seen = append(r.seen, TestVerdict{
			Mock: m.name, Upload: m.upload, Parts: m.parts, Verdict: v, Why: r.cfg.why(m, v, r.now),
		})
	}
	return true
}

// verdictValue is verdict.NAME.
func verdictValue(v Verdict) cty.Value {
	action := "keep"
	if v.Action == Abort {
		action = "abort"
	}
	rules := []cty.Value{}
	for _, address := range v.Rules {
		rules = append(rules, cty.StringVal(address))
	}
	by := cty.NullVal(cty.String)
	if v.By != "" {
		by = cty.StringVal(v.By)
	}
	return cty.ObjectVal(map[string]cty.Value{
		"action": cty.StringVal(action), "reason": cty.StringVal(string(v.Reason)), "by": by,
		// A tuple, so that it equals ["rule.x"] written in a condition.
		"rules": cty.TupleVal(rules),
	})
}

// unknownVerdict is verdict.NAME as far as its type goes.
func unknownVerdict() cty.Value {
	return cty.ObjectVal(map[string]cty.Value{
		"action": cty.UnknownVal(cty.String), "reason": cty.UnknownVal(cty.String), "by": cty.UnknownVal(cty.String),
		"rules": cty.DynamicVal,
	})
}

// assert evaluates the asserts of the test, all of them.
func (r *testRun) assert() TestOutcome {
	known, unknown := map[string]cty.Value{}, map[string]cty.Value{}
	for _, s := range r.seen {
		known[s.Mock], unknown[s.Mock] = verdictValue(s.Verdict), unknownVerdict()
	}
	verdicts := bindings{"verdict": cty.ObjectVal(known), planRoot: r.cfg.planValue(r.planFacts())}
	for _, b := range r.block.blocks["assert"] {
		r.checkAssert(b, bindings{"verdict": cty.ObjectVal(unknown), planRoot: cty.UnknownVal(planType(r.cfg.currencies))})
	}
	if r.l.diags.HasErrors() {
		return TestError
	}
	outcome := TestPass
	for _, b := range r.block.blocks["assert"] {
		if !r.holds(b, verdicts) {
			outcome = TestFail
		}
	}
	return outcome
}

// checkAssert looks at the names and types of an assert.
func (r *testRun) checkAssert(b *block, unknown bindings) {
	condition, message := b.args["condition"], b.args["error_message"]
	if condition == nil || message == nil {
		return // it was told
	}
	if len(condition.Expr.Variables()) == 0 {
		r.l.errorAt(condition.Expr.Range(), "Condition without a reference",
			"This condition refers to nothing, so that the test holds or fails whatever the rules say. Refer to a verdict, as in verdict.NAME.action == \"keep\", or to a figure of plan.")
		return
	}
	for _, want := range []struct {
		attr *hclsyntax.Attribute
		ty   cty.Type
		is   string
	}{{condition, cty.Bool, "true or false"}, {message, cty.String, "a string"}} {
		if !r.checkVerdicts(want.attr.Expr) {
			continue
		}
		ctx := r.l.scope(want.attr.Expr, unknown)
		if len(r.l.checkPaths(want.attr.Expr, ctx, planLater(want.ty, r.cfg.currencies))) > 0 {
			continue
		}
		before := len(r.l.diags)
		v, _ := r.l.value(want.attr.Expr, ctx)
		if len(r.l.diags) > before || v == cty.NilVal {
			continue
		}
		if ty := v.Type(); ty != want.ty && ty != cty.DynamicPseudoType {
			r.l.errorIn(spot{at: want.attr.Expr.Range(), expr: want.attr.Expr, ctx: ctx}, "Wrong type of value", fmt.Sprintf(
				"The argument %q needs %s, but this is %s.", want.attr.Name, want.is, withArticle(ty.FriendlyName())))
		}
	}
}

// checkVerdicts looks at what an expression asks of verdicts.
func (r *testRun) checkVerdicts(expr hclsyntax.Expression) bool {
	ok := true
	for _, t := range expr.Variables() {
		if t.RootName() == "verdict" && !r.checkVerdict(t) {
			ok = false
		}
	}
	_ = hclsyntax.VisitAll(expr, func(n hclsyntax.Node) hcl.Diagnostics {
		if op, is := n.(*hclsyntax.BinaryOpExpr); is && (op.Op == hclsyntax.OpEqual || op.Op == hclsyntax.OpNotEqual) {
			ok = r.checkWord(op.LHS, op.RHS) && r.checkWord(op.RHS, op.LHS) && ok
		}
		return nil
	})
	return ok
}

// checkVerdict looks at verdict.NAME.ATTRIBUTE.
func (r *testRun) checkVerdict(t hcl.Traversal) bool {
	if len(t) < 2 {
		return true
	}
	var mocks []string
	for _, s := range r.seen {
		mocks = append(mocks, s.Mock)
	}
	name, named := stepName(t[1])
	if named && !slices.Contains(mocks, name) {
		declared := " This test has none: add mock \"upload\" \"" + cut(name) + "\" { ... }."
		if len(mocks) > 0 {
			declared = fmt.Sprintf(" Uploads of this test: %s.", enumerate(mocks, "and"))
		}
		r.l.errorAt(t.SourceRange(), "Reference to undeclared mock", fmt.Sprintf(
			"There is no mock upload named %q.%s%s", name, didYouMean(name, mocks), declared))
		return false
	}
	if len(t) < 3 {
		return true
	}
	attr, named := stepName(t[2])
	if named && !slices.Contains(verdictAttributes(), attr) {
		r.l.errorAt(t.SourceRange(), "Unsupported attribute", fmt.Sprintf(
			"A verdict has no attribute %q.%s It has: %s.", attr, didYouMean(attr, verdictAttributes()), enumerate(verdictAttributes(), "and")))
		return false
	}
	return true
}

// stepName returns the name behind a dot or in brackets.
func stepName(step hcl.Traverser) (string, bool) {
	if index, ok := step.(hcl.TraverseIndex); ok && index.Key.Type() == cty.String && index.Key.IsKnown() && !index.Key.IsNull() {
		return index.Key.AsString(), true
	}
	return attrName(step)
}

// checkWord looks at a text that an action or a reason is compared with. One that
// no verdict ever has would make != hold for ever.
func (r *testRun) checkWord(asked, word hclsyntax.Expression) bool {
	t, diags := hcl.AbsTraversalForExpr(bare(asked))
	literal, isText := bare(word).(*hclsyntax.TemplateExpr)
	if diags.HasErrors() || len(t) != 3 || t.RootName() != "verdict" || !isText || !literal.IsStringLiteral() {
		return true
	}
	attr, _ := stepName(t[2])
	words := map[string][]string{"action": knownActions(), "reason": knownReasons()}[attr]
	v, diags := literal.Value(nil)
	if words == nil || diags.HasErrors() || slices.Contains(words, v.AsString()) {
		return true
	}
	r.l.errorAt(literal.Range(), "Unknown "+attr, fmt.Sprintf("No verdict has the %s %q.%s There are: %s.",
		attr, v.AsString(), didYouMean(v.AsString(), words), enumerate(words, "and")))
	return false
}

// holds evaluates an assert and reports where it does not hold.
func (r *testRun) holds(b *block, verdicts bindings) bool {
	condition := b.args["condition"].Expr
	ctx := r.l.scope(condition, verdicts)
	v, ok := r.l.value(condition, ctx)
	if !ok {
		return false // it was told
	}
	v, _ = v.UnmarkDeep()
	at := spot{at: condition.Range(), expr: condition, ctx: ctx}
	if v.IsNull() || v.Type() != cty.Bool {
		r.l.errorIn(at, "Wrong type of value", "The condition is neither true nor false.")
		return false
	}
	if v.True() {
		return true
	}
	at.at = failing(condition, ctx).Range()
	detail := r.message(b, verdicts)
	if why := r.whyOf(condition); why != "" {
		detail += "\n\n" + why
	}
	r.l.errorIn(at, "Test assertion failed", detail)
	return false
}

// failing is the first term of a condition that does not hold.
func failing(condition hclsyntax.Expression, ctx *hcl.EvalContext) hclsyntax.Expression {
	op, is := bare(condition).(*hclsyntax.BinaryOpExpr)
	if !is || op.Op != hclsyntax.OpLogicalAnd {
		return condition
	}
	if v, diags := op.LHS.Value(ctx); !diags.HasErrors() {
		if v, _ = v.UnmarkDeep(); v.IsKnown() && !v.IsNull() && v.Type() == cty.Bool && v.False() {
			return failing(op.LHS, ctx)
		}
	}
	return failing(op.RHS, ctx)
}

// message is what an assert says where it does not hold, without what is sensitive.
func (r *testRun) message(b *block, verdicts bindings) string {
	expr := b.args["error_message"].Expr
	ctx := r.l.scope(expr, verdicts)
	v, ok := r.l.value(expr, ctx)
	text := ""
	if ok && !v.IsNull() {
		text = strings.TrimSpace(r.l.shownText(expr, ctx))
	}
	if text == "" {
		return "The condition does not hold."
	}
	return ended(text)
}

// whyOf tells the figures behind the verdicts that a condition names.
func (r *testRun) whyOf(condition hclsyntax.Expression) string {
	named := map[string]bool{}
	for _, t := range condition.Variables() {
		if t.RootName() != "verdict" {
			continue
		}
		if len(t) > 1 {
			if name, ok := stepName(t[1]); ok {
				named[name] = true
			}
		}
	}
	var lines []string
	for _, s := range r.seen {
		if named[s.Mock] {
			lines = append(lines, s.Mock+": "+s.Why)
		}
	}
	return strings.Join(lines, "\n")
}
