package switches

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
)

// UnmarshalJSON reads a set and checks it. The error holds every mistake, as
// Mistakes: names that are not known, values of another kind, and what Check
// finds. null is the same as a field that is left out.
func (s *Set) UnmarshalJSON(src []byte) error {
	*s = Set{}
	c := checker{}
	c.object("", src, reflect.ValueOf(s).Elem())
	unread := map[string]bool{}
	for _, m := range c.mistakes {
		unread[m.Field] = true
	}
	var found Mistakes
	if errors.As(Check(*s), &found) {
		for _, m := range found {
			if !unread[m.Field] {
				c.mistakes = append(c.mistakes, m)
			}
		}
	}
	return c.err()
}

// Merge is s with the fields of a JSON object put over its own; null takes a
// field back. Lists are replaced whole (RFC 7396).
func Merge(s Set, patch []byte) (Set, error) {
	own, err := json.Marshal(s)
	if err != nil {
		return s, fmt.Errorf("write the switches as JSON: %w", err)
	}
	merged, err := mergeObjects(own, patch)
	if err != nil {
		return s, err
	}
	var next Set
	return next, json.Unmarshal(merged, &next)
}

func mergeObjects(own, patch json.RawMessage) (json.RawMessage, error) {
	var fields, changes map[string]json.RawMessage
	if err := json.Unmarshal(own, &fields); err != nil {
		return nil, err
	}
	if err := json.Unmarshal(patch, &changes); err != nil || changes == nil {
		return nil, errors.Join(errors.New("the body must be one JSON object"), err)
	}
	for name, change := range changes {
		switch was := fields[name]; {
		case string(change) == "null":
			delete(fields, name)
		case isObject(was) && isObject(change):
			within, err := mergeObjects(was, change)
			if err != nil {
				return nil, err
			}
			fields[name] = within
		default:
			fields[name] = change
		}
	}
	return json.Marshal(fields)
}

func isObject(raw json.RawMessage) bool { return len(raw) > 0 && raw[0] == '{' }

// object reads a JSON object into a struct by the names in its tags.
func (c *checker) object(path string, raw json.RawMessage, v reflect.Value) {
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(raw, &fields); err != nil || fields == nil {
		c.add(whole(path), "%s: an object of names and values is needed", shown(raw))
		return
	}
	if path != "" {
		path += "."
	}
	known := fieldsOf(v.Type())
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		if index, ok := known[name]; ok {
			c.value(path+name, fields[name], v.FieldByIndex(index))
			continue
		}
		c.add(path+name, "is not known; there is %s", strings.Join(slices.Sorted(maps.Keys(known)), ", "))
	}
}

// whole names the place of an object; the set itself has no path.
func whole(path string) string {
	if path == "" {
		return "switches"
	}
	return path
}

// value reads one JSON value into a field.
func (c *checker) value(path string, raw json.RawMessage, v reflect.Value) {
	switch {
	case string(raw) == "null":
	case v.Kind() == reflect.Struct:
		c.object(path, raw, v)
	case v.Kind() == reflect.Slice:
		var items []json.RawMessage
		if err := json.Unmarshal(raw, &items); err != nil {
			c.add(path, "%s: a list is needed", shown(raw))
			return
		}
		if len(items) > maxFaults {
			c.add(path, "%d of them; %d are the limit", len(items), maxFaults)
			return
		}
		v.Set(reflect.MakeSlice(v.Type(), len(items), len(items)))
		for i, item := range items {
			c.object(fmt.Sprintf("%s[%d]", path, i), item, v.Index(i))
		}
	default:
		if err := json.Unmarshal(raw, v.Addr().Interface()); err != nil {
			v.SetZero()
			c.add(path, "%s: %s is needed", shown(raw), kindOf(v))
		}
	}
}

func kindOf(v reflect.Value) string {
	if v.Type() == reflect.TypeFor[Duration]() {
		return `a duration in quotes, such as "250ms", "36h" or "7d",`
	}
	switch v.Kind() {
	case reflect.String:
		return "a text in quotes"
	case reflect.Bool:
		return "true or false"
	case reflect.Float64:
		return "a number"
	default:
		return "a whole number"
	}
}

// shown is a value for a message.
func shown(raw json.RawMessage) string {
	if len(raw) > 80 {
		return strings.ToValidUTF8(string(raw[:80]), "") + "…"
	}
	return string(raw)
}

// fieldsOf finds a struct's fields by their names in JSON, those of embedded
// structs among them.
func fieldsOf(t reflect.Type) map[string][]int {
	fields := map[string][]int{}
	for _, f := range reflect.VisibleFields(t) {
		if name := nameOf(f); name != "" {
			fields[name] = f.Index
		}
	}
	return fields
}

func nameOf(f reflect.StructField) string {
	name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
	return name
}
