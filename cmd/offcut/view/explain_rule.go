package view

import (
	"slices"
	"strings"
	"time"

	"offcut/engine"
	"offcut/rules"
)

// writeRuleView writes how a rule stands to an upload, and the figures behind what it
// says.
func writeRuleView(out *page, r rules.RuleView, e *rules.Explanation) {
	out.line("  %s %s.", Address(r.Rule.Address), standing(r, e))
	for _, why := range idleRule(r.Rule) {
		out.line("      %s", why)
	}
	if r.Verdict.Reason == "" {
		return
	}
	for _, line := range figures(r, e) {
		out.line("      %s", line)
	}
	says := "says"
	if r.Standing == rules.Outranked {
		says = "alone it would say"
	}
	out.line("      %s %s", says, r.Verdict.Reason)
}

// standing says how a rule stands to a key, as the end of a sentence that begins with
// its address.
func standing(r rules.RuleView, e *rules.Explanation) string {
	switch r.Standing {
	case rules.OtherProvider:
		return "looks at another provider, " + Text(r.Rule.Provider)
	case rules.OtherBucket:
		if len(r.Rule.Scan.Buckets) == 0 {
			return "does not look at this bucket: its list of buckets is empty"
		}
		return "does not look at this bucket, only at " + texts(r.Rule.Scan.Buckets)
	case rules.NoPrefix:
		text := "does not cover it: the key " + none("begins with", "begin with", r.Rule.Scan.Prefixes)
		if len(r.Rule.Scan.Prefixes) > 1 && r.Prefix != "" {
			text += "; " + quoted(r.Prefix) + " comes nearest"
		}
		return text
	case rules.Excluded:
		return "does not cover it: its exclude " + quoted(r.Exclude) + " matches the key"
	case rules.Outranked:
		return "covers it by " + prefixName(r.Prefix) + ", but " + deciders(e) + " decides by a longer prefix"
	case rules.DecidesComposed:
		return "may keep it: it decides about the key as Unicode composes it"
	}
	if p := protector(e); p != "" {
		return "would decide, by " + prefixName(r.Prefix) + ", but for " + p
	}
	return "decides, by " + prefixName(r.Prefix)
}

// protector names the first protect that covers a key.
func protector(e *rules.Explanation) string {
	at := slices.IndexFunc(e.Protects, func(p rules.ProtectView) bool { return p.Covers })
	if at < 0 {
		return ""
	}
	return Address(e.Protects[at].Protect.Address)
}

func prefixName(prefix string) string {
	if prefix == "" {
		return "whole_bucket"
	}
	return "its prefix " + quoted(prefix)
}

// deciders names the first rule that decides.
func deciders(e *rules.Explanation) string {
	at := slices.IndexFunc(e.Rules, func(r rules.RuleView) bool { return r.Standing == rules.Decides })
	if at < 0 {
		return "another rule"
	}
	return Address(e.Rules[at].Rule.Address)
}

// idleRule says why a rule would not act, whatever it says.
func idleRule(r *rules.Rule) (why []string) {
	if r.Disabled {
		why = append(why, "it is disabled (enabled = false): it never acts, and still takes part in verdicts")
	}
	for _, message := range r.Refused {
		why = append(why, "it is stopped by a precondition: "+Text(message))
	}
	return why
}

// figures are the comparisons that a rule makes, one a line.
func figures(r rules.RuleView, e *rules.Explanation) (lines []string) {
	s := &r.Rule.Stale
	over := s.MaxLifetime > 0 && e.Age >= s.MaxLifetime
	if s.MaxLifetime > 0 {
		lines = append(lines, compared("age ", e.Age, "max_lifetime", s.MaxLifetime))
	}
	if over {
		return append(lines, whereFigure(r)...)
	}
	lines = append(lines, compared("age ", e.Age, "older_than", s.OlderThan))
	lines = append(lines, whereFigure(r)...)
	if !e.IdleKnown {
		return append(lines, "idle not known, idle_for "+rules.FormatDuration(s.IdleFor))
	}
	return append(lines, compared("idle", e.Idle, "idle_for", s.IdleFor))
}

