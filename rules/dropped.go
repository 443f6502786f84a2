package rules

import (
	"fmt"
	"maps"
	"slices"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"
)

// warnDropped warns of an attribute that the type of a variable does not have. As in
// Terraform it is dropped, and where it is a misspelled one, what it says is lost.
func (l *loader) warnDropped(v *variable, value cty.Value, from origin) {
	if !v.typed || v.sensitive || isSensitive(value) {
		return // not even a name in such a value is shown
	}
	at, name, near, found := dropped(value.Type(), v.typ)
	if !found {
		return
	}
	l.diags = append(l.diags, &hcl.Diagnostic{
		Severity: hcl.DiagWarning, Summary: "Attribute that is dropped", Subject: from.at,
		Detail: sentence(fmt.Sprintf("%s has the attribute %q in var.%s%s, whose type does not have it, so that it has no effect.%s Rename or remove it, or add it to the type",
			from.name, name, v.name, at, near)),
	})
}

// dropped finds the first attribute of the type given that the type want does not have,
// in the order of paths. at is the path to the object that has it.
func dropped(given, want cty.Type) (at, name, near string, found bool) {
	switch {
	case given.IsObjectType() && want.IsObjectType():
		for _, name := range slices.Sorted(maps.Keys(given.AttributeTypes())) {
			if !want.HasAttribute(name) {
				return "", name, didYouMean(name, slices.Sorted(maps.Keys(want.AttributeTypes()))), true
			}
			if at, below, near, found := dropped(given.AttributeType(name), want.AttributeType(name)); found {
				return "." + name + at, below, near, true
			}
		}
	case given.IsObjectType() && want.IsMapType():
		for _, name := range slices.Sorted(maps.Keys(given.AttributeTypes())) {
			if at, below, near, found := dropped(given.AttributeType(name), want.ElementType()); found {
				return fmt.Sprintf("[%q]", name) + at, below, near, true
			}
		}
	case given.IsTupleType() && want.IsTupleType():
		for i, ty := range given.TupleElementTypes() {
			if at, name, near, found := dropped(ty, want.TupleElementType(i)); found {
				return fmt.Sprintf("[%d]", i) + at, name, near, true
			}
		}
	case given.IsTupleType() && (want.IsListType() || want.IsSetType()):
		for i, ty := range given.TupleElementTypes() {
			if at, name, near, found := dropped(ty, want.ElementType()); found {
				return fmt.Sprintf("[%d]", i) + at, name, near, true
			}
		}
	case given.IsCollectionType() && want.IsCollectionType():
		if at, name, near, found := dropped(given.ElementType(), want.ElementType()); found {
			return "[...]" + at, name, near, true
		}
	}
	return "", "", "", false
}
