package rules

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"
)

// dataBuckets is the only type of data block: the buckets of a provider.
const dataBuckets = "buckets"

// A Query is one data block's wish for the bucket list of a provider.
type Query struct {
	Address  string // "data.buckets.media"
	Provider Provider
}

// Found holds the bucket lists of providers, by their addresses.
type Found map[string][]FoundBucket

// A FoundBucket is one entry of a bucket list. What a store does not tell is empty.
type FoundBucket struct {
	Name    string    `json:"name"`
	Region  string    `json:"region,omitempty"`
	Type    string    `json:"type,omitempty"`
	Owner   string    `json:"owner,omitempty"`
	Created time.Time `json:"created,omitzero"`
}

// A data is one data block and the buckets that it stands for.
type data struct {
	block *block
	value cty.Value // unknown as long as no bucket list was given
	state evaluation
}

// bucketsType is the type of data.buckets.NAME.
func bucketsType() cty.Type {
	return cty.Object(map[string]cty.Type{"names": cty.List(cty.String)})
}

// declareData collects the data blocks of all files.
func (l *loader) declareData(t *tree) {
	l.data = map[string]*data{}
	for _, b := range t.of("data") {
		l.data[b.labels[0]+"."+b.labels[1]] = &data{block: b, value: cty.UnknownVal(bucketsType())}
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
	if d := l.dataOf(t); d != nil {
		return d.block.labels[1], true
	}
	if !l.incomplete {
		l.errorAt(t.SourceRange(), "Reference to undeclared data block", fmt.Sprintf(
			"There is no data block that this refers to. Write data.buckets.NAME.names. Declared: %v.", slices.Sorted(maps.Keys(l.data))))
	}
	return "", false
}

// evaluateData gives a data block its value, where the bucket list is known.
func (l *loader) evaluateData(*data) {}

// decodeData reads the data blocks and returns what they ask for, in the order of
// their addresses.
func (l *loader) decodeData([]*block, map[string]Provider) []Query { return nil }
