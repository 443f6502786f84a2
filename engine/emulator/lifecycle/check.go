package lifecycle

// check refuses what a rule asks for where it makes no sense together. The rules
// are S3's; KS3's pages are silent.
func (r *rule) check() error {
	if r.abort == nil && r.expire == nil && len(r.transitions) == 0 {
		return fault(Malformed, "The rule %q has no action: give it an Expiration, a Transition or an %s.", r.id, abortName)
	}
	if r.abort != nil && len(r.tags) > 0 {
		return fault(Conflict, "%s can't be given together with a Tag: an open upload is no object that could have tags.", abortName)
	}
	if r.abort != nil && (r.above != nil || r.below != nil) {
		return fault(Conflict, "%s can't be given together with %s or %s: an open upload has no size.", abortName, sizeAboveName, sizeBelowName)
	}
	if len(r.transitions) > maxTransitions {
		return fault(Invalid, "The rule %q has more than %d transitions.", r.id, maxTransitions)
	}
	return r.checkOrder()
}

// checkOrder wants the transitions of a rule and its expiration to follow one
// another.
func (r *rule) checkOrder() error {
	for i, t := range r.transitions {
		for _, u := range r.transitions[:i] {
			if t.class == u.class {
				return fault(Invalid, "The rule %q has two transitions to %s.", r.id, t.class)
			}
			if t.date.IsZero() != u.date.IsZero() {
				return fault(Conflict, "The rule %q has both Days and Date for its transitions.", r.id)
			}
		}
		if r.expire == nil {
			continue
		}
		if t.date.IsZero() != r.expire.date.IsZero() {
			return fault(Conflict, "The rule %q has both Days and Date for its expiration and its transitions.", r.id)
		}
		if !t.before(*r.expire) {
			return fault(Invalid, "The rule %q would expire objects before, or when, it moves them to %s.", r.id, t.class)
		}
	}
	return nil
}

// before compares two times of the same form.
func (w when) before(v when) bool {
	if !w.date.IsZero() {
		return w.date.Before(v.date)
	}
	return w.days < v.days
}

// Overlap refuses two enabled rules that ask the same action for the same
// objects. KS3 does so unless the request has x-kss-allow-same-action-overlap:
// true. Its pages don't say what overlaps; as in the services that have the
// header's siblings, it is the same action under prefixes of which one begins
// with the other. Rules that are kept apart by their tags or sizes don't
// overlap. Transitions are the same action if their class is the same.
func (c *Configuration) Overlap() error {
	for i := range c.rules {
		for j := range i {
			a, b := &c.rules[j], &c.rules[i]
			if !a.enabled || !b.enabled || !a.meets(b.filter) {
				continue
			}
			if action := sameAction(a, b); action != "" {
				return fault(Conflict,
					"The rules %q and %q have the same action %s for the same objects (prefixes %q and %q). Say x-kss-allow-same-action-overlap: true if that is meant.",
					a.id, b.id, action, a.prefix, b.prefix)
			}
		}
	}
	return nil
}

// sameAction names an action that both rules have, if any.
func sameAction(a, b *rule) string {
	switch {
	case a.abort != nil && b.abort != nil:
		return abortName
	case a.expire != nil && b.expire != nil:
		return "Expiration"
	}
	for _, t := range a.transitions {
		for _, u := range b.transitions {
			if t.class == u.class {
				return "Transition to " + t.class
			}
		}
	}
	return ""
}
