package engine

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"offcut/rules"
)

// SelectRules returns the addresses of the rules that may act, sorted: the targets,
// or all rules without targets, less the excludes and those that are disabled. The
// address of a block with for_each means all of its instances. An address that is not
// in the configuration is an error, and so is a target that is disabled, and a choice
// that leaves nothing; but where no rule has an instance, and all may have none, none
// may act.
func SelectRules(cfg *rules.Config, targets, excludes []string) (acting []string, err error) {
	known, disabled := knownRules(cfg)
	targeted, badTargets := known.chosen("-target", targets)
	excluded, badExcludes := known.chosen("-exclude", excludes)
	if err := errors.Join(badTargets, badExcludes); err != nil {
		return nil, err
	}
	for _, address := range known.rules {
		if (len(targets) == 0 || targeted[address]) && !excluded[address] && !disabled[address] {
			acting = append(acting, address)
		}
	}
	if err := errors.Join(disabledTargets(targets, targeted, disabled)...); err != nil {
		return nil, err
	}
	switch {
	case len(acting) > 0 || len(known.rules) == 0 && len(known.empty) > 0:
		return acting, nil
	case len(known.rules) == 0:
		return nil, errNoRules
	case len(disabled) == len(known.rules):
		return nil, errAllDisabled
	case len(targets) > 0 && len(targeted) == 0:
		return nil, fmt.Errorf("no rule is left to act: the for_each of %s is empty", listed(targets))
	case len(targets) == 0 && len(disabled) > 0:
		return nil, fmt.Errorf("no rule is left to act: -exclude takes away all that are not disabled, from %s", listed(known.rules))
	default:
		return nil, fmt.Errorf("no rule is left to act: -exclude takes away everything that was chosen from %s", listed(known.rules))
	}
}

var (
	errNoRules     = errors.New("there is no rule, so nothing would be looked at: write a rule block")
	errAllDisabled = errors.New("every rule is disabled, so nothing would be looked at: set enabled = true in one of them")
)

// disabledTargets reports targets that choose disabled rules only.
func disabledTargets(targets []string, targeted, disabled map[string]bool) (errs []error) {
	for _, target := range targets {
		a, err := rules.ParseAddress(target)
		chosen, able := 0, 0
		for address := range targeted {
			if address != target && (err != nil || !covers(a, address)) {
				continue
			}
			chosen++
			if !disabled[address] {
				able++
			}
		}
		if chosen > 0 && able == 0 {
			errs = append(errs, fmt.Errorf("-target %s: the rule is disabled and cannot act: set enabled = true in it, or leave this -target out", target))
		}
	}
	return errs
}

// The rules that addresses may name.
type ruleNames struct {
	rules []string // sorted
	empty []string // of blocks without instances
}

func knownRules(cfg *rules.Config) (known ruleNames, disabled map[string]bool) {
	known.empty, disabled = cfg.Empty, map[string]bool{}
	for i := range cfg.Rules {
		address := cfg.Rules[i].Address
		known.rules = append(known.rules, address)
		if cfg.Rules[i].Disabled {
			disabled[address] = true
		}
	}
	slices.Sort(known.rules)
	return known, disabled
}

// chosen finds the rules that the addresses of a flag name.
func (k ruleNames) chosen(flag string, addresses []string) (map[string]bool, error) {
	chosen := map[string]bool{}
	var errs []error
	for _, text := range addresses {
		found := slices.Contains(k.empty, text)
		a, err := rules.ParseAddress(text)
		for _, address := range k.rules {
			if address == text || err == nil && covers(a, address) {
				chosen[address], found = true, true
			}
		}
		if !found {
			errs = append(errs, k.unknown(flag, text))
		}
	}
	return chosen, errors.Join(errs...)
}

func covers(a rules.Address, address string) bool {
	b, err := rules.ParseAddress(address)
	return err == nil && a.Covers(b)
}

// unknown says that there is no such rule, and what may have been meant.
func (k ruleNames) unknown(flag, text string) error {
	a, err := rules.ParseAddress(text)
	candidates := k.candidates()
	full := "rule." + text
	near := rules.Nearest(text, candidates)
	switch {
	case slices.Contains(candidates, full):
		return fmt.Errorf("%s %q is not an address: did you mean %s?", flag, text, shellQuoted(full))
	case len(candidates) == 0:
		return fmt.Errorf("%s %q: there is no such rule, and no other one", flag, text)
	case err != nil && strings.Contains(text, "["):
		if near == "" {
			near = `rule.stale["raw"]`
		}
		return fmt.Errorf("%s %q: %w; the shell takes quotes away that are not quoted themselves, so write %s %s", flag, text, err, flag, shellQuoted(near))
	case err == nil && a.Key != "":
		return k.unknownInstance(flag, text, a)
	case near != "":
		return fmt.Errorf("%s %q: there is no such rule; there are %s; did you mean %s?", flag, text, listed(candidates), shellQuoted(near))
	default:
		return fmt.Errorf("%s %q: there is no such rule; there are %s", flag, text, listed(candidates))
	}
}

// unknownInstance says that a rule has no instance of this key.
func (k ruleNames) unknownInstance(flag, text string, a rules.Address) error {
	whole := rules.Address{Block: a.Block, Name: a.Name}
	var instances []string
	for _, address := range k.rules {
		if covers(whole, address) {
			instances = append(instances, address)
		}
	}
	switch {
	case slices.Contains(k.empty, whole.String()):
		return fmt.Errorf("%s %q: %s has no instance, because its for_each is empty", flag, text, whole)
	case len(instances) == 0:
		return fmt.Errorf("%s %q: there is no such rule; there are %s", flag, text, listed(k.candidates()))
	case instances[0] == whole.String():
		return fmt.Errorf("%s %q: %s has no for_each, and so no instances: write %s %[3]s", flag, text, whole, flag)
	}
	meant := rules.Nearest(text, instances)
	if meant == "" {
		meant = instances[0]
	}
	return fmt.Errorf("%s %q: %s has no instance of this key; there are %s; write, for example, %s %s",
		flag, text, whole, listed(instances), flag, shellQuoted(meant))
}

// candidates are all addresses that may be meant: of blocks and of instances.
func (k ruleNames) candidates() []string {
	all := slices.Concat(k.rules, k.empty)
	for _, address := range k.rules {
		if a, err := rules.ParseAddress(address); err == nil && a.Key != "" {
			all = append(all, rules.Address{Block: a.Block, Name: a.Name}.String())
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// listed names some addresses, at most twenty.
func listed(addresses []string) string {
	const most = 20
	text := strings.Join(addresses[:min(most, len(addresses))], ", ")
	if hidden := len(addresses) - most; hidden > 0 {
		text += fmt.Sprintf(" and %d more", hidden)
	}
	return text
}

// shellQuoted is an address as one word of a shell.
func shellQuoted(address string) string {
	if !strings.ContainsAny(address, `"'\[]$ `) {
		return address
	}
	return "'" + strings.ReplaceAll(address, "'", `'\''`) + "'"
}
