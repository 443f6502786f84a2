package rules

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"
)

// checkValidations holds the values of the variables against their validation blocks.
// By now every value is set, so that a condition may compare with other variables and
// with locals.
func (l *loader) checkValidations() {
	var refused []*variable
	for _, name := range slices.Sorted(maps.Keys(l.vars)) {
		v := l.vars[name]
		for _, b := range v.block.blocks[validationBlock().name] {
			before := len(l.diags)
			l.checkValidation(v, b)
			if len(l.diags) > before {
				refused = append(refused, v)
			}
		}
	}
	for _, v := range refused {
		v.value = cty.DynamicVal // what else is wrong with it would only repeat this
	}
}

func (l *loader) checkValidation(v *variable, b *block) {
	l.evaluate(b)
	condition := b.args["condition"]
	if condition == nil {
		return
	}
	if !slices.ContainsFunc(condition.Expr.Variables(), v.isNamedBy) {
		l.errorAt(condition.Expr.Range(), "Validation of something else", fmt.Sprintf(
			"The condition does not look at the value that it is to validate: refer to var.%s in it.", v.name))
		return
	}
	if b.known("error_message") && strings.TrimSpace(get[string](b, "error_message")) == "" {
		l.errorIn(b.value("error_message"), "Empty error message",
			"The error message is empty. Write a sentence that says what is wrong with the value, and which ones are right.")
		return
	}
	if b.known("condition") && b.known("error_message") && !get[bool](b, "condition") {
		l.refuseInvalid(v, b)
	}
}

// isNamedBy reports whether a reference is one to v.
func (v *variable) isNamedBy(t hcl.Traversal) bool {
	if t.RootName() != "var" || len(t) < 2 {
		return false
	}
	name, ok := attrName(t[1])
	return ok && name == v.name
}

// refuseInvalid reports a value for which a validation does not hold: where the value
// stands, or where the variable is declared when it stands in no file.
func (l *loader) refuseInvalid(v *variable, b *block) {
	at, comesFrom := v.block.header, fmt.Sprintf(" The value comes from %s.", v.from.name)
	if v.from.at != nil {
		at, comesFrom = *v.from.at, ""
	}
	condition := b.value("condition")
	l.diags = append(l.diags, &hcl.Diagnostic{
		Severity: hcl.DiagError, Summary: "Invalid value for a variable", Subject: &at,
		Detail: fmt.Sprintf("%s%s This was checked by the validation of var.%s at %s: change the value, or that block.",
			ended(l.messageOf(b, "error_message")), comesFrom, v.name, place(b.header)),
		Expression: condition.expr, EvalContext: condition.ctx, Extra: authored{about: "var." + v.name, flag: v.from.at == nil && strings.HasPrefix(v.from.name, flagPrefix)},
	})
}

// ended is an author's message with a full stop where it has no end of its own.
func ended(message string) string {
	if last, _ := utf8.DecodeLastRuneInString(message); unicode.IsPunct(last) {
		return message
	}
	return message + "."
}

// messageOf is the text of an argument that holds a message and was read, with what is
// sensitive in it hidden.
func (l *loader) messageOf(b *block, name string) string {
	if b.value(name).hidden == "" {
		return strings.TrimSpace(get[string](b, name))
	}
	return strings.TrimSpace(l.shownText(b.args[name].Expr, b.value(name).ctx))
}
