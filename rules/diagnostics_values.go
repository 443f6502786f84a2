package rules

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"
)

// A relatedValue is what a variable or local that an expression refers to was.
type relatedValue struct{ traversal, value string }

// valuesOf tells the values of the variables and locals that a failed expression
// refers to: what was wrong is often only visible there.
func valuesOf(diag *hcl.Diagnostic) []relatedValue {
	var values []relatedValue
	if note, ok := diag.Extra.(instanceNote); ok && note.value.IsKnown() && note.value.Type().IsPrimitiveType() {
		values = append(values, relatedValue{eachRoot + ".value", valueText(note.value)})
	}
	if diag.Expression == nil || diag.EvalContext == nil {
		return values
	}
	for _, t := range diag.Expression.Variables() {
		v, diags := t.TraverseAbs(diag.EvalContext)
		if diags.HasErrors() || !v.IsKnown() {
			continue
		}
		values = append(values, relatedValue{traversalText(t), valueText(v)})
	}
	slices.SortFunc(values, func(a, b relatedValue) int { return strings.Compare(a.traversal, b.traversal) })
	return slices.Compact(values)
}

func jsonValues(diag *hcl.Diagnostic) []jsonValue {
	values := []jsonValue{}
	for _, v := range valuesOf(diag) {
		statement := "is " + v.value
		if v.value == hiddenValue {
			statement = "has a sensitive value"
		}
		values = append(values, jsonValue{Traversal: v.traversal, Statement: statement})
	}
	return values
}

// traversalText is a reference as messages show it: long keys are cut.
func traversalText(t hcl.Traversal) string { return traversalWith(t, valueText) }

// traversalKey is a reference in full: two that differ are written differently, and one
// to an instance is its address.
func traversalKey(t hcl.Traversal) string {
	return traversalWith(t, func(key cty.Value) string {
		if text, ok := textOf(key); ok {
			return quoteKey(text)
		}
		return fixedText(key)
	})
}

func traversalWith(t hcl.Traversal, keyText func(cty.Value) string) string {
	var b strings.Builder
	for _, step := range t {
		switch s := step.(type) {
		case hcl.TraverseRoot:
			b.WriteString(s.Name)
		case hcl.TraverseAttr:
			b.WriteString("." + s.Name)
		case hcl.TraverseIndex:
			fmt.Fprintf(&b, "[%s]", keyText(s.Key))
		}
	}
	return b.String()
}

func valueText(v cty.Value) string {
	ty := v.Type()
	switch {
	case v.IsMarked():
		return hiddenValue
	case v.IsNull():
		return "null"
	case ty == cty.Bool:
		return fmt.Sprint(v.True())
	case ty == cty.Number:
		return v.AsBigFloat().Text('g', 10)
	case ty == cty.String:
		return fmt.Sprintf("%q", cut(userInURL.ReplaceAllString(v.AsString(), "://***@")))
	case isList(ty) && listText(v) != "":
		return listText(v)
	case ty.IsCollectionType() || ty.IsTupleType():
		return fmt.Sprintf("%s with %s", ty.FriendlyName(), counted(v.LengthInt(), "element"))
	case ty.IsObjectType() && len(ty.AttributeTypes()) > 0:
		return fmt.Sprintf("%s with %s", ty.FriendlyName(), counted(len(ty.AttributeTypes()), "attribute"))
	}
	return ty.FriendlyName()
}

// maxListText bounds a list that is told by its elements.
const maxListText = 100 // bytes

// listText is a list of simple values as it is written; empty where it is long, or holds
// anything else.
func listText(v cty.Value) string {
	if v.LengthInt() > maxListText {
		return ""
	}
	var elements []string
	size := len("[]")
	for _, element := range v.AsValueSlice() {
		if !element.IsKnown() || !element.Type().IsPrimitiveType() {
			return ""
		}
		text := valueText(element)
		if size += len(text) + len(", "); size > maxListText {
			return ""
		}
		elements = append(elements, text)
	}
	return "[" + strings.Join(elements, ", ") + "]"
}

// maxQuoted bounds what a message quotes of a text.
const maxQuoted = 200 // bytes

// cut returns s, or as much of its beginning as a message should quote.
func cut(s string) string {
	if len(s) <= maxQuoted {
		return s
	}
	end := maxQuoted
	for end > 0 && !utf8.RuneStart(s[end]) {
		end--
	}
	return s[:end] + "…"
}
