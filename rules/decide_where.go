package rules

// holds says whether the condition is true for an upload. The error says in a phrase
// why that cannot be told.
func (c *Condition) holds(s subject) (bool, error) {
	v, err := c.value(laterSource{upload: &s})
	return err == nil && v.True(), err
}

// filter returns the verdict that keeps an upload by the conditions of the deciding
// rules, or the zero Verdict. late says which conditions are looked at: those that
// need the parts, or the others. One that is false is an answer, and goes before one
// that has none.
func (c *Config) filter(deciders []int, s subject, late bool) Verdict {
	var rooms [2][8]int
	filtered, failed, why := rooms[0][:0], rooms[1][:0], ""
	for _, i := range deciders {
		where := c.Rules[i].Stale.Where
		if where == nil || where.late != late {
			continue
		}
		switch holds, err := where.holds(s); {
		case err != nil:
			if len(failed) == 0 {
				why = err.Error()
			}
			failed = append(failed, i)
		case !holds:
			filtered = append(filtered, i)
		}
	}
	switch x := c.indexed(); {
	case len(filtered) > 0:
		return Verdict{Reason: KeepFiltered, Rules: x.addressesOf(filtered)}
	case len(failed) > 0:
		return Verdict{Reason: KeepWhereFailed, Rules: x.addressesOf(failed), Why: why}
	}
	return Verdict{}
}
