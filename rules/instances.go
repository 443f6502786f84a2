package rules

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
)

// Bounds of for_each, so that a mistake in a few lines cannot fill the memory.
const (
	maxInstances = 10_000 // instances and dynamic blocks of a rule set together
	maxKey       = 256    // bytes of a key
)

// eachRoot is the root of each.key and each.value.
const eachRoot = "each"

// An instance is a block as it stands for one key of its for_each.
type instance struct {
	*block             // with for_each a copy, made when it is its turn
	each     cty.Value // an object of key and value; nil without for_each
	address  string
	key      string // empty without for_each
	template bool   // stands for instances that are not known, or for none at all: only to be checked
}

// An instanceNote says which instance a message is about. It travels in the message's
// Extra.
type instanceNote struct {
	address string
	value   cty.Value // each.value
}

// note is what messages about i alone say besides their words; nil without for_each.
func (i *instance) note() *instanceNote {
	if i.key == "" {
		return nil
	}
	return &instanceNote{i.address, i.each.GetAttr("value")}
}

// instancesOf returns the instances that for_each makes of b in the order of their
// keys, or b alone without for_each. Where the keys are not known yet, or there are
// none, it is one template: each.key and each.value are unknown in it.
func (l *loader) instancesOf(b *block) (instances []instance, empty bool) {
	whole := Address{Block: b.kind.name, Name: b.labels[0]}
	attr := b.args["for_each"]
	if attr == nil {
		return []instance{{block: b, address: whole.String()}}, false
	}
	v, known := l.forEach(attr, b.bound, l.checkKeyed)
	if !known || v.LengthInt() == 0 {
		each := eachOf(cty.UnknownVal(cty.String), unknownElement(v))
		return []instance{{block: b, each: each, address: whole.String(), template: true}}, known
	}
	for it := v.ElementIterator(); it.Next(); {
		key, value := it.Element()
		whole.Key = key.AsString()
		instances = append(instances, instance{block: b, each: eachOf(key, value), address: whole.String(), key: whole.Key})
	}
	return instances, false
}

func eachOf(key, value cty.Value) cty.Value {
	return cty.ObjectVal(map[string]cty.Value{"key": key, "value": value})
}

// unknownElement is the unknown value of what a for_each of v's type goes over.
func unknownElement(v cty.Value) cty.Value {
	if v != cty.NilVal && v.Type().IsCollectionType() {
		return cty.UnknownVal(v.Type().ElementType())
	}
	return cty.DynamicVal
}

// forEach evaluates the for_each of a block, or of a dynamic block. known is false where
// its elements follow from a bucket list that is not there yet, and after an error. check
// looks at the value's type, and at its keys where they are known.
func (l *loader) forEach(attr *hclsyntax.Attribute, bound bindings, check func(cty.Value) error) (v cty.Value, known bool) {
	ctx := l.scope(attr.Expr, bound)
	failed := len(l.diags)
	v, _ = l.value(attr.Expr, ctx)
	if v == cty.NilVal || slices.ContainsFunc(l.diags[failed:], isError) {
		return cty.NilVal, false
	}
	at := spot{at: attr.Expr.Range(), expr: attr.Expr, ctx: ctx}
	refuse := func(err error) (cty.Value, bool) {
		l.errorIn(at, "Invalid for_each", sentence(err.Error()))
		return cty.NilVal, false
	}
	switch {
	case v.IsMarked():
		return refuse(errors.New("the value is sensitive, but addresses and the number of blocks tell what is in it. Take only what may be shown, or write nonsensitive(...) around it if all of it may be"))
	case v.IsNull():
		return refuse(errors.New("the value is null. Leave for_each out, or give it what it is to go over"))
	}
	if err := check(v); err != nil {
		return refuse(err)
	}
	if !v.IsKnown() || v.Type().IsSetType() && !v.IsWhollyKnown() {
		if l.found != nil && !l.nobody && !l.diags.HasErrors() {
			l.errorIn(at, "Value not told", fmt.Sprintf(
				"What this for_each goes over follows from something that the store does not tell about a bucket, and nothing is guessed. Not told: %s. Name these buckets, or leave them out of the data block.",
				l.untold()))
		}
		return v, false
	}
	n := v.LengthInt()
	if l.instances += n; l.instances > maxInstances {
		l.instances -= n
		return refuse(fmt.Errorf("this makes %d, and with what stands before it more than %d, which is as many as a rule set may have of instances and dynamic blocks together. Look for a for_each that goes over single keys or uploads instead of groups of them", n, maxInstances))
	}
	return v, true
}

func isError(d *hcl.Diagnostic) bool { return d.Severity == hcl.DiagError }

