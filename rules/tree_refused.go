package rules

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
)

func (l *loader) refuseBlock(raw *hclsyntax.Block, parent *block) {
	parent.broken = true
	if slices.Contains(parent.kind.laterBlocks, raw.Type) {
		l.notYet(raw.TypeRange, fmt.Sprintf("%q blocks are", raw.Type))
		return
	}
	if parent.kind.argument(raw.Type) != nil {
		l.errorAt(raw.TypeRange, "Unsupported block", fmt.Sprintf(
			"%q is an argument, not a block. Write %s = ... instead.", raw.Type, raw.Type))
		return
	}
	allowed := parent.kind.blockNames()
	detail := fmt.Sprintf("Blocks of type %q are not expected here.%s", raw.Type, didYouMean(raw.Type, allowed))
	if where := parent.kind.elsewhere[raw.Type]; where != "" {
		detail = fmt.Sprintf("Blocks of type %q are not expected here. %s", raw.Type, where)
	}
	l.errorAt(raw.TypeRange, "Unsupported block", detail+allowedHere("Blocks", allowed))
}

func (l *loader) refuseArgument(attr *hclsyntax.Attribute, b *block) {
	b.broken = true
	if slices.Contains(b.kind.laterArguments, attr.Name) {
		l.notYet(attr.NameRange, fmt.Sprintf("The argument %q of %s blocks is", attr.Name, b.kind.name))
		return
	}
	if b.kind.name == providerName && looksSecret(attr.Name) {
		l.refuseSecret(attr, b)
		return
	}
	if b.kind.nested(attr.Name) != nil {
		l.errorAt(attr.NameRange, "Unsupported argument", fmt.Sprintf(
			"%q is a block, not an argument. Write %s { ... } without the equals sign.", attr.Name, attr.Name))
		return
	}
	allowed := b.kind.argumentNames()
	detail := fmt.Sprintf("An argument named %q is not expected in %s.%s",
		attr.Name, b.kind.noun(), b.kind.whereItBelongs(attr.Name, allowed))
	if attr.Name == "count" && slices.Contains(allowed, "for_each") {
		detail += " offcut has no count: write for_each, whose keys stay when one is added, and enabled = false for none."
	}
	l.errorAt(attr.NameRange, "Unsupported argument", detail+allowedHere("Arguments", allowed))
}

// noun is what messages call a block of the type.
func (t *blockType) noun() string {
	if t.name == "" {
		return "a file of tests outside of its blocks"
	}
	return withArticle(t.name) + " block"
}

// whereItBelongs names the block inside of t that has the argument, else what in t is
// spelled like it.
func (t *blockType) whereItBelongs(name string, allowed []string) string {
	for _, n := range t.blocks {
		if n.argument(name) != nil {
			return fmt.Sprintf(" It belongs in a block inside: %s { %s = ... }.", n.name, name)
		}
	}
	return didYouMean(name, allowed)
}

func (l *loader) notYet(at hcl.Range, what string) {
	l.errorAt(at, "Not supported yet", fmt.Sprintf(
		"%s not supported by this version of offcut (%s). Remove it: what cannot be acted on is refused, not ignored.", what, LanguageVersion))
}

func allowedHere(what string, names []string) string {
	if len(names) == 0 {
		return fmt.Sprintf(" No %s are allowed here.", strings.ToLower(what))
	}
	return fmt.Sprintf(" %s allowed here: %s.", what, enumerate(names, "and"))
}
