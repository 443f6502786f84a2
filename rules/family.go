package rules

import "slices"

// A Family is a rule block whose instances follow from bucket lists, with what holds for
// all of them and is known before any list is.
type Family struct {
	Address  string   // of the block: "rule.stale"
	Schedule Schedule // zero without a schedule argument
	Mode     Mode
	Disabled bool // enabled = false, whatever the instance
}

// Families lists the rule blocks whose instances are known at Resolve only, in the order
// of their addresses. It is empty where the set holds an error.
func (s *Set) Families() []Family {
	if s.problems.HasErrors() {
		return nil
	}
	return slices.Clone(s.families)
}
