package rules

import (
	"fmt"
	"maps"
	"slices"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
)

// dataBuckets is the only type of data block: the buckets of a provider.
const dataBuckets = "buckets"

// A Query is one data block's wish for the bucket list of a provider.
type Query struct {
	Address  string // "data.buckets.media"
	Provider Provider
}

// A data is one data block and the buckets that it stands for.
type data struct {
	block *block
	value cty.Value // its buckets are unknown as long as no bucket list was given
	names []string  // of the buckets, sorted, once they are known
	state evaluation
}

func (d *data) address() string { return dataAddress(d.block.labels[0], d.block.labels[1]) }

func dataAddress(kind, name string) string { return "data." + kind + "." + name }

// bucketType is the type of an element of data.buckets.NAME.buckets.
func bucketType() cty.Type {
	return cty.Object(map[string]cty.Type{
		"name": cty.String, "region": cty.String, "type": cty.String, "owner": cty.String,
	})
}

// unknownBuckets is data.buckets.NAME before any bucket list was asked for.
func unknownBuckets() cty.Value {
	return cty.ObjectVal(map[string]cty.Value{
		"names":   cty.UnknownVal(cty.List(cty.String)).RefineNotNull(),
		"buckets": cty.UnknownVal(cty.Map(bucketType())).RefineNotNull(),
	})
}

// declareData collects the data blocks of all files.
func (l *loader) declareData(t *tree) {
	l.data = map[string]*data{}
	for _, b := range t.of("data") {
		kind, name := b.labels[0], b.labels[1]
		if kind != dataBuckets {
			l.errorAt(b.place[0], "Unknown type of data block", fmt.Sprintf(
				"There is no data of the type %q.%s The only one is %q: data %q %q { ... }.",
				kind, didYouMean(kind, []string{dataBuckets}), dataBuckets, dataBuckets, name))
			l.incomplete = true
			continue
		}
		if !hclsyntax.ValidIdentifier(name) {
			l.errorAt(b.place[1], "Invalid name", fmt.Sprintf("%q cannot name a data block: %s.", name, nameForm))
			l.incomplete = true
			continue
		}
		if first := l.data[kind+"."+name]; first != nil {
			l.errorAt(b.header, "Duplicate data", fmt.Sprintf(
				"A data block with the address %s is already defined at %s. Rename or remove one of the two.",
				first.address(), place(first.block.header)))
			continue
		}
		l.data[kind+"."+name] = &data{block: b, value: unknownBuckets()}
	}
}

// dataOf returns the data block that a reference names, or nil.
func (l *loader) dataOf(t hcl.Traversal) *data {
	if t.RootName() != "data" || len(t) < 3 {
		return nil
	}
	kind, ok1 := attrName(t[1])
	name, ok2 := attrName(t[2])
	if !ok1 || !ok2 {
		return nil
	}
	return l.data[kind+"."+name]
}

// resolveData finds the data block that a reference names and returns its name.
func (l *loader) resolveData(t hcl.Traversal) (name string, ok bool) {
	at := t.SourceRange()
	d := l.dataOf(t)
	if d == nil {
		if summary, detail := l.noData(t); !l.incomplete {
			l.errorAt(at, summary, detail)
		}
		return "", false
	}
	known := slices.Sorted(maps.Keys(d.value.Type().AttributeTypes()))
	attribute, plain := "", false
	if len(t) > 3 {
		attribute, plain = stepName(t[3])
	}
	if plain && !slices.Contains(known, attribute) {
		l.errorAt(at, "Unsupported attribute", fmt.Sprintf("%s has no %q.%s It has %s: a map by name to objects with name, region, type and owner, and the list of the names.",
			d.address(), attribute, didYouMean(attribute, known), enumerate([]string{"names", "buckets"}, "and")))
		return "", false
	}
	return d.block.labels[1], true
}

// noData says what is wrong with a reference to data that does not exist.
func (l *loader) noData(t hcl.Traversal) (summary, detail string) {
	kind, name := "", ""
	if len(t) > 1 {
		kind, _ = attrName(t[1])
	}
	if len(t) > 2 {
		name, _ = attrName(t[2])
	}
	if kind != dataBuckets || name == "" {
		return "Invalid reference", fmt.Sprintf("The buckets that a data block finds are data.%s.NAME.names, with the block's name.%s",
			dataBuckets, l.declaredData())
	}
	if l.enough() {
		return "Reference to undeclared data", fmt.Sprintf("There is no data block with the address %s.", dataAddress(dataBuckets, name))
	}
	var names []string
	for _, d := range l.data {
		names = append(names, d.block.labels[1])
	}
	declared := l.declaredData()
	if declared == "" {
		declared = fmt.Sprintf(" Declare it with data %q %q { ... }.", dataBuckets, name)
	}
	return "Reference to undeclared data", fmt.Sprintf("There is no data block with the address %s.%s%s",
		dataAddress(dataBuckets, name), didYouMean(name, names), declared)
}

