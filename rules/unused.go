package rules

import (
	"fmt"
	"maps"
	"slices"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// What is declared and never used is often a name that was misspelled where it should
// be used, or a rule that somebody believes is there. It goes by the text alone, so that
// it does not matter what is evaluated, and when.

// checkUnused warns about variables, locals, data blocks and providers that no rule file
// uses.
func (l *loader) checkUnused(t *tree, bodies []*hclsyntax.Body) {
	if l.incomplete || l.diags.HasErrors() {
		return
	}
	used := usedNames{}
	for _, body := range bodies {
		used.addBody(body)
	}
	for _, name := range slices.Sorted(maps.Keys(l.vars)) {
		if !used["var."+name] {
			l.warnAt(l.vars[name].block.header, "Unused variable", fmt.Sprintf(
				"Nothing in the rule files refers to var.%s, so its value has no effect. Remove the block, or use it; what test files refer to does not count.", name))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(l.locals)) {
		if !used["local."+name] {
			l.warnAt(l.locals[name].attr.NameRange, "Unused local value", fmt.Sprintf(
				"Nothing in the rule files refers to local.%s. Remove it, or use it.", name))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(l.data)) {
		if d := l.data[name]; !used[d.address()] {
			l.warnAt(d.block.header, "Unused data", fmt.Sprintf(
				"Nothing in the rule files refers to %s, so its bucket list is asked for and has no effect. Remove the block, or use %[1]s.names; what test files refer to does not count.", d.address()))
		}
	}
	l.checkUnusedProviders(t, bodies)
}

// usedNames holds references as they are written: "var.x", "local.x", "data.buckets.x".
type usedNames map[string]bool

func (u usedNames) addBody(body *hclsyntax.Body) {
	for _, attr := range body.Attributes {
		for _, t := range attr.Expr.Variables() {
			u.add(t)
		}
	}
	for _, b := range body.Blocks {
		u.addBody(b.Body)
	}
}

func (u usedNames) add(t hcl.Traversal) {
	address, steps := t.RootName(), 1
	if address == "data" {
		steps = 2 // its type and its name
	}
	if len(t) <= steps {
		return
	}
	for _, step := range t[1 : 1+steps] {
		name, ok := attrName(step)
		if !ok {
			return
		}
		address += "." + name
	}
	u[address] = true
}

// checkUnusedProviders warns about providers that no block names. A rule or a data block
// without the argument works with the only one that is declared.
func (l *loader) checkUnusedProviders(t *tree, bodies []*hclsyntax.Body) {
	blocks := t.of(providerName)
	used, implicit := map[string]bool{}, false
	for _, body := range bodies {
		for _, b := range body.Blocks {
			attr := b.Body.Attributes["provider"]
			if attr == nil {
				implicit = implicit || b.Type == ruleBlock().name || b.Type == "data"
				continue
			}
			if at, diags := hcl.AbsTraversalForExpr(attr.Expr); !diags.HasErrors() {
				address, _ := providerAddress(at)
				used[address] = true
			}
		}
	}
	for _, b := range blocks {
		address := b.labels[0]
		if alias := get[string](b, "alias"); alias != "" {
			address += "." + alias
		}
		if !used[address] && (!implicit || len(blocks) != 1) {
			l.warnAt(b.header, "Unused provider", fmt.Sprintf(
				"No rule works with %s, so nothing is asked of it. Name it in a rule, as in provider = %s, or remove the block.", address, address))
		}
	}
}
