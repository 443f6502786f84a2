package rules

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"
)

// maxDropped bounds how many attributes a message names, and the places of each.
const maxDropped = 3

// warnDropped warns of attributes that the type of a variable does not have, once for a
// value. As in Terraform they are dropped, and where one is misspelled, what it says is
// lost. Whoever misspells one in a list or a map mostly does so in every element.
func (l *loader) warnDropped(v *variable, value cty.Value, from origin) {
	if !v.typed {
		return
	}
	var found droppedAttributes
	found.find(value.Type(), v.typ, "var."+v.name)
	if found.count == 0 {
		return
	}
	text := found.text(v.name)
	if v.sensitive || isSensitive(value) {
		text = found.hiddenText(v.name)
	}
	l.diags = append(l.diags, &hcl.Diagnostic{
		Severity: hcl.DiagWarning, Summary: "Attribute that is dropped", Subject: from.at,
		Detail: sentence(from.name + " has " + text),
	})
}

// droppedAttributes are the attributes that a value has and its type does not.
type droppedAttributes struct {
	count  int
	byName []*droppedAttribute // the first ones, in the order of their first places
}

// A droppedAttribute is one of them, wherever it is.
type droppedAttribute struct {
	name   string
	meant  string // one that the type has; empty where none is near
	places []string
	count  int // of places, of which only the first are kept
}

func (d *droppedAttributes) add(name, place string, known map[string]cty.Type) {
	d.count++
	i := slices.IndexFunc(d.byName, func(a *droppedAttribute) bool { return a.name == name })
	if i < 0 {
		if i = len(d.byName); i == maxDropped {
			return
		}
		d.byName = append(d.byName, &droppedAttribute{name: name, meant: Nearest(name, slices.Sorted(maps.Keys(known)))})
	}
	a := d.byName[i]
	if a.count++; a.count <= maxDropped {
		a.places = append(a.places, place)
	}
}

// find adds what a value of the type given at a place has that the type want does not,
// in the order of paths.
func (d *droppedAttributes) find(given, want cty.Type, at string) {
	switch {
	case given.IsObjectType() && want.IsObjectType():
		known := want.AttributeTypes()
		for _, name := range slices.Sorted(maps.Keys(given.AttributeTypes())) {
			if ty, ok := known[name]; ok {
				d.find(given.AttributeType(name), ty, at+"."+name)
			} else {
				d.add(name, at, known)
			}
		}
	case given.IsObjectType() && want.IsMapType():
		for _, name := range slices.Sorted(maps.Keys(given.AttributeTypes())) {
			d.find(given.AttributeType(name), want.ElementType(), fmt.Sprintf("%s[%q]", at, name))
		}
	case given.IsTupleType() && want.IsTupleType():
		for i, ty := range given.TupleElementTypes() {
			d.find(ty, want.TupleElementType(i), fmt.Sprintf("%s[%d]", at, i))
		}
	case given.IsTupleType() && (want.IsListType() || want.IsSetType()):
		for i, ty := range given.TupleElementTypes() {
			d.find(ty, want.ElementType(), fmt.Sprintf("%s[%d]", at, i))
		}
	case given.IsCollectionType() && want.IsCollectionType():
		d.find(given.ElementType(), want.ElementType(), at+"[...]")
	}
}

// text says which attributes they are and what to do, behind "has".
func (d *droppedAttributes) text(variable string) string {
	if d.count == 1 {
		a := d.byName[0]
		return fmt.Sprintf("the attribute %q in %s, whose type does not have it, so that it has no effect.%s Rename or remove it, or add it to the type",
			a.name, a.places[0], meant(a.meant))
	}
	var named []string
	told := 0
	for _, a := range d.byName {
		named = append(named, a.text())
		told += a.count
	}
	list := strings.Join(named, "; ")
	if more := d.count - told; more > 0 {
		list += fmt.Sprintf("; and %d more", more)
	}
	return fmt.Sprintf("%d attributes that the type of var.%s does not have, so that they have no effect: %s. Rename or remove them, or add them to the type",
		d.count, variable, list)
}

// hiddenText is text about a value of which not even a name may be shown.
func (d *droppedAttributes) hiddenText(variable string) string {
	have, which, them := "so that it has no effect", "Which one", "it"
	if d.count > 1 {
		have, which, them = "so that they have no effect", "Which ones", "them"
	}
	return fmt.Sprintf("%s that the type of var.%s does not have, %s. %s is not shown, because the value is sensitive. "+
		"Hold its names against the type, and rename or remove %s, or add %[5]s to the type",
		counted(d.count, "attribute"), variable, have, which, them)
}

// text names an attribute and its places.
func (a *droppedAttribute) text() string {
	text := fmt.Sprintf("%q in %s", a.name, strings.Join(a.places, ", "))
	if more := a.count - len(a.places); more > 0 {
		text += " and " + counted(more, "more place")
	}
	if a.meant != "" {
		text += fmt.Sprintf(" (did you mean %q?)", a.meant)
	}
	return text
}
