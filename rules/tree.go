package rules

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
)

// A tree is what all rule files say, checked against the grammar: every name in
// it is known and stands where it may. No expression has been looked at yet.
type tree struct {
	blocks map[string][]*block
	broken bool // a block of the top level was refused
}

func (t *tree) of(name string) []*block { return t.blocks[name] }

// A block is one block of a rule file.
type block struct {
	kind   *blockType
	labels []string
	header hcl.Range // its type and labels
	place  []hcl.Range
	args   map[string]*hclsyntax.Attribute
	blocks map[string][]*block
	values map[string]any  // by argument; set by loader.evaluate
	spots  map[string]spot // by argument, of the values; set by loader.evaluate
	broken bool            // something in it was refused while the tree was read
	bound  bindings        // what its expressions may refer to besides var, local and data

	dynamics  []*dynamic
	unsettled bool     // dynamic blocks in it are not expanded yet; see loader.settle
	maker     *dynamic // the dynamic block that made it, or nil
	unsure    bool     // it stands for what a dynamic block may make, as its for_each is not known
}

// bindings are the values that expressions of some blocks may refer to, by the root
// of the reference: "each".
type bindings map[string]cty.Value

// instance returns a copy of b, with everything inside, whose arguments are not
// evaluated yet and may also refer to bound.
func (b *block) instance(bound bindings) *block {
	c := *b
	c.args = maps.Clone(b.args)
	c.values, c.spots, c.blocks = map[string]any{}, map[string]spot{}, map[string][]*block{}
	c.bound = maps.Clone(b.bound)
	if c.bound == nil {
		c.bound = bindings{}
	}
	maps.Copy(c.bound, bound)
	for name, inside := range b.blocks {
		for _, i := range inside {
			c.blocks[name] = append(c.blocks[name], i.instance(c.bound))
		}
	}
	return &c
}

// title is what messages call the block: `rule "stale_media"`.
func (b *block) title() string {
	parts := []string{b.kind.name}
	for _, l := range b.labels {
		parts = append(parts, fmt.Sprintf("%q", l))
	}
	return strings.Join(parts, " ")
}

// only returns the one nested block of a kind, or nil.
func (b *block) only(name string) *block {
	if found := b.blocks[name]; len(found) > 0 {
		return found[0]
	}
	return nil
}

// has says whether an argument was given, readable or not.
func (b *block) has(name string) bool { return b.args[name] != nil }

// value returns where the value of an argument that was given stands.
func (b *block) value(name string) spot { return b.spots[name] }

// readTree checks every name of the files against the grammar.
func (l *loader) readTree(bodies []*hclsyntax.Body) *tree {
	t := &tree{blocks: map[string][]*block{}}
	top := &block{kind: grammar(), blocks: t.blocks}
	for _, body := range bodies {
		for _, attr := range sortedAttributes(body) {
			l.errorAt(attr.NameRange, "Unsupported argument", fmt.Sprintf(
				"An argument cannot stand at the top level of a rule file; %q belongs in a block. Put it into one, or remove it.", attr.Name))
		}
		l.readBlocks(body, top)
	}
	l.checkCounts(top)
	t.broken = top.broken
	return t
}

func newBlock(kind *blockType) *block {
	return &block{
		kind: kind, args: map[string]*hclsyntax.Attribute{}, blocks: map[string][]*block{},
		values: map[string]any{}, spots: map[string]spot{},
	}
}

// readBlocks reads the blocks inside parent.
func (l *loader) readBlocks(body *hclsyntax.Body, parent *block) {
	for _, raw := range body.Blocks {
		if raw.Type == dynamicName && parent.kind.dynamic {
			l.readDynamic(raw, parent)
			continue
		}
		kind := parent.kind.nested(raw.Type)
		if kind == nil {
			l.refuseBlock(raw, parent)
			continue
		}
		if b := l.readBlock(raw, kind.blockType); b != nil {
			parent.blocks[raw.Type] = append(parent.blocks[raw.Type], b)
		} else {
			parent.broken = true
		}
	}
}

// readBlock reads a block of a type, with all in it. It returns nil when its labels
// are wrong.
func (l *loader) readBlock(raw *hclsyntax.Block, kind *blockType) *block {
	b := newBlock(kind)
	b.labels, b.header, b.place = raw.Labels, raw.DefRange(), raw.LabelRanges
	if !l.checkLabels(b, raw) || !l.chooseVariant(b) {
		return nil
	}
	l.readArguments(raw.Body, b)
	l.readBlocks(raw.Body, b)
	if !b.unsettled {
		l.checkCounts(b)
	}
	return b
}

