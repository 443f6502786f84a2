package view

import (
	"slices"
	"strings"

	"offcut/engine"
)

// planSentence is the plan in words that a person can read aloud, without the
// "Plan: " before it.
func planSentence(p *engine.Plan) string {
	var b strings.Builder
	switch {
	case p.Abort.Uploads > 0:
		b.WriteString(count(p.Abort.Uploads) + " to abort (" + TotalsPhrase(p.Abort) + "), ")
		b.WriteString(commas(heldBack(p), keptPhrase(p)) + ".")
	case blind(p) && sumOf(p.Kept) == 0 && heldBack(p) == "":
		b.WriteString(nothingPhrase(p) + ".")
	default:
		b.WriteString(nothingPhrase(p) + ".")
		b.WriteString(sentence(heldBack(p), keptPhrase(p)))
	}
	b.WriteString(sentence(scopesPhrase(p)))
	b.WriteString(sentence(countOf(p.Requests, "request")))
	return b.String()
}

// blind reports whether no scope was listed to its end, although some are there to be
// listed.
func blind(p *engine.Plan) bool {
	return scopesWith(p, engine.ScopeComplete) == 0 && scopesWith(p, engine.ScopePartial)+scopesWith(p, engine.ScopeFailed) > 0
}

// nothingPhrase says that there is nothing to abort, and where that holds only for
// what was seen, or only because a limit stopped a rule. Blind is not clean.
func nothingPhrase(p *engine.Plan) string {
	switch {
	case blind(p) && scopesWith(p, engine.ScopePartial) == 0:
		return "no bucket could be listed, so nothing is known"
	case blind(p):
		return "no bucket could be listed to the end, so nothing is to abort"
	}
	text := "nothing to abort"
	switch {
	case len(p.Scopes) == 0:
		text += ", as no bucket was looked at"
	case scopesWith(p, engine.ScopePartial)+scopesWith(p, engine.ScopeFailed) > 0:
		text += " in what could be listed"
	case p.Unread > 0:
		text += " in what could be read"
	}
	switch stopped := holding(p); stopped {
	case 0:
	case 1:
		text += ", as 1 rule was stopped by a " + strings.TrimSuffix(stoppers(p), "s")
	default:
		text += ", as " + count(stopped) + " rules were stopped by " + stoppers(p)
	}
	return text
}

// stoppers is what stopped rules.
func stoppers(p *engine.Plan) string {
	limits, preconditions := false, false
	for _, r := range p.Rules {
		limits = limits || r.Stopped != "" && !r.Refused
		preconditions = preconditions || r.Refused
	}
	switch {
	case limits && preconditions:
		return "limits and preconditions"
	case preconditions:
		return "preconditions"
	default:
		return "limits"
	}
}

// nothingApplied is how an apply of a plan with nothing to abort ended, without the
// "Apply: " before it.
func nothingApplied(p *engine.Plan) string {
	if !troubled(p) {
		return nothingPhrase(p) + "."
	}
	var parts []string
	for _, status := range []engine.ScopeStatus{engine.ScopeFailed, engine.ScopePartial} {
		if n := scopesWith(p, status); n > 0 {
			parts = append(parts, countOf(n, "listing")+" "+string(status))
		}
	}
	if p.Unread > 0 {
		parts = append(parts, countOf(p.Unread, "upload")+" unread")
	}
	if n := stoppedRules(p); n > 0 {
		parts = append(parts, countOf(n, "rule")+" stopped")
	}
	return "nothing was aborted; " + commas(parts...) + "."
}

func scopesWith(p *engine.Plan, status engine.ScopeStatus) (n int64) {
	for _, s := range p.Scopes {
		if s.Status == status {
			n++
		}
	}
	return n
}

func stoppedRules(p *engine.Plan) (n int64) {
	for _, r := range p.Rules {
		if r.Stopped != "" {
			n++
		}
	}
	return n
}

// holding counts the rules that a stop keeps from aborting something. One with a
// max_percent is stopped where a listing failed, but it is the listing, then, that leaves
// it without anything to abort.
func holding(p *engine.Plan) (n int64) {
	for _, r := range p.Rules {
		broken := slices.ContainsFunc(p.Scopes, func(s engine.Scope) bool {
			return (s.Status == engine.ScopeFailed || s.Status == engine.ScopePartial) && slices.Contains(s.Rules, r.Address)
		})
		if r.Stopped != "" && (r.Abort.Uploads > 0 || !broken) {
			n++
		}
	}
	return n
}

// sentence joins parts, ends them and begins with a capital; empty without parts.
func sentence(parts ...string) string {
	if text := commas(parts...); text != "" {
		return " " + strings.ToUpper(text[:1]) + text[1:] + "."
	}
	return ""
}

func keptPhrase(p *engine.Plan) string {
	n := sumOf(p.Kept)
	if n == 0 {
		return "none kept"
	}
	return count(n) + " kept (" + reasons(p.Kept) + ")"
}

// heldBack counts what is stale in rules that were stopped.
func heldBack(p *engine.Plan) string {
	var n int64
	for _, r := range p.Rules {
		if r.Stopped != "" {
			n += r.Abort.Uploads
		}
	}
	if n == 0 {
		return ""
	}
	return count(n) + " held back by " + stoppers(p)
}

// scopesPhrase is "6 buckets listed, 1 failed", or "3 buckets failed". A bucket counts
// once, by the worst of its listings.
func scopesPhrase(p *engine.Plan) string {
	worst := map[string]engine.ScopeStatus{}
	for _, s := range p.Scopes {
		bucket := s.Provider + "\x00" + s.Bucket
		if old, seen := worst[bucket]; !seen || severity(s.Status) > severity(old) {
			worst[bucket] = s.Status
		}
	}
	n := map[engine.ScopeStatus]int64{}
	for _, status := range worst {
		n[status]++
	}
	var parts []string
	for _, status := range []engine.ScopeStatus{engine.ScopeComplete, engine.ScopePartial, engine.ScopeFailed, engine.ScopeAbsent} {
		was := string(status)
		if status == engine.ScopeComplete {
			was = "listed"
		}
		switch {
		case n[status] == 0:
		case len(parts) == 0:
			parts = append(parts, countOf(n[status], "bucket")+" "+was)
		default:
			parts = append(parts, count(n[status])+" "+was)
		}
	}
	if len(parts) == 0 {
		return "0 buckets listed"
	}
	return commas(parts...)
}

func severity(s engine.ScopeStatus) int {
	switch s {
	case engine.ScopeFailed:
		return 3
	case engine.ScopePartial:
		return 2
	case engine.ScopeComplete:
		return 1
	default:
		return 0
	}
}

// troubled reports whether a scope is not whole or a rule was stopped.
func troubled(p *engine.Plan) bool {
	return scopesWith(p, engine.ScopePartial)+scopesWith(p, engine.ScopeFailed)+stoppedRules(p)+p.Unread > 0
}
