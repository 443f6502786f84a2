package rules

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
)

// value evaluates an expression in ctx, which scope built for it. It reports what
// fails. ok is false when there is no value: because of an error here, or because
// the expression uses something whose own error was reported already.
func (l *loader) value(expr hclsyntax.Expression, ctx *hcl.EvalContext) (v cty.Value, ok bool) {
	if ctx == nil {
		return cty.NilVal, false
	}
	at := expr.Range()
	v, diags := l.strictly(expr, ctx)
	if len(diags) > 0 && usesSensitive(expr, ctx) {
		diags = l.allWithoutValues(diags, expr, ctx)
	}
	l.diags = append(l.diags, allWithRemedies(diags)...)
	return v, l.fits(&at) && !diags.HasErrors() && v.IsWhollyKnown()
}

// constant evaluates an expression that refers to nothing, and reports what fails.
func (l *loader) constant(expr hclsyntax.Expression) (v cty.Value, ok bool) {
	at := expr.Range()
	v, diags := l.effort.counted(expr).Value(nil)
	l.diags = append(l.diags, allWithRemedies(diags)...)
	return v, l.fits(&at) && !diags.HasErrors()
}

// withoutStack takes what a function of cty says when it fails by a panic, a trace
// of Go, out of a message.
func withoutStack(d *hcl.Diagnostic) *hcl.Diagnostic {
	call, _, panicked := strings.Cut(d.Detail, "panic in function implementation")
	if !panicked {
		return d
	}
	short := *d
	short.Detail = call + "there is no result for these values."
	return &short
}

// scope builds what an expression may refer to: the bindings of its block, and only
// those variables, locals and data blocks that it names. It returns nil, after
// reporting, when one of them, or a function, does not exist.
func (l *loader) scope(expr hclsyntax.Expression, bound bindings) *hcl.EvalContext {
	ok := l.checkFunctions(expr)
	vars, locals, buckets := map[string]cty.Value{}, map[string]cty.Value{}, map[string]cty.Value{}
	for _, t := range expr.Variables() {
		if _, ours := bound[t.RootName()]; ours {
			continue
		}
		name, found := l.resolve(t)
		switch {
		case !found:
			ok = false
		case t.RootName() == "var":
			vars[name] = l.vars[name].value
		case t.RootName() == "data":
			buckets[name] = l.dataOf(t).value
		default:
			locals[name] = l.locals[name].value
		}
	}
	if !ok {
		return nil
	}
	roots := maps.Clone(bound)
	if roots == nil {
		roots = bindings{}
	}
	maps.Copy(roots, bindings{
		"var": cty.ObjectVal(vars), "local": cty.ObjectVal(locals),
		"data": cty.ObjectVal(bindings{dataBuckets: cty.ObjectVal(buckets)}),
	})
	return &hcl.EvalContext{Functions: l.functions.table(), Variables: roots}
}

// resolve finds the variable, local or data block that a reference names.
func (l *loader) resolve(t hcl.Traversal) (name string, ok bool) {
	root := t.RootName()
	if root == "data" {
		return l.resolveData(t)
	}
	if root != "var" && root != "local" {
		l.badRoot(t)
		return "", false
	}
	at := t.SourceRange()
	if len(t) > 1 {
		name, ok = attrName(t[1])
	}
	if !ok && len(t) > 1 {
		l.errorAt(at, "Invalid reference", fmt.Sprintf(
			"Behind %q stands a dot and a name: write %s.NAME, without brackets.", root, root))
		return "", false
	}
	if !ok {
		l.errorAt(at, "Invalid reference", fmt.Sprintf(
			"%q alone has no value. Write %s.NAME with the name of one of them.", root, root))
		return "", false
	}
	if root == "var" && l.vars[name] == nil || root == "local" && l.locals[name] == nil {
		l.undeclared(t, name)
		return "", false
	}
	return name, true
}

// attrName returns the name behind a dot.
func attrName(step hcl.Traverser) (string, bool) {
	attr, ok := step.(hcl.TraverseAttr)
	return attr.Name, ok
}

