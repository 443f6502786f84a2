package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"offcut/cmd/offcut/view"
	"offcut/engine/planfile"
	"offcut/rules"
)

// savedValues are the values of variables that a plan was made with and that no file
// holds. Those of sensitive variables are not in the plan: they come from the
// environment or from -var once more, and must be the same.
func (a *app) savedValues(h *planfile.Header) (rules.Values, error) {
	vals := rules.Values{Env: slices.Clone(h.Rules.Environment), Flags: slices.Clone(h.Rules.Flags)}
	if err := a.refuseOtherVars(h); err != nil {
		return rules.Values{}, err
	}
	var problems []string
	for _, s := range h.Rules.Sensitive {
		value, found := a.sensitiveValue(s.Variable)
		name := view.Text(s.Variable)
		switch {
		case !found:
			problems = append(problems, fmt.Sprintf("the plan does not hold the value of var.%s, because it is sensitive: set OFFCUT_VAR_%[1]s to the value that it was made with, or give it with -var", name))
		case planfile.ValueHash(h.Plan, s.Variable, value) != s.Hash:
			problems = append(problems, fmt.Sprintf("the value of var.%s is not the one that the plan was made with: give that one with OFFCUT_VAR_%[1]s or -var, or make a new plan", name))
		case s.Flag:
			vals.Flags = append(vals.Flags, s.Variable+"="+value)
		default:
			vals.Env = append(vals.Env, "OFFCUT_VAR_"+s.Variable+"="+value)
		}
	}
	if len(problems) > 0 {
		return rules.Values{}, errors.New(strings.Join(problems, "; "))
	}
	return vals, nil
}

// refuseOtherVars refuses -var for everything that the plan has values of.
func (a *app) refuseOtherVars(h *planfile.Header) error {
	var wanted []string
	for _, s := range h.Rules.Sensitive {
		wanted = append(wanted, s.Variable)
	}
	for _, flag := range a.vars {
		name, _, ok := strings.Cut(flag, "=")
		switch {
		case ok && slices.Contains(wanted, strings.TrimSpace(name)):
		case len(wanted) == 0:
			return errSetVariables("")
		default:
			return errSetVariables(", except those of sensitive variables: " + view.Text(strings.Join(wanted, ", ")))
		}
	}
	return nil
}

// sensitiveValue is the value that is given for a variable now.
func (a *app) sensitiveValue(variable string) (value string, found bool) {
	for _, source := range []struct {
		entries []string
		prefix  string
	}{{a.environ, "OFFCUT_VAR_"}, {a.vars, ""}} {
		for _, entry := range source.entries {
			if name, text, ok := strings.Cut(entry, "="); ok && strings.TrimSpace(name) == source.prefix+variable {
				value, found = text, true
			}
		}
	}
	return value, found
}
