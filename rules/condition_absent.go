package rules

import (
	"maps"
	"slices"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
)

// try, can and lookup take an attribute that is misspelled for one that is not given:
// !startswith(upload.key, try(k.prefx, "-")) keeps nothing. Where no value that a
// reference may stand for has the attribute, it is told.

// A shape is what is known about a value that stands for several, as the variable of a
// loop does.
type shape struct {
	types []cty.Type
	fixed bool // the types follow from those that variables declare, and not from data
}

// An absenceChecker looks for attributes that are in no shape. Those of what comes later
// are the pathChecker's matter.
type absenceChecker struct {
	*termChecker
	loops  []*hclsyntax.ForExpr
	hiding int // how many calls of try and can there are around
	ok     bool
}

// absences reports attributes that nothing has, where try, can or lookup would hide it.
func (c *termChecker) absences(expr hclsyntax.Expression) (ok bool) {
	a := &absenceChecker{termChecker: c, ok: true}
	_ = hclsyntax.Walk(expr, a)
	return a.ok
}

// Enter looks at one part of an expression.
func (a *absenceChecker) Enter(n hclsyntax.Node) hcl.Diagnostics {
	switch x := n.(type) {
	case *hclsyntax.ForExpr:
		a.loops = append(a.loops, x)
	case *hclsyntax.FunctionCallExpr:
		if isTry(x) {
			a.hiding++
		}
		if x.Name == "lookup" && len(x.Args) > 1 {
			a.lookUp(x)
		}
	case *hclsyntax.ScopeTraversalExpr:
		if base, steps, known := a.rootShape(x.Traversal); known {
			a.look(x, base, x.Traversal[:len(x.Traversal)-len(steps)], steps)
		}
	case *hclsyntax.RelativeTraversalExpr:
		if namesAny(x.Source, a.loopNames()) || !namesAny(x.Source, []string{a.later.root}) {
			a.look(x, a.shapeOf(x.Source), nil, x.Traversal)
		}
	case *hclsyntax.SplatExpr:
		if each, ok := x.Each.(*hclsyntax.RelativeTraversalExpr); ok {
			a.look(x, a.shapeOf(x.Source).elements(), nil, each.Traversal)
		}
	}
	return nil
}

// Exit leaves loops and calls.
func (a *absenceChecker) Exit(n hclsyntax.Node) hcl.Diagnostics {
	switch x := n.(type) {
	case *hclsyntax.ForExpr:
		a.loops = a.loops[:len(a.loops)-1]
	case *hclsyntax.FunctionCallExpr:
		if isTry(x) {
			a.hiding--
		}
	}
	return nil
}

// lookUp looks at lookup(OBJECT, "name", ...). The keys of a map are data.
func (a *absenceChecker) lookUp(x *hclsyntax.FunctionCallExpr) {
	name, literal := literalText(x.Args[1])
	if !literal {
		return
	}
	a.hiding++
	step := hcl.TraverseIndex{Key: cty.StringVal(name), SrcRange: x.Args[1].Range()}
	a.look(x.Args[0], a.shapeOf(x.Args[0]), stepsOf(x.Args[0]), hcl.Traversal{step})
	a.hiding--
}

// look reports the first of the steps from a value of the shape that leads nowhere. What
// is called so by messages is what leads to it.
func (a *absenceChecker) look(expr hclsyntax.Expression, from shape, what, steps hcl.Traversal) {
	if a.hiding == 0 || isWithin(a.dead, expr) {
		return
	}
	for i, step := range steps {
		to, known := from.step(step)
		if !known {
			return
		}
		if name, _ := stepName(step); len(to.types) == 0 {
			if !from.fixed && !a.misspelled(step, from) {
				return
			}
			called := "This value"
			if what != nil {
				called = traversalText(slices.Concat(what, steps[:i]))
			}
			(&pathChecker{loader: a.loader}).absent(step.SourceRange(), from.union(), called, "", name)
			a.ok = false
			return
		}
		from = to
	}
}

// misspelled reports whether a name that data do not have is nearly one that they have,
// and that the expression does not ask for.
func (a *absenceChecker) misspelled(step hcl.Traverser, from shape) bool {
	name, dotted := attrName(step)
	near := Nearest(name, slices.Collect(maps.Keys(from.union().AttributeTypes())))
	if !dotted || near == "" {
		return false
	}
	asked := false
	_ = hclsyntax.VisitAll(a.expr, func(n hclsyntax.Node) hcl.Diagnostics {
		if x, ok := n.(hclsyntax.Expression); ok {
			asked = asked || slices.ContainsFunc(stepsOf(x), func(s hcl.Traverser) bool { named, _ := stepName(s); return named == near })
		}
		return nil
	})
	return !asked
}

