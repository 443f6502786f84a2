package rules

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"
)

// A sensitive value takes part in everything that is computed, and is never shown:
// it carries a mark, which everything that is made of it carries too.

// A valueMark is what a value can carry.
type valueMark string

const sensitiveMark valueMark = "sensitive"

// hiddenValue stands for a sensitive value in every message.
const hiddenValue = "(sensitive value)"

// isSensitive reports whether v, or anything in it, is sensitive.
func isSensitive(v cty.Value) bool { return v != cty.NilVal && v.ContainsMarked() }

// unmarked is v without its marks, and without those of everything in it.
func unmarked(v cty.Value) cty.Value {
	if !isSensitive(v) {
		return v
	}
	bare, _ := v.UnmarkDeep()
	return bare
}

// refuseSensitive reports a sensitive value of an argument that is shown. It points
// at the element where a list was written out.
func (l *loader) refuseSensitive(b *block, x *expression) {
	at := x.spot()
	if list, ok := x.expr.(*hclsyntax.TupleConsExpr); ok {
		for _, element := range list.Exprs {
			if v, diags := element.Value(x.ctx); !diags.HasErrors() && isSensitive(v) {
				at.at, at.expr = element.Range(), element
				break
			}
		}
	}
	l.errorIn(at, "Sensitive value would be shown", fmt.Sprintf(
		"Plans, logs or messages show the argument %q of %s, and this value is sensitive%s. Use one that is not, or write nonsensitive(...) around it if it may be shown.",
		x.arg.name, withArticle(b.kind.name)+" block", l.because(at)))
}

// because names what makes a value sensitive.
func (l *loader) because(s spot) string {
	var names []string
	for _, t := range s.expr.Variables() {
		if v, diags := t.TraverseAbs(s.ctx); !diags.HasErrors() && isSensitive(v) {
			names = append(names, traversalText(t))
		}
	}
	slices.Sort(names)
	if names = slices.Compact(names); len(names) == 0 || len(names) > maxListed {
		return ""
	}
	return ", because it is made of " + strings.Join(names, " and ")
}

// usesSensitive reports whether an expression may compute with a sensitive value: it
// refers to one, or makes one.
func usesSensitive(expr hcl.Expression, ctx *hcl.EvalContext) bool {
	for c := ctx; c != nil; c = c.Parent() {
		if slices.ContainsFunc(slices.Collect(maps.Values(c.Variables)), isSensitive) {
			return true
		}
	}
	node, ok := expr.(hclsyntax.Node)
	if !ok {
		return false
	}
	found := false
	_ = hclsyntax.VisitAll(node, func(n hclsyntax.Node) hcl.Diagnostics {
		call, isCall := n.(*hclsyntax.FunctionCallExpr)
		found = found || isCall && call.Name == "sensitive"
		return nil
	})
	return found
}

// allWithoutValues is withoutValues of every message.
func (l *loader) allWithoutValues(diags hcl.Diagnostics, expr hcl.Expression, ctx *hcl.EvalContext) hcl.Diagnostics {
	bare := make(hcl.Diagnostics, len(diags))
	for i, d := range diags {
		bare[i] = l.withoutValues(d, expr, ctx)
	}
	return bare
}

// withoutValues takes out of HCL's message about an expression what could tell a
// sensitive value: why a function failed, and every quoted text that does not stand in
// the expression itself.
func (l *loader) withoutValues(d *hcl.Diagnostic, expr hcl.Expression, ctx *hcl.EvalContext) *hcl.Diagnostic {
	bare := *d
	bare.EvalContext = hiddenLoops(d.EvalContext, ctx)
	if call, ok := hcl.DiagnosticExtra[hclsyntax.FunctionCallDiagExtra](d); ok && call.FunctionCallError() != nil {
		bare.Detail = fmt.Sprintf("Call to function %q failed. Why is not shown, because it computes with a sensitive value. Check that value, or write nonsensitive(...) around it to be told why.",
			call.CalledFunctionName())
		return &bare
	}
	written := ""
	if f := l.files[expr.Range().Filename]; f != nil && expr.Range().CanSliceBytes(f.Bytes) {
		written = string(expr.Range().SliceBytes(f.Bytes))
	}
	bare.Detail = hideQuoted(d.Detail, func(text string) bool { return strings.Contains(written, text) })
	return &bare
}

// hiddenLoops is the inner context with everything sensitive that it binds besides outer:
// HCL takes the mark from a collection before it goes through the elements.
func hiddenLoops(inner, outer *hcl.EvalContext) *hcl.EvalContext {
	if inner == nil || inner == outer {
		return inner
	}
	hidden := hiddenLoops(inner.Parent(), outer)
	if hidden == nil {
		hidden = &hcl.EvalContext{}
	}
	hidden = hidden.NewChild()
	hidden.Variables = map[string]cty.Value{}
	for name, v := range inner.Variables {
		hidden.Variables[name] = v.Mark(sensitiveMark)
	}
	return hidden
}

// hideQuoted replaces the quoted texts of a message that need not be kept.
func hideQuoted(detail string, keep func(text string) bool) string {
	return quotedText.ReplaceAllStringFunc(detail, func(quoted string) string {
		if keep(strings.Trim(quoted, `"`)) {
			return quoted
		}
		return hiddenValue
	})
}

var quotedText = regexp.MustCompile(`"(?:[^"\\]|\\.)*"`)

