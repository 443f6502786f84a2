package rules

import (
	"cmp"
	"slices"
)

// An Outline is what can be said of a rule before any bucket list is known.
type Outline struct {
	Address     string // of an instance, or of a block with for_each as a whole
	Description string
	Disabled    bool
}

// Outline lists what can be named of the rules, in the order of addresses: the rules and
// the instances that are known at Load, and the blocks that they are instances of. It is
// empty where the set holds an error.
func (s *Set) Outline() []Outline {
	if s.problems.HasErrors() {
		return nil
	}
	return s.outline
}

func outlineOf(c *Config) []Outline {
	if c == nil {
		return nil
	}
	var all []Outline
	blocks := map[string]*Outline{}
	for i := range c.Rules {
		r := &c.Rules[i]
		all = append(all, Outline{r.Address, r.Description, r.Disabled})
		if r.Key == "" {
			continue
		}
		whole := Address{Block: "rule", Name: r.Name}.String()
		if b := blocks[whole]; b != nil {
			b.Disabled = b.Disabled && r.Disabled
		} else {
			blocks[whole] = &Outline{Address: whole, Description: "all instances", Disabled: r.Disabled}
		}
	}
	for _, b := range blocks {
		all = append(all, *b)
	}
	slices.SortFunc(all, func(a, b Outline) int { return cmp.Compare(a.Address, b.Address) })
	return all
}
