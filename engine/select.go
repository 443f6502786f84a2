package engine

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"offcut/rules"
)

// SelectRules returns the addresses of the rules that may act, sorted: the targets,
// or all rules without targets, less the excludes. An address that is not in the
// configuration is an error, and so is a choice that leaves nothing.
func SelectRules(cfg *rules.Config, targets, excludes []string) (acting []string, err error) {
	var known []string
	for i := range cfg.Rules {
		known = append(known, cfg.Rules[i].Address)
	}
	slices.Sort(known)
	if err := errors.Join(checkKnown("-target", targets, known), checkKnown("-exclude", excludes, known)); err != nil {
		return nil, err
	}
	for _, address := range known {
		if (len(targets) == 0 || slices.Contains(targets, address)) && !slices.Contains(excludes, address) {
			acting = append(acting, address)
		}
	}
	switch {
	case len(known) == 0:
		return nil, errNoRules
	case len(acting) == 0:
		return nil, fmt.Errorf("no rule is left to act: -exclude takes away everything that was chosen from %s", strings.Join(known, ", "))
	}
	return acting, nil
}

var errNoRules = errors.New("there is no rule, so nothing would be looked at: write a rule block")

func checkKnown(flag string, addresses, known []string) error {
	var errs []error
	for _, address := range addresses {
		if !slices.Contains(known, address) {
			errs = append(errs, unknownRule(flag, address, known))
		}
	}
	return errors.Join(errs...)
}

func unknownRule(flag, address string, known []string) error {
	full := "rule." + address
	switch {
	case slices.Contains(known, full):
		return fmt.Errorf("%s %q is not an address: did you mean %s?", flag, address, full)
	case len(known) == 0:
		return fmt.Errorf("%s %q: there is no such rule, and no other one", flag, address)
	default:
		return fmt.Errorf("%s %q: there is no such rule; there are %s", flag, address, strings.Join(known, ", "))
	}
}
