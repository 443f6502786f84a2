package view

import (
	"strings"

	"offcut/engine"
)

// writeTroubles says what is not whole, what stopped, and what a careful reader
// should know. Listings that failed for one reason are told in one line.
func writeTroubles(out *page, p *engine.Plan) {
	var all []trouble
	for _, t := range append(brokenScopes(p), scopeNotes(p)...) {
		all = append(all, t.text(p))
	}
	for _, s := range p.Scopes {
		if s.Unread > 0 {
			all = append(all, trouble{bad, "Unread: ", scopeName(p, s) + ": " + countOf(s.Unread, "upload") +
				" could not be looked into to the end, so that too little is known and they are kept; the first: " + s.UnreadBy.Error()})
		}
	}
	for _, s := range stopsOfPlan(p) {
		all = append(all, trouble{bad, "Stopped: ", s.text()})
	}
	for _, n := range append(nowhereNotes(p), endedNotes(p, out.Protects)...) {
		all = append(all, trouble{notice, "Note: ", n.text})
	}
	if len(all) > 0 {
		out.blank()
	}
	for _, t := range all {
		out.labelled(t.tone, t.label, "%s", t.text)
	}
}

// A trouble is one line about something that is not as it should be.
type trouble struct {
	tone        tone
	label, text string
}

// A shared is something that several scopes have in common.
type shared struct {
	status engine.ScopeStatus // empty for a note
	cause  string
	scopes []engine.Scope
}

// brokenScopes gathers the scopes that are not whole by status and cause, in plan
// order.
func brokenScopes(p *engine.Plan) []shared {
	var all []shared
	for _, s := range p.Scopes {
		if s.Status == engine.ScopeComplete {
			continue
		}
		cause := ""
		if s.Err != nil {
			cause = s.Err.Error()
		}
		all = gather(all, shared{status: s.Status, cause: cause}, s)
	}
	return all
}

// scopeNotes gathers the notes of all scopes.
func scopeNotes(p *engine.Plan) []shared {
	var all []shared
	for _, s := range p.Scopes {
		for _, note := range s.Notes {
			all = gather(all, shared{cause: note}, s)
		}
	}
	return all
}

func gather(all []shared, what shared, s engine.Scope) []shared {
	for i := range all {
		if all[i].status == what.status && all[i].cause == what.cause {
			all[i].scopes = append(all[i].scopes, s)
			return all
		}
	}
	what.scopes = []engine.Scope{s}
	return append(all, what)
}

// text puts what scopes share into words.
func (s shared) text(p *engine.Plan) trouble {
	where, was, in := s.where(p), " was", "in it"
	if len(s.scopes) > 1 {
		was, in = " were", "in them"
	}
	cause := ""
	if s.cause != "" {
		cause = ": " + s.cause
	}
	switch s.status {
	case engine.ScopePartial:
		return trouble{bad, "Partial: ", where + was + " not listed to the end (" + countOf(s.listed(), "upload") +
			" seen), so nothing " + in + " is aborted" + cause}
	case engine.ScopeFailed:
		return trouble{bad, "Failed: ", where + was + " not listed, so nothing " + in + " is aborted" + cause}
	case engine.ScopeAbsent:
		return trouble{notice, "Absent: ", where + was + " not found, as the rule allows" + cause}
	default:
		return trouble{notice, "Note: ", where + cause}
	}
}

func (s shared) listed() (n int64) {
	for _, scope := range s.scopes {
		n += scope.Listed
	}
	return n
}

// where names the scopes, at most six of them, and each bucket once.
func (s shared) where(p *engine.Plan) string {
	const most = 6
	var names []string
	for i, some := 0, s.scopes[:min(most, len(s.scopes))]; i < len(some); {
		same := i + 1
		for same < len(some) && some[same].Provider == some[i].Provider && some[same].Bucket == some[i].Bucket {
			same++
		}
		names = append(names, scopeName(p, some[i:same]...))
		i = same
	}
	text := strings.Join(names, "; ")
	if hidden := len(s.scopes) - most; hidden > 0 {
		text += "; and " + countOf(int64(hidden), "more listing")
	}
	return text
}

// scopeName names scopes of one bucket: `bucket a`, `bucket a, prefix "b"` or `bucket a
// (prefixes "b", "c")`.
func scopeName(p *engine.Plan, scopes ...engine.Scope) string {
	name := "bucket " + bucketName(p, scopes[0].Provider, scopes[0].Bucket)
	prefixes := each(scopes, func(s engine.Scope) string { return `"` + strings.ReplaceAll(Text(s.Prefix), `"`, `\"`) + `"` })
	switch {
	case len(scopes) > 1:
		return name + " (prefixes " + strings.Join(prefixes, ", ") + ")"
	case scopes[0].Prefix != "":
		return name + ", prefix " + prefixes[0]
	default:
		return name
	}
}
