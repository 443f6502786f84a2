package rules

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
)

// A local is one name of a locals block.
type local struct {
	attr  *hclsyntax.Attribute
	value cty.Value // unknown until evaluated, and for ever when that fails
	state evaluation
}

type evaluation uint8

const (
	waiting evaluation = iota
	running
	finished
)

// declareLocals collects the locals of all files.
func (l *loader) declareLocals(t *tree) {
	l.locals = map[string]*local{}
	for _, b := range t.of("locals") {
		for _, name := range slices.Sorted(maps.Keys(b.args)) {
			attr := b.args[name]
			if first := l.locals[name]; first != nil {
				l.errorAt(attr.NameRange, "Duplicate local value", fmt.Sprintf(
					"A local value named %q is already defined at %s. Remove one of the two.", name, place(first.attr.NameRange)))
				continue
			}
			l.locals[name] = &local{attr: attr, value: cty.DynamicVal}
		}
	}
}

// evaluateLocals gives every local its value, each after those that it uses.
func (l *loader) evaluateLocals() {
	for _, name := range slices.Sorted(maps.Keys(l.locals)) {
		l.evaluateLocal(name, nil)
	}
}

// evaluateLocal evaluates one local; path holds the locals that wait for it.
func (l *loader) evaluateLocal(name string, path []string) {
	this := l.locals[name]
	switch this.state {
	case finished:
		return
	case running:
		l.cycle(name, path)
		return
	}
	this.state = running
	path = append(path, name)
	for _, t := range this.attr.Expr.Variables() {
		if d := l.dataOf(t); d != nil {
			l.evaluateData(d)
			continue
		}
		if t.RootName() != "local" || len(t) < 2 {
			continue
		}
		if used, ok := attrName(t[1]); ok && l.locals[used] != nil {
			l.evaluateLocal(used, path)
		}
	}
	if v, ok := l.value(this.attr.Expr, l.scope(this.attr.Expr, nil)); ok || v != cty.NilVal {
		this.value = v // what is not known keeps its type
	}
	this.state = finished
}

// cycle reports that the locals of path lead back to name.
func (l *loader) cycle(name string, path []string) {
	start := slices.Index(path, name)
	round := append(slices.Clone(path[start:]), name)
	for i := range round {
		round[i] = "local." + round[i]
	}
	if len(round) > maxListed {
		round = slices.Replace(round, maxListed/2, len(round)-maxListed/2, "...")
	}
	l.errorAt(l.locals[name].attr.NameRange, "Local values in a circle", fmt.Sprintf(
		"local.%s is defined by itself: %s. Break the circle at one of them.", name, strings.Join(round, " -> ")))
}
