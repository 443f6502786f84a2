package rules

import (
	"errors"
	"fmt"
	"regexp"
	"regexp/syntax"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function/stdlib"
)

// Patterns, durations, sizes and forms of instants are texts that a function has to read.
// One that cannot be read is a mistake of the rules, and no matter of an upload: inside of
// can or try, what a broken pattern was to keep would be aborted.

// A textReader is what a function reads in one of its arguments.
type textReader struct {
	arg  int
	what string
	read func(text string) error
}

func textReaderOf(name string) (r textReader, reads bool) {
	const regex = "a regular expression"
	switch name {
	case "regex", "regexall":
		return textReader{0, regex, readRegex}, true
	case "replace":
		return textReader{1, regex, readSearch}, true
	case "glob":
		return textReader{0, "a glob", func(s string) error { _, err := ParseGlob(s); return err }}, true
	case "duration":
		return textReader{0, "a duration", func(s string) error { _, err := ParseDuration(s); return err }}, true
	case "bytes":
		return textReader{0, "a size", func(s string) error { _, err := ParseSize(s); return err }}, true
	case "formatdate":
		return textReader{0, "a form of instants", readDateForm}, true
	}
	return textReader{}, false
}

// readRegex takes what the function regex takes.
func readRegex(s string) error {
	if _, err := regexp.Compile(s); err != nil {
		return inRegex(err)
	}
	_, err := stdlib.RegexFunc.ReturnTypeForValues([]cty.Value{cty.StringVal(s), cty.UnknownVal(cty.String)})
	return err
}

// readSearch takes what replace searches for: a text, or a regular expression in slashes.
func readSearch(s string) error {
	if !isRegexSearch(s) {
		return nil
	}
	_, err := regexp.Compile(s[1 : len(s)-1])
	return inRegex(err)
}

// inRegex is an error of package regexp, without its prefix.
func inRegex(err error) error {
	var wrong *syntax.Error
	if errors.As(err, &wrong) {
		return fmt.Errorf("%s: %s", wrong.Code, wrong.Expr)
	}
	return err
}

func readDateForm(s string) error {
	_, err := stdlib.FormatDateFunc.Call([]cty.Value{cty.StringVal(s), cty.StringVal("2000-01-01T00:00:00Z")})
	return err
}

// An unreadableText is a mistake in a text that a function has to read.
type unreadableText struct {
	function string
	what     string // it is no such thing
	text     string
	err      error
}

func (u *unreadableText) Error() string {
	if why := u.err.Error(); strings.Contains(why, fmt.Sprintf("%q", u.text)) {
		return why
	}
	return fmt.Sprintf("%q is not %s: %s", cut(u.text), u.what, u.err)
}

// unreadable returns what is wrong about a value that is given to the reader. null and
// the empty text stand for what is not given.
func (r *textReader) unreadable(name string, v cty.Value) error {
	text, known := textOf(unmarked(v))
	if !known || text == "" {
		return nil
	}
	if err := r.read(text); err != nil {
		return &unreadableText{name, r.what, text, err}
	}
	return nil
}

// maxRead is for how many texts a function remembers whether they can be read.
const maxRead = 256

// notingUnreadable is look, which also tells note of a text that the function of the name
// cannot read. The function itself fails then, in its own words.
func notingUnreadable(name string, note func(error), look func([]cty.Value) error) func([]cty.Value) error {
	reader, reads := textReaderOf(name)
	if note == nil || !reads {
		return look
	}
	seen := map[string]error{}
	return func(args []cty.Value) error {
		if text, known := textOf(unmarked(args[reader.arg])); known {
			err, before := seen[text]
			if !before {
				if len(seen) == maxRead {
					clear(seen)
				}
				err = reader.unreadable(name, cty.StringVal(text))
				seen[text] = err
			}
			if err != nil {
				note(err)
			}
		}
		return look(args)
	}
}

// mistakeSummary is the summary of a message about a mistake that try or can would hide.
func mistakeSummary(err error) string {
	if errors.As(err, new(*unreadableText)) {
		return "Text that cannot be read"
	}
	return "Wrong type of value"
}

// readable reports texts that functions cannot read among the elements of what is known,
// which are chosen by what comes later: one of var.keep[upload.bucket].
func (c *termChecker) readable(expr hclsyntax.Expression) (ok bool) {
	ok = true
	_ = hclsyntax.VisitAll(expr, func(n hclsyntax.Node) hcl.Diagnostics {
		x, call := n.(*hclsyntax.FunctionCallExpr)
		if !call || x.ExpandFinal || isWithin(c.dead, x) {
			return nil
		}
		reader, reads := textReaderOf(x.Name)
		if !reads || reader.arg >= len(x.Args) {
			return nil
		}
		arg := x.Args[reader.arg]
		for _, v := range c.chosenFrom(arg) {
			if err := reader.unreadable(x.Name, v); err != nil {
				c.errorMistake(arg, err)
				ok = false
				break
			}
		}
		return nil
	})
	return ok
}

// chosenFrom are the texts that an expression chooses one of by what comes later, as far
// as they are known.
func (c *termChecker) chosenFrom(expr hclsyntax.Expression) []cty.Value {
	var from hclsyntax.Expression
	switch x := bare(expr).(type) {
	case *hclsyntax.IndexExpr:
		from = x.Collection
	case *hclsyntax.FunctionCallExpr:
		if x.Name != "lookup" || len(x.Args) == 0 {
			return nil
		}
		from = x.Args[0]
	}
	if from == nil || !namesAny(expr, []string{c.later.root}) {
		return nil
	}
	over, diags := c.effort.counted(from).Value(c.ctx)
	if over = unmarked(over); diags.HasErrors() || over.IsNull() || !over.IsKnown() || !over.CanIterateElements() {
		return nil
	}
	var all []cty.Value
	for _, v := range elementsOf(over) {
		all = append(all, v)
	}
	return all
}

// errorMistake reports a mistake that try or can would hide.
func (c *termChecker) errorMistake(expr hclsyntax.Expression, err error) {
	detail := sentence(err.Error())
	var text *unreadableText
	if errors.As(err, &text) && usesSensitive(c.expr, c.ctx) {
		detail = fmt.Sprintf("A text that depends on a sensitive value is not %s.", text.what)
	}
	if text != nil {
		detail += " That is no matter of an upload, and try and can do not hide it. Write a text that can be read."
	}
	c.errorIn(spot{at: expr.Range(), expr: expr, ctx: c.ctx}, mistakeSummary(err), detail)
}

// placeOf is where a mistake was met, as far as that is sure.
func (c *termChecker) placeOf(mistake error) hclsyntax.Expression {
	var text *unreadableText
	if !errors.As(mistake, &text) {
		return c.expr
	}
	var calls []hclsyntax.Expression
	_ = hclsyntax.VisitAll(c.expr, func(n hclsyntax.Node) hcl.Diagnostics {
		if x, ok := n.(*hclsyntax.FunctionCallExpr); ok && x.Name == text.function {
			calls = append(calls, x)
		}
		return nil
	})
	if len(calls) != 1 {
		return c.expr
	}
	return calls[0]
}
