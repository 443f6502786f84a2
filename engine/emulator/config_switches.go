package emulator

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"

	"offcut/engine/emulator/switches"
)

// Blocks whose arguments have the names of the admin port's JSON. They are read
// as JSON, too: what can be switched is written down in package switches only.
type (
	switchBlock struct {
		Body  hcl.Body  `hcl:",remain"`
		Range hcl.Range `hcl:",def_range"`
	}
	faultBlock struct {
		Action string    `hcl:"action,label"`
		Body   hcl.Body  `hcl:",remain"`
		Range  hcl.Range `hcl:",def_range"`
	}
)

// switchSource is the JSON of a file's blocks, and where each field of it stands.
type switchSource struct {
	fields map[string]json.RawMessage
	places map[string]written // by the names that mistakes have
	errs   []error
}

// written is a line of the file and what is there.
type written struct {
	line hcl.Range
	name string
}

func (p written) mistake(text string) error {
	return fmt.Errorf("%s:%d: %s: %s", p.line.Filename, p.line.Start.Line, p.name, text)
}

// switches reads the blocks of quirks, faults and the rate limit.
func (f configFile) switches() (set switches.Set, errs []error) {
	src := &switchSource{places: map[string]written{}}
	src.fields = src.block("", f.Switches, "switches", "faults", "rate_limit")
	var faults []map[string]json.RawMessage
	for i, b := range f.Faults {
		name := fmt.Sprintf("fault %q", b.Action)
		fault := src.block(fmt.Sprintf("faults[%d]", i), &switchBlock{b.Body, b.Range}, name, "action")
		fault["action"] = jsonText(b.Action)
		faults = append(faults, fault)
		src.places["faults"] = written{b.Range, "fault"}
	}
	src.put("faults", faults, len(faults) > 0)
	src.put("rate_limit", src.block("rate_limit", f.Rate, "rate_limit"), f.Rate != nil)
	text, err := json.Marshal(src.fields)
	if err != nil {
		return set, append(src.errs, err)
	}
	if err := json.Unmarshal(text, &set); err != nil {
		src.located(err)
	}
	return set, src.errs
}

func (s *switchSource) put(name string, value any, given bool) {
	if !given {
		return
	}
	text, err := json.Marshal(value)
	s.fields[name] = text
	if err != nil {
		s.errs = append(s.errs, err)
	}
}

// block reads one block. The arguments in elsewhere have a block or label of
// their own.
func (s *switchSource) block(path string, b *switchBlock, name string, elsewhere ...string) map[string]json.RawMessage {
	fields := map[string]json.RawMessage{}
	if b == nil {
		return fields
	}
	s.places[path] = written{b.Range, name}
	if path != "" {
		path += "."
	}
	attributes, diags := b.Body.JustAttributes()
	if diags.HasErrors() {
		s.errs = append(s.errs, errorsOf(diags))
	}
	for _, argument := range slices.Sorted(maps.Keys(attributes)) {
		a := attributes[argument]
		at := written{a.NameRange, name + ": " + argument}
		s.places[path+argument] = at
		value, diags := a.Expr.Value(configContext())
		switch text, err := jsonOf(value); {
		case slices.Contains(elsewhere, argument):
			s.errs = append(s.errs, at.mistake("is not an argument of this block"))
		case diags.HasErrors():
			s.errs = append(s.errs, errorsOf(diags))
		case err != nil:
			s.errs = append(s.errs, at.mistake(err.Error()))
		default:
			fields[argument] = text
		}
	}
	return fields
}

// located gives each mistake of a set its place in the file.
func (s *switchSource) located(err error) {
	var found switches.Mistakes
	if !errors.As(err, &found) {
		s.errs = append(s.errs, err)
		return
	}
	for _, m := range found {
		at, ok := s.places[m.Field]
		if !ok {
			// A field that is not in the file is missing in its block.
			block, field := "", m.Field
			if i := strings.LastIndexByte(m.Field, '.'); i >= 0 {
				block, field = m.Field[:i], m.Field[i+1:]
			}
			at = s.places[block]
			at.name += ": " + field
		}
		s.errs = append(s.errs, at.mistake(m.Text))
	}
}

// jsonOf writes texts, numbers and truths.
func jsonOf(v cty.Value) (json.RawMessage, error) {
	switch {
	case !v.IsWhollyKnown():
		return nil, errors.New("the value is not known")
	case v.IsNull():
		return json.RawMessage("null"), nil
	case v.Type() == cty.String:
		return jsonText(v.AsString()), nil
	case v.Type() == cty.Bool:
		return strconv.AppendBool(nil, v.True()), nil
	case v.Type() != cty.Number:
		return nil, errors.New("a text, a number, true or false is needed")
	}
	n := v.AsBigFloat()
	if n.IsInt() && n.MantExp(nil) <= 64 {
		return n.Append(nil, 'f', 0), nil
	}
	f, _ := n.Float64()
	if text, err := json.Marshal(f); err == nil {
		return text, nil
	}
	return nil, errors.New("the number is too large")
}

// jsonText writes a text, which never fails.
func jsonText(text string) json.RawMessage {
	raw, _ := json.Marshal(text)
	return raw
}