func (l *loader) checkLabels(b *block, raw *hclsyntax.Block) bool {
	if len(raw.Labels) == len(b.kind.labels) {
		return true
	}
	form := b.kind.name
	for _, label := range b.kind.labels {
		form += fmt.Sprintf(" %q", label)
	}
	l.errorAt(raw.DefRange(), "Wrong number of labels", fmt.Sprintf(
		"%s block is written %s { ... }, but between type and brace this one has %s instead of %d. Write it like that.",
		sentenceStart(b.kind.name), form, counted(len(raw.Labels), "label"), len(b.kind.labels)))
	return false
}

// chooseVariant makes b what its first label says.
func (l *loader) chooseVariant(b *block) bool {
	if len(b.kind.variants) == 0 {
		return true
	}
	if kind := b.kind.variants[b.labels[0]]; kind != nil {
		b.kind = kind
		return true
	}
	known := slices.Collect(maps.Keys(b.kind.variants))
	l.errorAt(b.place[0], "Invalid label", fmt.Sprintf("%q is nothing that a %s block can be.%s It can be: %s.",
		b.labels[0], b.kind.name, didYouMean(b.labels[0], known), enumerate(known, "or")))
	return false
}

// sentenceStart is a noun with its article at the beginning of a sentence.
func sentenceStart(noun string) string {
	s := withArticle(noun)
	return strings.ToUpper(s[:1]) + s[1:]
}

// counted is a number with its noun: "1 label", "2 labels".
func counted(n int, noun string) string {
	if n == 1 {
		return fmt.Sprintf("1 %s", noun)
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

func (l *loader) readArguments(body *hclsyntax.Body, b *block) {
	for _, attr := range sortedAttributes(body) {
		if !b.kind.anyArguments && b.kind.argument(attr.Name) == nil {
			l.refuseArgument(attr, b)
			continue
		}
		b.args[attr.Name] = attr
	}
	for _, a := range b.kind.arguments {
		if a.required && b.args[a.name] == nil {
			l.missingArgument(b, a.name)
		}
	}
}

func (l *loader) missingArgument(b *block, name string) {
	l.errorAt(b.header, "Missing required argument", fmt.Sprintf(
		"The argument %q of the %s block is required, but it is not given. Add %s = %s.",
		name, b.kind.name, name, cmp.Or(example(b.kind.argument(name).form), placeholder(b.kind.argument(name).form))))
}

// placeholder stands for a value where no example helps.
func placeholder(f form) string {
	if f == formText {
		return `"..."`
	}
	return "EXPRESSION"
}

// checkCounts checks how often each kind of block stands in b.
func (l *loader) checkCounts(b *block) {
	for _, n := range b.kind.blocks {
		found := b.blocks[n.name]
		if n.required && len(found) == 0 && !b.broken {
			l.errorAt(b.header, "Missing required block", fmt.Sprintf(
				"%s block needs a %s block inside: add %s { ... }.", sentenceStart(b.kind.name), n.name, n.name))
		}
		if n.repeatable || len(found) < 2 {
			continue
		}
		for _, again := range found[1:] {
			l.duplicate(found[0], again)
		}
	}
}

// duplicate reports a block of which there is one already.
func (l *loader) duplicate(first, again *block) {
	switch {
	case first.unsure || again.unsure: // there may be none
	case again.maker != nil && again.maker == first.maker:
		l.errorAt(again.maker.args["for_each"].Expr.Range(), "Duplicate block", fmt.Sprintf(
			"Only one %s block is allowed here, but this makes several. Let for_each have at most one element.", again.kind.name))
	default:
		l.errorAt(again.header, "Duplicate block", fmt.Sprintf(
			"Only one %s block is allowed here. The first one is at %s.", again.kind.name, place(first.header)))
	}
}

// sortedAttributes returns a body's arguments in the order of the text.
func sortedAttributes(body *hclsyntax.Body) []*hclsyntax.Attribute {
	attrs := make([]*hclsyntax.Attribute, 0, len(body.Attributes))
	for _, a := range body.Attributes {
		attrs = append(attrs, a)
	}
	slices.SortFunc(attrs, func(a, b *hclsyntax.Attribute) int {
		return a.NameRange.Start.Byte - b.NameRange.Start.Byte
	})
	return attrs
}

func place(r hcl.Range) string { return fmt.Sprintf("%s:%d", r.Filename, r.Start.Line) }

func rangeOf(r hcl.Range) Range {
	return Range{File: r.Filename, Line: r.Start.Line, Col: r.Start.Column}
}