// whereFigure says what the where of a rule is for the upload, where it was looked at.
func whereFigure(r rules.RuleView) []string {
	where := r.Rule.Stale.Where
	if where == nil {
		return nil
	}
	text := "where " + whereText(where)
	switch r.Verdict.Reason {
	case rules.KeepFiltered:
		return []string{text + " is false"}
	case rules.KeepWhereFailed:
		return []string{text + " has no value: " + Text(r.Verdict.Why)}
	case rules.KeepActive, rules.AbortStale, rules.AbortOverLifetime:
		return []string{text + " is true"}
	}
	return nil
}

// whereText is a condition on one line, shortened where it is long.
func whereText(where *rules.Condition) string {
	const width = 60
	return Middle(Text(strings.Join(strings.Fields(where.String()), " ")), width)
}

func compared(what string, is time.Duration, name string, limit time.Duration) string {
	text := what + " " + elapsed(is)
	if is < limit {
		return text + " is below " + name + " " + rules.FormatDuration(limit)
	}
	return text + " reaches " + name + " " + rules.FormatDuration(limit)
}

// writeObject tells what was found under the key of an upload that is to be aborted
// else.
func writeObject(out *page, e *engine.ExplainedUpload) {
	switch {
	case !e.Looked:
	case e.ObjectErr != nil:
		out.line("  The object of the key is not known: %v", e.ObjectErr)
	case e.Object == nil:
		out.line("  The key holds no object, so that the upload was not completed.")
	default:
		out.line("  The key holds an object of %s, ETag %s.", second(e.Object.Modified), quoted(e.Object.ETag))
	}
}

// writeVerdict writes what a plan makes of an upload, and why in a sentence.
func writeVerdict(out *page, e *engine.ExplainedUpload, now time.Time) {
	v := &e.Verdict
	word, tone := "keep", good
	if v.Action == rules.Abort {
		word, tone = "abort", bad
	}
	text := word + ", " + string(v.Reason)
	switch {
	case v.By != "":
		text += ", by " + Address(v.By)
	case len(v.Rules) > 0:
		text += ", by " + strings.Join(each(v.Rules, Address), " and ")
	}
	out.labelled(tone, "Verdict: ", "%s. %s", text, because(e, now))
}

// because says in a sentence what a verdict rests on.
func because(e *engine.ExplainedUpload, now time.Time) string {
	v := &e.Verdict
	switch v.Reason {
	case rules.KeepProtected:
		return "A protect is a veto over every rule."
	case rules.KeepYoung:
		return "It is not old enough."
	case rules.KeepActive:
		return "A part arrived lately."
	case rules.KeepFiltered:
		if len(v.Rules) == 0 {
			return "No rule covers it."
		}
		return "The where of its rule is false for it."
	case rules.KeepWhereFailed:
		return "The where of its rule has no value for it: " + Text(v.Why) + "."
	case rules.KeepStartUnknown:
		return "The store does not tell when it was initiated, so that its age is not known."
	case rules.KeepStartInFuture:
		return "It was initiated after now, which is " + second(now) + ": a clock is wrong."
	case rules.KeepActivityUnknown:
		return "A part has no readable time, so that nobody knows how long it is idle."
	case rules.KeepPartsUnreadable:
		return "Its parts are not known."
	case rules.KeepKeyUnproven:
		return "Its key or id cannot be addressed safely, or the store answered for another upload."
	case rules.KeepLooksCompleted:
		return "The object seems to be what it was completed to; aborting it might take the object's data away."
	case rules.KeepObjectUnknown:
		return "Whether it was completed is not known."
	}
	return actors(e)
}

// actors says of an upload that is to be aborted whether somebody does it.
func actors(e *engine.ExplainedUpload) string {
	acts := slices.ContainsFunc(e.Explanation.Rules, func(r rules.RuleView) bool {
		return slices.Contains(e.Verdict.Rules, r.Rule.Address) && !r.Rule.Disabled && len(r.Rule.Refused) == 0
	})
	if acts {
		return "A plan of these rules names it."
	}
	return "Nothing aborts it all the same: no rule that decided acts."
}
