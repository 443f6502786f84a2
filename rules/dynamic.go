package rules

import (
	"fmt"
	"maps"
	"slices"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
)

// Dynamic blocks mean what HCL's dynblock package makes of them. That package works on
// a body while a schema is asked of it, and tells only then, one block at a time, what
// does not belong there; our tree is checked as a whole before anything is computed,
// and what is computed is counted. So they are read and expanded on the tree.

// dynamicName is the type of blocks that make others.
const dynamicName = "dynamic"

// A dynamic is a dynamic block: it stands for a block for each element of its for_each.
type dynamic struct {
	*block
	makes    *nestedType
	iterator string
}

// dynamicBlock is the type of a dynamic block that makes blocks of the type n.
func dynamicBlock(n *nestedType) *blockType {
	content := *n.blockType
	content.name = "content"
	return &blockType{
		name: dynamicName, labels: []string{"BLOCK"},
		arguments: []argument{
			{name: "for_each", form: formEach, required: true},
			{name: "iterator", form: formIterator},
		},
		blocks: []nestedType{{blockType: &content, required: true}},
	}
}

// readDynamic reads a dynamic block inside parent.
func (l *loader) readDynamic(raw *hclsyntax.Block, parent *block) {
	parent.unsettled = true
	if len(raw.Labels) != 1 {
		l.checkLabels(&block{kind: dynamicBlock(&parent.kind.blocks[0])}, raw)
		parent.broken = true
		return
	}
	makes := parent.kind.nested(raw.Labels[0])
	if makes == nil {
		parent.broken = true
		allowed := parent.kind.blockNames()
		l.errorAt(raw.LabelRanges[0], "Unsupported block", fmt.Sprintf("There is no block of type %q in %s for a dynamic block to make.%s",
			raw.Labels[0], withArticle(parent.kind.name)+" block", didYouMean(raw.Labels[0], allowed))+allowedHere("Blocks", allowed))
		return
	}
	b := l.readBlock(raw, dynamicBlock(makes))
	d := &dynamic{block: b, makes: makes, iterator: raw.Labels[0]}
	if attr := b.args["iterator"]; attr != nil {
		d.iterator = l.readIterator(attr)
	}
	parent.dynamics = append(parent.dynamics, d)
}

// readIterator reads the name that stands for the element in a dynamic block.
func (l *loader) readIterator(attr *hclsyntax.Attribute) string {
	name := hcl.ExprAsKeyword(attr.Expr)
	switch {
	case name == "":
		l.errorAt(attr.Expr.Range(), "Invalid iterator",
			"An iterator is a bare name: with iterator = x the element is x.key and x.value. Write the name without quotes.")
	case slices.Contains([]string{"var", "local", "data", eachRoot, "upload", "plan"}, name):
		l.errorAt(attr.Expr.Range(), "Invalid iterator", fmt.Sprintf(
			"%q has a meaning of its own. Choose another name for the element.", name))
	}
	return name
}

// settle makes the blocks that the dynamic blocks of b stand for, and counts the blocks
// in b once they are known.
func (l *loader) settle(b *block) {
	if !b.unsettled {
		return
	}
	b.unsettled = false
	for _, d := range b.dynamics {
		l.expand(b, d)
	}
	for _, found := range b.blocks {
		slices.SortStableFunc(found, func(a, b *block) int { return a.header.Start.Byte - b.header.Start.Byte })
	}
	l.checkCounts(b)
}

// expand adds to b what d makes. Where its elements are not known, it is one block, to
// be checked.
func (l *loader) expand(b *block, d *dynamic) {
	content, attr := d.only("content"), d.args["for_each"]
	if content == nil || attr == nil || d.iterator == "" {
		b.broken = true // told while the tree was read
		return
	}
	add := func(key, value cty.Value) *block {
		bound := maps.Clone(b.bound)
		if bound == nil {
			bound = bindings{}
		}
		bound[d.iterator] = eachOf(key, value)
		made := content.instance(bound)
		made.kind, made.maker = d.makes.blockType, d
		b.blocks[d.makes.name] = append(b.blocks[d.makes.name], made)
		return made
	}
	before := len(l.diags)
	v, known := l.forEach(attr, b.bound, checkIterable)
	if known {
		for it := v.ElementIterator(); it.Next() && l.copies(content); {
			add(it.Element())
		}
		if v.LengthInt() == 0 { // its mistakes are mistakes all the same
			add(cty.DynamicVal, unknownElement(v))
			unused := len(b.blocks[d.makes.name]) - 1
			was := l.nobody
			l.nobody = true
			l.evaluate(b.blocks[d.makes.name][unused])
			l.nobody = was
			b.blocks[d.makes.name] = b.blocks[d.makes.name][:unused]
		}
		return
	}
	if b.kind.early && v != cty.NilVal && len(l.diags) == before && !l.diags.HasErrors() {
		l.errorAt(attr.Expr.Range(), "Value known too late", fmt.Sprintf(
			"The blocks of %s follow from the buckets that a data block finds, but they are needed before any bucket list is asked for. Use a variable instead.", b.title()))
	}
	key := cty.DynamicVal
	if v != cty.NilVal && (v.Type().IsMapType() || v.Type().IsObjectType()) {
		key = cty.UnknownVal(cty.String)
	}
	add(key, unknownElement(v)).unsure = true
}

// checkIterable wants what a dynamic block goes over.
func checkIterable(v cty.Value) error {
	if ty := v.Type(); ty != cty.DynamicPseudoType && !ty.IsCollectionType() && !ty.IsTupleType() && !ty.IsObjectType() {
		return fmt.Errorf("a dynamic block goes over a list, a set or a map, but this is %s. Write [...] around a single value", withArticle(ty.FriendlyName()))
	}
	return nil
}