// An authored is the mark of a message whose text is the rule author's own, with
// sensitive values hidden already.
type authored struct {
	about string // what was checked: "var.stale_after"
	flag  bool   // its value comes from -var
}

// withoutSecretQuotes returns the messages with nothing quoted in those that point
// into a place that is not shown.
func (l *loader) withoutSecretQuotes() hcl.Diagnostics {
	diags, hidden := slices.Clone(l.diags), l.hidden()
	for i, d := range diags {
		if _, ok := d.Extra.(authored); ok || d.Subject == nil || !touches(hidden[d.Subject.Filename], *d.Subject) {
			continue
		}
		if operator, ok := d.Extra.(foreignOperator); ok {
			d = operator.instead
		}
		bare := *d
		bare.Detail = l.withoutSource(d)
		bare.Expression, bare.EvalContext = nil, nil
		diags[i] = &bare
	}
	return diags
}

// withoutSource is the detail of a message with nothing in it that may be a part of the
// file. What HCL and the remedies say in the same words of every file can only be their
// own, and an argument that is named like a variable is no secret.
func (l *loader) withoutSource(d *hcl.Diagnostic) string {
	remedy := remedies()[d.Summary]
	said, remedied := strings.CutSuffix(d.Detail, remedy)
	if !remedied {
		remedy = ""
	}
	if !slices.Contains(wordsOfSyntax(), strings.TrimSpace(said)) {
		said = hideQuoted(said, func(text string) bool { return d.Summary == "Attribute redefined" && l.vars[text] != nil })
		said = wordsForHidden().Replace(said)
	}
	return said + remedy
}

// wordsForHidden turns sentences about what is quoted in them into ones that can do without.
func wordsForHidden() *strings.Replacer {
	return strings.NewReplacer(
		"The argument "+hiddenValue+" was", "This argument was",
		"has the key "+hiddenValue+" at", "has this key at",
		"Write "+hiddenValue+" alone", `Write the word behind "<<" alone`,
		"The symbol "+hiddenValue+" is", "What stands behind this backslash is",
		"stand in quotes: "+hiddenValue, "stand in quotes",
		hiddenValue+" is not a valid template", "This is not a valid template",
		" Did you mean "+hiddenValue+"?", "",
	)
}

// wordsOfSyntax are the details of HCL's messages about syntax that quote something and
// nothing of the file.
func wordsOfSyntax() []string {
	return []string{
		`An argument or block definition is required here. To set an argument, use the equals sign "=" to introduce the argument value.`,
		`The equals sign "=" indicates an argument definition, and must not be used when defining a block.`,
		`A block definition must have block content delimited by "{" and "}", starting on the same line as the block header.`,
		`Either a quoted string block label or an opening brace ("{") is expected here.`,
		`The star for a full splat operator must be immediately followed by a closing bracket ("]").`,
		`The index operator must end with a closing bracket ("]").`,
		`Expected an attribute value, introduced by an equals sign ("=").`,
		`Expected an equals sign ("=") to mark the beginning of the attribute value. If you intended to given an attribute name containing periods or spaces, write the name in quotes to create a string literal.`,
		`Expected an equals sign ("=") to mark the beginning of the attribute value.`,
		"The \";\" character is not valid. Use newlines to separate arguments and blocks, and commas to separate items in collection values.",
		"The \"`\" character is not valid. To create a multi-line string, use the \"heredoc\" syntax, like \"<<EOT\".",
		`Bitwise operators are not supported. Did you mean boolean AND ("&&")?`,
		`Bitwise operators are not supported. Did you mean boolean OR ("||")?`,
		`Bitwise operators are not supported. Did you mean boolean NOT ("!")?`,
		`Single quotes are not valid. Use double quotes (") to enclose strings.`,
		`Quoted strings may not be split over multiple lines. To produce a multi-line string, either use the \n escape to represent a newline character or use the "heredoc" multi-line template syntax.`,
		"Template interpolation doesn't expect a colon at this location. Did you intend this to be a literal sequence to be processed as part of another language? If so, you can escape it by starting with \"$${\" instead of just \"${\".",
		"Expected a closing brace to end the interpolation expression, but found extra characters.\n\nThis can happen when you include interpolation syntax for another language, such as shell scripting, but forget to escape the interpolation start token. If this is an embedded sequence for another language, escape it by starting with \"$${\" instead of just \"${\".",
		`A template directive keyword ("if", "for", etc) is expected at the beginning of a %{ sequence.`,
		`"Curly quotes" are not valid here. These can sometimes be inadvertently introduced when sharing code via documents or discussion forums. It might help to replace the character with a "straight quote".`,
	}
}

// shownText is the text of an expression of messages: what is sensitive in it is
// hidden, and the rest of a template is kept.
func (l *loader) shownText(expr hclsyntax.Expression, ctx *hcl.EvalContext) string {
	v, diags := expr.Value(ctx)
	if diags.HasErrors() {
		return hiddenValue
	}
	if !isSensitive(v) {
		if text, err := convert.Convert(v, cty.String); err == nil {
			s, _ := textOf(text)
			return s
		}
	}
	inner := expr
	for {
		switch x := inner.(type) {
		case *countedExpr:
			inner = x.Expression
			continue
		case *hclsyntax.ParenthesesExpr:
			inner = x.Expression
			continue
		case *hclsyntax.TemplateExpr:
			var b strings.Builder
			for _, part := range x.Parts {
				b.WriteString(l.shownText(part, ctx))
			}
			return b.String()
		}
		return hiddenValue
	}
}
