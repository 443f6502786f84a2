package rules

import (
	"maps"
	"slices"
	"strings"
)

// A Given is one value of a declared variable that came from outside of every file.
type Given struct {
	Name string
	Text string // as it was given
	Flag bool   // by -var; else by the environment
}

// Entry is what gave the value: "OFFCUT_VAR_x=..." or, for a flag, "x=...".
func (g Given) Entry() string {
	if g.Flag {
		return g.Name + "=" + g.Text
	}
	return envPrefix + g.Name + "=" + g.Text
}

// Given returns what in vals.Env and vals.Flags sets variables of the set, in two parts:
// what may be shown, all of it; and the sensitive values, of which only those that count.
func (s *Set) Given(vals Values) (shown, sensitive []Given) {
	last := map[string]Given{}
	for _, entry := range vals.Env {
		name, text, ok := strings.Cut(entry, "=")
		name, ours := strings.CutPrefix(name, envPrefix)
		v := s.variables[name]
		switch g := (Given{Name: name, Text: text}); {
		case !ok || !ours || v == nil:
		case !v.sensitive:
			shown = append(shown, g)
		case v.from.at == nil: // no file gave another value
			last[name] = g
		}
	}
	for _, entry := range vals.Flags {
		name, text, _ := strings.Cut(entry, "=")
		name = strings.TrimSpace(name)
		switch g := (Given{Name: name, Text: text, Flag: true}); {
		case s.variables[name] == nil:
		case !s.variables[name].sensitive:
			shown = append(shown, g)
		default:
			last[name] = g
		}
	}
	for _, name := range slices.Sorted(maps.Keys(last)) {
		sensitive = append(sensitive, last[name])
	}
	return shown, sensitive
}
