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

// envPrefix begins the environment variables that set variables.
const envPrefix = "OFFCUT_VAR_"

// setVariables gives the variables their values, the later sources over the
// earlier ones, and reports those that have none.
func (l *loader) setVariables(vars []File, vals Values) {
	l.setFromEnvironment(vals.Env)
	for _, f := range vars {
		l.setFromFile(f)
	}
	for _, f := range vals.Files {
		l.setFromFile(f)
	}
	l.setFromFlags(vals.Flags)
	l.setFromTest()
	for _, name := range slices.Sorted(maps.Keys(l.vars)) {
		l.requireValue(l.vars[name])
	}
}

// setFromEnvironment says nothing about names that no rule file declares: an
// environment is shared by many programs.
func (l *loader) setFromEnvironment(env []string) {
	for _, entry := range env {
		name, raw, ok := strings.Cut(entry, "=")
		name, ours := strings.CutPrefix(name, envPrefix)
		if v := l.vars[name]; ok && ours && v != nil {
			l.setFromText(v, raw, fmt.Sprintf("the environment variable %s%s", envPrefix, name))
		}
	}
}

func (l *loader) setFromFlags(flags []string) {
	for _, flag := range flags {
		name, raw, ok := strings.Cut(flag, "=")
		name = strings.TrimSpace(name)
		switch v := l.vars[name]; {
		case ok && name == "":
			l.errorInFlag("Invalid -var", fmt.Sprintf("-var %s has no name before its equals sign. Write -var 'name=value'.", l.quotedFlag(flag)))
		case !ok:
			l.errorInFlag("Invalid -var", fmt.Sprintf("-var %s has no equals sign between name and value. Write -var 'name=value'.", l.quotedFlag(flag)))
		case v == nil && l.incomplete: // it may be declared where it could not be read
		case v == nil:
			l.errorInFlag("Value for undeclared variable", fmt.Sprintf(
				"-var sets %q, but no rule file declares such a variable.%s Add variable %q { }, or remove the flag.",
				name, l.didYouMean(name, maps.Keys(l.vars)), name))
		default:
			l.setFromText(v, raw, flagPrefix+name)
			if v.refused != nil && v.refused.Subject == nil {
				v.refused.Extra = flagMistake{}
			}
		}
	}
}

// flagPrefix begins the name of where a value from a flag comes from.
const flagPrefix = "-var "

// A flagMistake marks a message about -var, in its Extra.
type flagMistake struct{}

func (l *loader) errorInFlag(summary, detail string) {
	l.diags = append(l.diags, &hcl.Diagnostic{Severity: hcl.DiagError, Summary: summary, Detail: detail, Extra: flagMistake{}})
}

// quotedFlag is a -var that cannot be read, in quotes. It may hold the value of any
// variable, so that it is not shown where one is sensitive.
func (l *loader) quotedFlag(flag string) string {
	if l.hasSensitive() {
		return hiddenValue
	}
	return fmt.Sprintf("%q", cut(flag))
}

// hasSensitive reports whether a variable is sensitive, as far as that is known.
func (l *loader) hasSensitive() bool { return l.allSensitive || len(l.sensitive) > 0 }

// setFromText takes a text as it is for strings and untyped variables, and reads
// it as an expression for every other type.
func (l *loader) setFromText(v *variable, raw, source string) {
	from := origin{name: source}
	if !v.typed || v.typ == cty.String {
		l.set(v, cty.StringVal(raw), from)
		return
	}
	value, diags := readExpression(raw)
	if diags.HasErrors() {
		why := diags[0].Detail
		if v.sensitive {
			why = "It is no expression, or one that is not constant."
		}
		v.value, v.given = cty.DynamicVal, true
		v.refused = &hcl.Diagnostic{
			Severity: hcl.DiagError, Summary: "Invalid value for a variable",
			Detail: fmt.Sprintf("The value that %s gives to var.%s cannot be read: %s", source, v.name, howToWrite(v.typ, why)),
		}
		return
	}
	l.set(v, value, from)
}