// undeclared reports a reference to a variable or local that does not exist.
func (l *loader) undeclared(t hcl.Traversal, name string) {
	if l.incomplete {
		return
	}
	what := "variable"
	if t.RootName() == "local" {
		what = "local value"
	}
	if l.enough() {
		l.errorAt(t.SourceRange(), "Reference to undeclared "+what, fmt.Sprintf("There is no %s named %q.", what, name))
		return
	}
	declared, remedy := slices.Collect(maps.Keys(l.vars)), fmt.Sprintf(" Declare it with variable %q { ... }.", name)
	if t.RootName() == "local" {
		declared, remedy = slices.Collect(maps.Keys(l.locals)), fmt.Sprintf(" Declare it with locals { %s = ... }.", name)
	}
	if len(declared) > 0 {
		remedy = fmt.Sprintf(" Declared: %s.", enumerate(declared, "and"))
	}
	l.errorAt(t.SourceRange(), "Reference to undeclared "+what,
		fmt.Sprintf("There is no %s named %q.%s%s", what, name, didYouMean(name, declared), remedy))
}

// badRoot reports a reference to something that is neither a variable nor a local.
func (l *loader) badRoot(t hcl.Traversal) {
	root, at := t.RootName(), t.SourceRange()
	switch root {
	case eachRoot:
		l.errorAt(at, "Invalid reference",
			"each.key and each.value are known only inside of a rule or protect block that has for_each, and not in for_each itself. Add for_each = ... to the block, or use var.NAME or local.NAME.")
	case "upload":
		l.errorAt(at, "Invalid reference", "upload is the upload that a verdict is about. It has a value only in the where of a stale block: move this there, or write a value.")
	case "plan":
		l.errorAt(at, "Invalid reference", "plan is the plan that a check is about. It has a value only in the assert blocks of a check block: move this there, or write a value.")
	case "run", "check", "module":
		l.notYet(at, fmt.Sprintf("References to %q are", root))
	case "ks3", "s3":
		l.errorAt(at, "Invalid reference", fmt.Sprintf(
			"A provider such as %s can only be named by a provider argument, as in provider = %s. For a text, write it in quotes.", root, root))
	default:
		l.errorAt(at, "Invalid reference", fmt.Sprintf(
			"%q means nothing here.%s Values are var.NAME, local.NAME and data.buckets.NAME.names; a text stands in quotes: %q.",
			root, didYouMean(root, []string{"var", "local", "data", "each", "upload"}), root))
	}
}

// checkFunctions reports calls of functions that do not exist.
func (l *loader) checkFunctions(expr hclsyntax.Expression) bool {
	ok := true
	_ = hclsyntax.VisitAll(expr, func(n hclsyntax.Node) hcl.Diagnostics {
		call, isCall := n.(*hclsyntax.FunctionCallExpr)
		if !isCall || l.functions.has(call.Name) {
			return nil
		}
		ok = false
		detail := fmt.Sprintf("There is no function named %q.", call.Name)
		if !l.enough() {
			detail = l.functions.unknown(call.Name)
		}
		l.errorAt(call.NameRange, "Unknown function", detail)
		return nil
	})
	return ok
}

// A spot is a place in the text of a value, with what its expression refers to:
// messages tell the values of that.
type spot struct {
	at   hcl.Range
	expr hcl.Expression
	ctx  *hcl.EvalContext

	hidden string // of a sensitive value: the name of its argument, the only text that messages quote
}

// errorIn reports an error in a value.
func (l *loader) errorIn(s spot, summary, detail string) {
	l.diags = append(l.diags, s.message(hcl.DiagError, summary, detail))
}

// warnIn reports a warning about a value.
func (l *loader) warnIn(s spot, summary, detail string) {
	l.diags = append(l.diags, s.message(hcl.DiagWarning, summary, detail))
}

// errorAt reports an error at a place.
func (l *loader) errorAt(at hcl.Range, summary, detail string) {
	l.errorIn(spot{at: at}, summary, detail)
}

// warnAt reports a warning at a place.
func (l *loader) warnAt(at hcl.Range, summary, detail string) {
	l.warnIn(spot{at: at}, summary, detail)
}

func (s spot) message(severity hcl.DiagnosticSeverity, summary, detail string) *hcl.Diagnostic {
	if s.hidden != "" {
		detail = hideQuoted(detail, func(text string) bool { return text == s.hidden })
	}
	return &hcl.Diagnostic{
		Severity: severity, Summary: summary, Detail: detail, Subject: &s.at,
		Expression: s.expr, EvalContext: s.ctx,
	}
}

// warnNowhere reports a warning that has no place in a file.
func (l *loader) warnNowhere(summary, detail string) {
	l.diags = append(l.diags, &hcl.Diagnostic{Severity: hcl.DiagWarning, Summary: summary, Detail: detail})
}

// errorNowhere reports an error that has no place in a file.
func (l *loader) errorNowhere(summary, detail string) {
	l.diags = append(l.diags, &hcl.Diagnostic{Severity: hcl.DiagError, Summary: summary, Detail: detail})
}
