package rules

import (
	"errors"
	"fmt"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/ext/typeexpr"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"
)

// A variable is one variable block and the value that it ends up with.
type variable struct {
	block    *block
	name     string
	typ      cty.Type // cty.DynamicPseudoType for any, and when no type was given
	typed    bool     // a type was given
	defaults *typeexpr.Defaults
	nullable bool

	// sensitive: the values carry the mark, and no message shows them.
	sensitive bool

	value    cty.Value // unknown as long as none was given, and when the one given is bad
	standard cty.Value // the value of the default; unknown without one
	given    bool      // there is a value, good or bad
	from     origin    // of the value

	refused *hcl.Diagnostic // what is wrong with the value; a later value takes it back
}

// declareVariables reads the variable blocks with their types and defaults.
func (l *loader) declareVariables(t *tree) {
	l.vars = map[string]*variable{}
	l.checkNames(t.of("variable"))
	for _, b := range t.of("variable") {
		v := l.declareVariable(b)
		if l.vars[v.name] == nil {
			l.vars[v.name] = v
		}
	}
}

func (l *loader) declareVariable(b *block) *variable {
	v := &variable{
		block: b, name: b.labels[0], nullable: true,
		typ: cty.DynamicPseudoType, value: cty.DynamicVal, standard: cty.DynamicVal,
	}
	for _, name := range []string{"description", "sensitive", "nullable"} {
		l.refuseReferences(b, name)
	}
	l.evaluate(b)
	if b.known("nullable") {
		v.nullable = get[bool](b, "nullable")
	}
	v.sensitive = get[bool](b, "sensitive") || l.sensitive[v.name]
	sound := true
	if attr := b.args["type"]; attr != nil {
		typ, defaults, diags := typeexpr.TypeConstraintWithDefaults(attr.Expr)
		l.diags = append(l.diags, allWithRemedies(diags)...)
		if sound = !diags.HasErrors(); sound {
			v.typ, v.defaults, v.typed = typ, defaults, true
		}
	}
	if attr := b.args["default"]; attr != nil {
		l.setDefault(v, attr, sound)
	}
	return v
}

// setDefault evaluates the default, which may not refer to anything.
func (l *loader) setDefault(v *variable, attr *hclsyntax.Attribute, typeKnown bool) {
	v.given, v.from = true, defaultOrigin(attr)
	if v.sensitive {
		l.secrets = append(l.secrets, attr.Expr.Range())
	}
	value, ok := l.constant(attr.Expr)
	if !ok || !typeKnown {
		return
	}
	if value.IsNull() && !v.nullable {
		l.errorAt(attr.Expr.Range(), "Invalid default value", fmt.Sprintf(
			"The default of var.%s is null, but nullable = false forbids that. Remove the default to make the variable required.", v.name))
		return
	}
	converted, err := v.convert(value)
	if err != nil {
		l.errorAt(attr.Expr.Range(), "Invalid default value", fmt.Sprintf(
			"The default of var.%s does not fit its type: %s. Write a default of that type, or change the type.", v.name, v.why(err)))
		return
	}
	l.warnDropped(v, value, v.from)
	v.value, v.standard = converted, converted
}

// refuseReferences drops an argument that is not a plain constant.
func (l *loader) refuseReferences(b *block, name string) {
	attr := b.args[name]
	if attr == nil || len(attr.Expr.Variables()) == 0 {
		return
	}
	l.errorAt(attr.Expr.Range(), "Variables not allowed", fmt.Sprintf(
		"%s of %s must be a constant: variables get their values after their declarations were read. Write the text itself.", name, b.title()))
	delete(b.args, name)
}

// convert applies the defaults of optional attributes and the type.
func (v *variable) convert(value cty.Value) (cty.Value, error) {
	if v.defaults != nil && !value.IsNull() {
		value = v.defaults.Apply(value)
	}
	converted, err := convert.Convert(value, v.typ)
	if err == nil && !new(effort).count(converted) {
		err = fmt.Errorf("a number has more than %d bits", maxBits)
	}
	if err == nil && v.sensitive {
		converted = converted.Mark(sensitiveMark)
	}
	return converted, err
}

// why describes the error of a conversion. Of a sensitive value only the type is told.
func (v *variable) why(err error) string {
	if v.sensitive {
		return "it must be of the type " + typeexpr.TypeString(v.typ)
	}
	return describe(err)
}

// requireValue reports a variable whose value was refused, or that has neither
// value nor default.
func (l *loader) requireValue(v *variable) {
	if v.refused != nil {
		l.diags = append(l.diags, v.refused)
	}
	if v.given || l.valuesIncomplete {
		return
	}
	l.errorAt(v.block.header, "No value for a required variable", fmt.Sprintf(
		"var.%s has no default and was not set. Give it a value with -var '%s=...', with the environment variable %s%s, "+
			"or in a file such as offcut.vars.hcl.", v.name, v.name, envPrefix, v.name))
}

// describe writes a conversion error with the path to the part that failed.
func describe(err error) string {
	var pathErr cty.PathError
	if !errors.As(err, &pathErr) || len(pathErr.Path) == 0 {
		return err.Error()
	}
	at := ""
	for _, step := range pathErr.Path {
		switch s := step.(type) {
		case cty.GetAttrStep:
			at += "." + s.Name
		case cty.IndexStep:
			if s.Key.Type() == cty.String {
				at += fmt.Sprintf("[%q]", s.Key.AsString())
			} else if s.Key.Type() == cty.Number {
				at += fmt.Sprintf("[%s]", s.Key.AsBigFloat().Text('f', 0))
			}
		}
	}
	return fmt.Sprintf("%s: %s", at, pathErr.Error())
}

// origin says where a value came from, for messages.
type origin struct {
	at   *hcl.Range // nil outside files
	name string     // "the environment variable OFFCUT_VAR_x"
}

func defaultOrigin(attr *hclsyntax.Attribute) origin {
	return origin{at: attr.Expr.Range().Ptr(), name: "the default"}
}