// untold names what the store does not tell of the buckets that were found.
func (l *loader) untold() string {
	var all []string
	for _, d := range l.data {
		buckets := d.value.GetAttr("buckets")
		if !buckets.IsKnown() {
			continue
		}
		for name, bucket := range buckets.AsValueMap() {
			for what, v := range bucket.AsValueMap() {
				if !v.IsKnown() {
					all = append(all, what+" of "+name)
				}
			}
		}
	}
	slices.Sort(all)
	return firstOf(slices.Compact(all), maxListed)
}

// declaredData names the data blocks that there are, in a sentence; empty without one.
func (l *loader) declaredData() string {
	var all []string
	for _, d := range l.data {
		all = append(all, d.address())
	}
	if len(all) == 0 {
		return ""
	}
	return fmt.Sprintf(" Declared: %s.", enumerate(all, "and"))
}

// evaluateAllData evaluates the data blocks that no local asked for.
func (l *loader) evaluateAllData() {
	for _, name := range slices.Sorted(maps.Keys(l.data)) {
		l.evaluateData(l.data[name], nil)
	}
}

// evaluateData reads a data block's arguments, after the locals that they use, and
// gives it its value where the bucket list is known; path holds what waits for it.
func (l *loader) evaluateData(d *data, path []string) {
	switch d.state {
	case finished:
		return
	case running:
		l.cycle(d.address(), path, d.block.header)
		return
	}
	d.state = running
	path = append(path, d.address())
	tooLate := false
	for _, a := range d.block.kind.arguments {
		attr := d.block.args[a.name]
		if attr == nil || a.form == formProvider {
			continue
		}
		for _, t := range attr.Expr.Variables() {
			if t.RootName() == "data" {
				tooLate = true
				l.errorAt(t.SourceRange(), "Value known too late", fmt.Sprintf(
					"The argument %q of %s follows from a data block, but all bucket lists are asked for at once. Use a variable, or choose among the buckets in a local.",
					a.name, d.block.title()))
			}
			l.evaluateUsed(t, path)
		}
	}
	if !tooLate {
		l.findBuckets(d)
	}
	d.state = finished
}

// findBuckets gives a data block its value.
func (l *loader) findBuckets(d *data) {
	before := len(l.diags)
	l.evaluate(d.block)
	filter := l.decodeFilter(d.block)
	if l.found == nil || l.diags[before:].HasErrors() {
		return
	}
	listed, ok := l.found[l.asked[d.address()]]
	if !ok {
		l.errorAt(d.block.header, "No bucket list", fmt.Sprintf("The buckets of %s are not known, as no bucket list of its provider was given. Make a new plan.", d.address()))
		return
	}
	matched := l.matching(d, &filter, listed)
	if len(matched) == 0 && !get[bool](d.block, "allow_empty") {
		l.errorAt(d.block.header, "No bucket found", fmt.Sprintf(
			"No bucket on the list of provider %s fits %s: %s. Correct the conditions, ask with other credentials, or write allow_empty = true if there may be none.",
			l.asked[d.address()], d.address(), filter.misses(listed)))
		return
	}
	d.names, d.value = []string{}, bucketsValue(matched)
	for _, b := range matched {
		d.names = append(d.names, b.Name)
	}
}

// bucketsValue is data.buckets.NAME for buckets that are sorted by name. What the
// store does not tell is unknown, so that nothing can follow from it.
func bucketsValue(matched []FoundBucket) cty.Value {
	names := cty.ListValEmpty(cty.String)
	buckets := cty.MapValEmpty(bucketType())
	if len(matched) > 0 {
		var list []cty.Value
		byName := map[string]cty.Value{}
		for _, b := range matched {
			list = append(list, cty.StringVal(b.Name))
			byName[b.Name] = cty.ObjectVal(map[string]cty.Value{
				"name": cty.StringVal(b.Name), "region": told(b.Region), "type": told(b.Type), "owner": told(b.Owner),
			})
		}
		names, buckets = cty.ListVal(list), cty.MapVal(byName)
	}
	return cty.ObjectVal(map[string]cty.Value{"names": names, "buckets": buckets})
}

// decodeData returns what the data blocks ask for, and where that is known what they
// found, in the order of their addresses.
func (l *loader) decodeData(providers map[string]Provider) (queries []Query, discoveries []Discovery) {
	for _, name := range slices.Sorted(maps.Keys(l.data)) {
		d := l.data[name]
		address := l.ruleProvider(d.block, providers)
		if address == "" {
			continue
		}
		p, declared := providers[address]
		if !declared {
			p = Provider{Address: address, Kind: kindKS3}
		}
		queries = append(queries, Query{Address: d.address(), Provider: p})
		if d.names != nil {
			discoveries = append(discoveries, Discovery{Address: d.address(), Provider: address, Names: d.names})
		}
	}
	return queries, discoveries
}

// awaitsBuckets reports whether something is not known yet that follows from the
// bucket lists, so that what rules look at cannot be judged as a whole.
func (l *loader) awaitsBuckets() bool { return len(l.data) > 0 && l.found == nil }