// checkKeyed wants what for_each of a rule or protect goes over: a map, an object or a
// set of strings, whose keys can stand in addresses.
func (l *loader) checkKeyed(v cty.Value) error {
	ty := v.Type()
	switch {
	case ty == cty.DynamicPseudoType, ty.IsMapType(), ty.IsObjectType(), ty.IsSetType() && ty.ElementType() == cty.String:
	case ty.IsSetType():
		if ty.ElementType() == cty.DynamicPseudoType {
			break // toset([])
		}
		return fmt.Errorf("a set must be one of strings here, but this is %s. Write a map, such as { for x in ... : x.name => x }", withArticle(ty.FriendlyName()))
	case ty.IsListType(), ty.IsTupleType():
		return fmt.Errorf("for_each needs a map or a set of strings, but this is %s: its elements have no keys that stay when one is added. "+
			"For texts write toset(...) around it, and for other values a map, such as { for x in ... : x.name => x }", withArticle(ty.FriendlyName()))
	default:
		return fmt.Errorf("for_each needs a map or a set of strings, but this is %s. Write toset([...]), or a map", withArticle(ty.FriendlyName()))
	}
	if !v.IsKnown() || !v.CanIterateElements() {
		return nil
	}
	for it := v.ElementIterator(); it.Next(); {
		key, _ := it.Element()
		if !key.IsKnown() {
			continue
		}
		if err := checkKey(key); err != nil {
			return err
		}
	}
	return nil
}

// checkKey wants a key that a person can read and write in an address.
func checkKey(key cty.Value) error {
	if key.IsNull() {
		return errors.New("an element of the set is null, which is no key. Remove it")
	}
	s := key.AsString()
	switch odd := strings.IndexFunc(s, func(r rune) bool { return !unicode.IsPrint(r) || r == unicode.ReplacementChar }); {
	case s == "":
		return errors.New("one of the keys is empty. Give it a name: it stands in the address of the instance")
	case odd >= 0:
		return fmt.Errorf("the key %q holds %s, which nobody sees in an address. Use a key of visible characters, and put the text itself into the value of a map",
			cut(s), characterName([]rune(s[odd:])[0]))
	case len(s) > maxKey:
		return fmt.Errorf("the key %q has %d bytes, but at most %d fit into tables and addresses. Use a shorter key, and put the text itself into the value of a map",
			cut(s), len(s), maxKey)
	}
	return nil
}

// eachInstance calls decode for the instances of a block, and sees to it that a message
// which all of them bring is told once, and one of only some of them with the address
// of the first.
func (l *loader) eachInstance(instances []instance, decode func(instance)) {
	first := len(l.diags)
	for _, i := range instances {
		from := len(l.diags)
		if i.each != cty.NilVal {
			if !l.copies(i.block) {
				break
			}
			i.block = i.instance(bindings{eachRoot: i.each})
		}
		decode(i)
		note := i.note()
		if note == nil {
			continue
		}
		for n, d := range l.diags[from:] {
			about := *d
			about.Extra = *note
			l.diags[from+n] = &about
		}
	}
	l.diags = append(l.diags[:first], onceEach(l.diags[first:], len(instances))...)
}

// copies counts a copy of b, and says whether there is room for it.
func (l *loader) copies(b *block) bool {
	l.effort.used += b.size() * elementCost
	return l.fits(&b.header)
}

// size is how many blocks and arguments b has, itself counted.
func (b *block) size() int {
	n := 1 + len(b.args)
	for _, inside := range b.blocks {
		for _, i := range inside {
			n += i.size()
		}
	}
	return n
}

// A sameMessage is what makes two messages the same to whoever reads them.
type sameMessage struct {
	file            string
	byte            int
	severity        hcl.DiagnosticSeverity
	summary, detail string
}

// onceEach drops repeated messages. One that came from all of several instances is
// about the block and not about an instance.
func onceEach(diags hcl.Diagnostics, instances int) hcl.Diagnostics {
	times, kept := map[sameMessage]int{}, hcl.Diagnostics{}
	key := func(d *hcl.Diagnostic) sameMessage {
		k := sameMessage{severity: d.Severity, summary: d.Summary, detail: d.Detail, byte: -1}
		if d.Subject != nil {
			k.file, k.byte = d.Subject.Filename, d.Subject.Start.Byte
		}
		return k
	}
	for _, d := range diags {
		if times[key(d)]++; times[key(d)] == 1 {
			kept = append(kept, d)
		}
	}
	for _, d := range kept {
		if instances > 1 && times[key(d)] == instances {
			d.Extra = nil
		}
	}
	return kept
}
