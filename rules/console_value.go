package rules

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/zclconf/go-cty/cty"
)

// The form in which a console shows values: Terraform's.

// formatValue writes v as an expression would be written that has this value. What is
// not known yet and what is sensitive is said in brackets. Nothing that a terminal
// acts on is in the text. fits is false for a text of more than maxText bytes, which
// is cut off.
func formatValue(v cty.Value) (text string, fits bool) {
	var f shownValue
	f.value(v, 0)
	return f.String(), f.Len() <= maxText
}

// A shownValue grows up to maxText bytes, and a little beyond. Its methods write with
// indent blanks before every line but the first.
type shownValue struct{ strings.Builder }

func (f *shownValue) value(v cty.Value, indent int) {
	if f.Len() > maxText {
		return
	}
	ty := v.Type()
	switch {
	case v.IsMarked():
		f.WriteString(hiddenValue)
	case !v.IsKnown():
		f.WriteString("(known after the buckets are listed)")
	case v.IsNull():
		f.WriteString(nullText(ty))
	case ty.IsPrimitiveType():
		f.primitive(v, indent)
	case ty.IsObjectType():
		f.mapping(v, indent)
	case ty.IsTupleType():
		f.sequence(v, indent)
	case ty.IsMapType():
		f.call("tomap", func() { f.mapping(v, indent) })
	case ty.IsListType():
		f.call("tolist", func() { f.sequence(v, indent) })
	case ty.IsSetType():
		f.call("toset", func() { f.sequence(v, indent) })
	default:
		f.WriteString("(" + ty.FriendlyName() + ")")
	}
}

func (f *shownValue) call(function string, argument func()) {
	f.WriteString(function + "(")
	argument()
	f.WriteByte(')')
}

// nullText tells the type of a null, as far as one is known.
func nullText(ty cty.Type) string {
	switch {
	case ty == cty.DynamicPseudoType:
		return "null"
	case ty == cty.Bool:
		return "tobool(null)"
	case ty.IsPrimitiveType():
		return "to" + ty.FriendlyName() + "(null)"
	case ty.IsListType():
		return fmt.Sprintf("tolist(null) /* of %s */", ty.ElementType().FriendlyName())
	case ty.IsSetType():
		return fmt.Sprintf("toset(null) /* of %s */", ty.ElementType().FriendlyName())
	case ty.IsMapType():
		return fmt.Sprintf("tomap(null) /* of %s */", ty.ElementType().FriendlyName())
	}
	return fmt.Sprintf("null /* %s */", ty.FriendlyName())
}

func (f *shownValue) primitive(v cty.Value, indent int) {
	switch v.Type() {
	case cty.Bool:
		f.WriteString(strconv.FormatBool(v.True()))
	case cty.Number:
		f.WriteString(v.AsBigFloat().Text('f', -1))
	default:
		f.text(v.AsString(), indent)
	}
}

// text writes a text in quotes. One of two lines or more is a heredoc, where a
// terminal may have all of it.
func (f *shownValue) text(s string, indent int) {
	lines := strings.Split(s, "\n")
	if len(lines) < 2 || strings.IndexFunc(s, func(r rune) bool { return r != '\n' && !strconv.IsPrint(r) }) >= 0 {
		f.WriteString(strconv.Quote(s))
		return
	}
	if f.WriteString("<<"); indent > 0 {
		f.WriteByte('-')
	}
	end := heredocEnd(lines)
	f.WriteString(end)
	for _, line := range append(lines, end) {
		f.newLine(indent)
		f.WriteString(line)
	}
}

// newLine begins another line, as long as there is room for it.
func (f *shownValue) newLine(indent int) {
	f.WriteByte('\n')
	if f.Len() <= maxText {
		f.WriteString(strings.Repeat(" ", indent))
	}
}

// heredocEnd is a word that none of the lines consists of.
func heredocEnd(lines []string) string {
	longest := -1 // underscores behind EOT
	for _, line := range lines {
		if rest, ok := strings.CutPrefix(strings.TrimSpace(line), "EOT"); ok && strings.Trim(rest, "_") == "" {
			longest = max(longest, len(rest))
		}
	}
	return "EOT" + strings.Repeat("_", longest+1)
}

func (f *shownValue) mapping(v cty.Value, indent int) {
	f.elements(v, "{}", indent, func(k, element cty.Value) {
		f.value(k, indent+2)
		f.WriteString(" = ")
		f.value(element, indent+2)
	})
}

func (f *shownValue) sequence(v cty.Value, indent int) {
	f.elements(v, "[]", indent, func(_, element cty.Value) {
		f.value(element, indent+2)
		f.WriteByte(',')
	})
}

// elements writes one element a line between the two brackets.
func (f *shownValue) elements(v cty.Value, brackets string, indent int, write func(k, element cty.Value)) {
	f.WriteByte(brackets[0])
	for it := v.ElementIterator(); it.Next() && f.Len() <= maxText; {
		f.newLine(indent + 2)
		write(it.Element())
	}
	if v.LengthInt() > 0 {
		f.newLine(indent)
	}
	f.WriteByte(brackets[1])
}
