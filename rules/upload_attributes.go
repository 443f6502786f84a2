package rules

import (
	"time"

	"github.com/zclconf/go-cty/cty"
)

// A subject is an upload with what conditions are told about it.
type subject struct {
	upload *Upload
	parts  *Parts // nil as long as they were not read
	age    time.Duration
	idle   time.Duration
}

// An uploadAttribute is one attribute of upload in a where.
type uploadAttribute struct {
	name  string
	typ   cty.Type
	late  bool // it follows from the parts
	value func(*subject) cty.Value
}

// uploadAttributes lists them in the order in which messages name them. What the
// store did not tell is unknown, so that no verdict rests on it.
func uploadAttributes() []uploadAttribute {
	text := func(name string, of func(*Upload) string) uploadAttribute {
		return uploadAttribute{name: name, typ: cty.String, value: func(s *subject) cty.Value { return told(of(s.upload)) }}
	}
	number := func(name string, of func(*Parts) int64) uploadAttribute {
		return uploadAttribute{name: name, typ: cty.Number, late: true, value: func(s *subject) cty.Value { return counted64(s.parts, of) }}
	}
	return []uploadAttribute{
		text("bucket", func(u *Upload) string { return u.Bucket }),
		text("key", func(u *Upload) string { return u.Key }),
		text("id", func(u *Upload) string { return u.ID }),
		{name: "age", typ: cty.Number, value: func(s *subject) cty.Value { return cty.NumberFloatVal(s.age.Seconds()) }},
		{name: "idle", typ: cty.Number, late: true, value: func(s *subject) cty.Value {
			if s.parts == nil || partsVeto(s.parts) != "" {
				return cty.UnknownVal(cty.Number)
			}
			return cty.NumberFloatVal(s.idle.Seconds())
		}},
		number("size", func(p *Parts) int64 { return p.Bytes }),
		number("parts", func(p *Parts) int64 { return int64(p.Count) }),
		text("storage_class", func(u *Upload) string { return u.StorageClass }),
		text("owner", func(u *Upload) string { return u.Owner }),
		text("initiator", func(u *Upload) string { return u.Initiator }),
	}
}

// told is a text, or unknown when it is empty.
func told(s string) cty.Value {
	if s == "" {
		return cty.UnknownVal(cty.String)
	}
	return cty.StringVal(s)
}

// counted64 is a sum over the parts. One that is negative was too large to be counted.
func counted64(p *Parts, of func(*Parts) int64) cty.Value {
	if p == nil || p.Foreign || p.Unreadable || of(p) < 0 {
		return cty.UnknownVal(cty.Number)
	}
	return cty.NumberIntVal(of(p))
}

// uploadValue builds the object that a condition is evaluated with, of the attributes
// that it names alone.
func uploadValue(names []uploadAttribute, s *subject) cty.Value {
	attrs := make(map[string]cty.Value, len(names))
	for i := range names {
		attrs[names[i].name] = names[i].value(s)
	}
	return cty.ObjectVal(attrs)
}

// uploadType is the type of upload.
func uploadType() cty.Type {
	types := map[string]cty.Type{}
	for _, a := range uploadAttributes() {
		types[a.name] = a.typ
	}
	return cty.Object(types)
}
