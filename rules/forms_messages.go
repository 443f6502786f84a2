package rules

import (
	"fmt"
	"strings"

	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
)

// check reports err, if there is one, at the value and says whether all is well.
func (l *loader) check(x *expression, summary string, err error) bool {
	if err == nil {
		return true
	}
	l.errorIn(x.spot(), summary, sentence(err.Error()))
	return false
}

func (l *loader) wrongType(x *expression, v cty.Value) bool {
	return l.check(x, "Wrong type of value", fmt.Errorf("the argument %q needs %s, but this is %s. %s",
		x.arg.name, wanted(x.arg.form), withArticle(v.Type().FriendlyName()), l.remedyFor(x, v)))
}

// remedyFor is remedy, which knows what was meant by a whole data block.
func (l *loader) remedyFor(x *expression, v cty.Value) string {
	traversal, ok := bare(x.expr).(*hclsyntax.ScopeTraversalExpr)
	if ok && x.arg.form == formTexts && len(traversal.Traversal) == 3 && l.dataOf(traversal.Traversal) != nil {
		return fmt.Sprintf("Write %s.names.", traversalText(traversal.Traversal))
	}
	return remedy(x.arg.form, v.Type())
}

func (l *loader) wrongElement(x *expression, v cty.Value) {
	is := "null"
	if !v.IsNull() {
		is = withArticle(v.Type().FriendlyName())
	}
	l.check(x, "Wrong type of value", fmt.Errorf("every element of %q must be a string, but this is %s. Write it in quotes, or remove it", x.arg.name, is))
}

// wanted names a form with its article.
func wanted(f form) string {
	switch f {
	case formDuration, formSize, formInstant, formRegex:
		return withArticle(string(f)) + ", written as a string"
	case formCount, formPercent, formRate, formWhole:
		return "a number"
	case formSwitch:
		return "true or false"
	case formTrue:
		return "true"
	}
	return withArticle(string(f))
}

// remedy says how to write a value of the form f instead of one of the type given.
func remedy(f form, given cty.Type) string {
	switch {
	case f == formTexts || f == formGlobs:
		return fmt.Sprintf("Write %s, also for a single one.", example(f))
	case example(f) != "":
		return fmt.Sprintf("Write a value such as %s.", example(f))
	case given != cty.String && given.IsPrimitiveType():
		return "Write it in quotes."
	case given == cty.String:
		return "Write it without quotes."
	}
	return "Write a single value."
}

// example is a value of a form, where one helps.
func example(f form) string {
	switch f {
	case formDuration:
		return `"7d"`
	case formSize:
		return `"512MiB"`
	case formInstant:
		return `"2027-06-30T00:00:00Z"`
	case formCondition:
		return "..."
	case formPrices:
		return "{ STANDARD = 0.024 }"
	case formMessage:
		return `"..."`
	case formCount, formPercent, formRate, formWhole:
		return "80, without quotes or a unit"
	case formTexts, formGlobs, formOneOrTexts, formOneOrGlobs:
		return `["..."]`
	case formRegex:
		return `"^media-"`
	}
	return ""
}

func withArticle(noun string) string {
	if strings.ContainsRune("aeiou", rune(noun[0])) {
		return "an " + noun
	}
	return "a " + noun
}

// sentence makes a full sentence of an error's text.
func sentence(s string) string {
	s = strings.ToUpper(s[:1]) + s[1:]
	if strings.HasSuffix(s, ".") || strings.HasSuffix(s, "?") {
		return s
	}
	return s + "."
}
