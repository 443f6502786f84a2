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

// A local is one name of a locals block.
type local struct {
	attr  *hclsyntax.Attribute
	value cty.Value // unknown until evaluated, and for ever when that fails
	state evaluation

	written *bool // see isWritten; nil until it is asked for
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

// evaluateLocal evaluates one local; path holds the addresses of what waits for it.
func (l *loader) evaluateLocal(name string, path []string) {
	this := l.locals[name]
	switch this.state {
	case finished:
		return
	case running:
		l.cycle("local."+name, path, this.attr.NameRange)
		return
	}
	this.state = running
	path = append(path, "local."+name)
	for _, t := range this.attr.Expr.Variables() {
		if d := l.dataOf(t); d != nil {
			l.evaluateData(d, path)
			continue
		}
		l.evaluateUsed(t, path)
	}
	before := len(l.diags)
	if v, _ := l.value(this.attr.Expr, l.scope(this.attr.Expr, nil)); v != cty.NilVal && !l.diags[before:].HasErrors() {
		this.value = v // what is not known keeps its type
	}
	this.state = finished
}

// evaluateUsed evaluates the local that a reference names, if it names one.
func (l *loader) evaluateUsed(t hcl.Traversal, path []string) {
	if used, ok := localName(t); ok && l.locals[used] != nil {
		l.evaluateLocal(used, path)
	}
}

// cycle reports that the locals and data blocks of path lead back to address.
func (l *loader) cycle(address string, path []string, at hcl.Range) {
	start := slices.Index(path, address)
	round := append(slices.Clone(path[start:]), address)
	if len(round) > maxListed {
		round = slices.Replace(round, maxListed/2, len(round)-maxListed/2, "...")
	}
	l.errorAt(at, "Local values in a circle", fmt.Sprintf(
		"%s is defined by itself: %s. Break the circle at one of them.", address, strings.Join(round, " -> ")))
}