// howToWrite says how a shell gives a value of the type ty. why is what HCL found
// wrong with the one that was given.
func howToWrite(ty cty.Type, why string) string {
	switch {
	case ty == cty.Number:
		return "it must be a number, such as 7."
	case ty == cty.Bool:
		return "it must be true or false."
	case ty.IsListType() || ty.IsSetType() || ty.IsTupleType():
		return why + ` Lists are written as '["a", "b"]', with quotes for the shell around them.`
	case ty.IsMapType() || ty.IsObjectType():
		return why + ` Maps are written as '{ a = "b" }', with quotes for the shell around them.`
	}
	return why + ` A text of a variable without the type string is written as '"text"', with quotes for the shell around it.`
}

// readExpression reads a constant expression that did not come from a file.
func readExpression(raw string) (cty.Value, hcl.Diagnostics) {
	f := File{Name: "value", Bytes: []byte(raw)}
	if d := checkSize(f); d != nil {
		return cty.NilVal, hcl.Diagnostics{d}
	}
	tokens, _ := hclsyntax.LexConfig(f.Bytes, f.Name, hcl.InitialPos)
	if d := checkDepth(tokens); d != nil {
		return cty.NilVal, hcl.Diagnostics{d}
	}
	expr, diags := hclsyntax.ParseExpression(f.Bytes, f.Name, hcl.InitialPos)
	if !diags.HasErrors() {
		diags = append(diags, doubleKeys(expr)...)
	}
	if diags.HasErrors() {
		return cty.NilVal, diags
	}
	budget := &effort{}
	value, diags := budget.counted(expr).Value(nil)
	if budget.exhausted() {
		diags = append(diags, &hcl.Diagnostic{Severity: hcl.DiagError, Summary: "Values too large", Detail: "It is too large."})
	}
	return value, diags
}

// setFromFile reads name = value lines. A name that is not declared is a warning:
// one file often serves several directories.
func (l *loader) setFromFile(f File) {
	body := l.parseValues(f)
	if body == nil {
		l.valuesIncomplete = true
		return
	}
	for _, b := range body.Blocks {
		l.errorAt(b.DefRange(), "Unsupported block",
			"A file of values holds only lines of the form name = value. Blocks belong in a rule file.")
	}
	for _, attr := range sortedAttributes(body) {
		v := l.vars[attr.Name]
		if v == nil && l.incomplete {
			continue
		}
		if v == nil {
			if l.hasSensitive() { // it may be the value of one, under a name that is misspelled
				l.secrets = append(l.secrets, attr.Expr.Range())
			}
			l.warnAt(attr.NameRange, "Value for undeclared variable", fmt.Sprintf(
				"No rule file declares a variable named %q, so this value has no effect.%s",
				attr.Name, l.didYouMean(attr.Name, maps.Keys(l.vars))))
			continue
		}
		if v.sensitive {
			l.secrets = append(l.secrets, attr.Expr.Range())
		}
		value, ok := l.constant(attr.Expr)
		if !ok {
			v.value, v.given, v.refused = cty.DynamicVal, true, nil
			continue
		}
		at := attr.Expr.Range()
		l.set(v, value, origin{at: &at, name: "this value"})
	}
}

// set gives v a value that fits its type, or reports why it does not.
func (l *loader) set(v *variable, value cty.Value, from origin) {
	v.given, v.refused = true, nil
	given, marked := value, isSensitive(value) // only a test can give a sensitive one
	value = unmarked(value)
	if value.IsNull() && !v.nullable {
		v.value = v.standard // null takes the default, whatever was given before
		if standard := v.block.args["default"]; standard != nil {
			v.from = defaultOrigin(standard)
		} else {
			v.refuse(from, "it is null, but nullable = false forbids that")
		}
		return
	}
	v.from = from
	converted, err := v.convert(value)
	if err != nil {
		v.value = cty.DynamicVal
		v.refuse(from, v.why(err))
		return
	}
	l.warnDropped(v, given, from)
	if marked && !v.sensitive {
		converted = converted.Mark(sensitiveMark)
	}
	v.value = converted
}

// refuse notes what is wrong with a value.
func (v *variable) refuse(from origin, why string) {
	v.refused = &hcl.Diagnostic{
		Severity: hcl.DiagError, Summary: "Invalid value for a variable", Subject: from.at,
		Detail: sentence(fmt.Sprintf("%s is not suitable for var.%s, declared at %s: %s",
			from.name, v.name, place(v.block.header), why)),
	}
}
