package rules

import (
	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"
)

// What the text of the rules says, whatever values they are given. A list of what is to
// be kept may be empty today, and a threshold 0: whoever declares a variable wants to
// change it.

// isWritten reports whether the value of an expression stands in the text of the rules:
// it follows from no variable, no bucket list, no file and no instance.
func (l *loader) isWritten(expr hclsyntax.Expression) bool {
	for _, t := range expr.Variables() {
		if name, ok := localName(t); !ok || !l.isWrittenLocal(name) {
			return false
		}
	}
	return !callsAny(expr, "file")
}

func (l *loader) isWrittenLocal(name string) bool {
	this := l.locals[name]
	if this == nil {
		return false
	}
	if this.written == nil {
		this.written = new(bool) // false, for locals in a circle
		*this.written = l.isWritten(this.attr.Expr)
	}
	return *this.written
}

// writtenBindings are what an expression refers to, of which only that has a value which
// stands in the text of the rules.
func (l *loader) writtenBindings(expr hclsyntax.Expression, ctx *hcl.EvalContext) bindings {
	bound, locals := bindings{}, map[string]cty.Value{}
	for _, t := range expr.Variables() {
		name, ok := localName(t)
		switch {
		case !ok:
			bound[t.RootName()] = cty.DynamicVal
		case l.isWrittenLocal(name):
			locals[name], _ = t[:2].TraverseAbs(ctx)
		default:
			locals[name] = cty.DynamicVal
		}
	}
	if len(locals) > 0 {
		bound["local"] = cty.ObjectVal(locals)
	}
	return bound
}

// unreadFile is file, as long as nobody knows what is in it.
func unreadFile() function.Function {
	return function.New(&function.Spec{
		Params: []function.Parameter{anyValue("path")},
		Type:   function.StaticReturnType(cty.String),
		Impl:   func([]cty.Value, cty.Type) (cty.Value, error) { return cty.UnknownVal(cty.String), nil },
	})
}