// rootShape is the shape of what a reference begins with, and the steps from there.
func (a *absenceChecker) rootShape(t hcl.Traversal) (of shape, steps hcl.Traversal, known bool) {
	for i, loop := range slices.Backward(a.loops) {
		if loop.CollExpr.Range().ContainsPos(t.SourceRange().Start) {
			continue // the collection is computed outside of its loop
		}
		switch t.RootName() {
		case loop.ValVar:
			outer := *a
			outer.loops = a.loops[:i]
			return outer.shapeOf(loop.CollExpr).elements(), t[1:], true
		case loop.KeyVar:
			return shape{}, nil, false
		}
	}
	if root := t.RootName(); root != "var" && root != "local" || len(t) < 2 {
		return shape{}, nil, false
	}
	v, diags := t[:2].TraverseAbs(a.ctx)
	if diags.HasErrors() {
		return shape{}, nil, false
	}
	return shape{[]cty.Type{v.Type()}, a.declared(t)}, t[2:], true
}

// declared reports whether a reference is to a variable whose type leaves nothing open.
func (a *absenceChecker) declared(t hcl.Traversal) bool {
	name := ""
	if t.RootName() == "var" && len(t) > 1 {
		name, _ = attrName(t[1])
	}
	v := a.vars[name]
	return v != nil && v.typed && !v.typ.HasDynamicTypes()
}

// shapeOf is the shape of an expression, without types where it is not known.
func (a *absenceChecker) shapeOf(expr hclsyntax.Expression) shape {
	switch x := bare(expr).(type) {
	case *hclsyntax.ScopeTraversalExpr:
		base, steps, known := a.rootShape(x.Traversal)
		if !known {
			return shape{}
		}
		return base.along(steps)
	case *hclsyntax.RelativeTraversalExpr:
		return a.shapeOf(x.Source).along(x.Traversal)
	case *hclsyntax.IndexExpr:
		return a.shapeOf(x.Collection).elements()
	}
	if namesAny(expr, a.loopNames()) {
		return shape{}
	}
	refers := expr.Variables()
	v, diags := a.effort.counted(expr).Value(a.ctx)
	if diags.HasErrors() || slices.ContainsFunc(refers, func(t hcl.Traversal) bool { return t.RootName() == eachRoot || t.RootName() == a.later.root }) {
		return shape{}
	}
	fixed := len(refers) > 0 && !slices.ContainsFunc(refers, func(t hcl.Traversal) bool { return !a.declared(t) })
	decoded := callsAny(expr, "jsondecode", "csvdecode") // nobody declared its types
	return shape{[]cty.Type{v.Type()}, fixed && !decoded}
}

func (a *absenceChecker) loopNames() (names []string) {
	for _, loop := range a.loops {
		names = append(names, loop.KeyVar, loop.ValVar)
	}
	return names
}

// elements is the shape of what a collection of the shape holds.
func (s shape) elements() shape {
	held := shape{fixed: s.fixed}
	for _, ty := range s.types {
		held.types = append(held.types, elementTypes(ty)...)
	}
	return held
}

// along is the shape that steps lead to.
func (s shape) along(steps hcl.Traversal) shape {
	for _, step := range steps {
		s, _ = s.step(step)
	}
	return s
}

// step is the shape behind one step: without types where no value has it. known is false
// where that cannot be told.
func (s shape) step(step hcl.Traverser) (to shape, known bool) {
	name, named := stepName(step)
	to.fixed = s.fixed
	for _, ty := range s.types {
		switch {
		case ty.IsMapType(), ty.IsListType() && !named:
			to.types = append(to.types, ty.ElementType())
		case ty.IsTupleType() && !named:
			to.types = append(to.types, ty.TupleElementTypes()...)
		case !ty.IsObjectType() || !named:
			return shape{}, false
		case ty.HasAttribute(name):
			to.types = append(to.types, ty.AttributeType(name))
		}
	}
	return to, len(s.types) > 0
}

// union is an object that has every attribute of the types.
func (s shape) union() cty.Type {
	all := map[string]cty.Type{}
	for _, ty := range s.types {
		maps.Copy(all, ty.AttributeTypes())
	}
	return cty.Object(all)
}
