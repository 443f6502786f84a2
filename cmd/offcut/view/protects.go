package view

import (
	"slices"
	"time"

	"offcut/engine"
	"offcut/rules"
)

// protectReason is the reason that a protect block gives, empty where by is none or
// gives none.
func (o Options) protectReason(by string) string {
	for _, p := range o.Protects {
		if p.Address == by {
			return p.Reason
		}
	}
	return ""
}

// writeReasons tells once why each protect behind some kept rows is there.
func writeReasons(out *page, kept []engine.KeptItem) {
	var told []string
	for _, it := range kept {
		reason := out.protectReason(it.By)
		if reason == "" || slices.Contains(told, it.By) {
			continue
		}
		told = append(told, it.By)
		out.line("%s: %s", Address(it.By), Text(reason))
	}
}

// soon is how long before its end a protect is told of, so that whoever asked for it
// can be asked in turn.
const soon = 7 * 24 * time.Hour

// endedNotes says which protects are over, or soon will be.
func endedNotes(p *engine.Plan, protects []rules.Protect) []note {
	now := earliestNow(p)
	if now.IsZero() {
		return nil // nobody knows the time, and nothing was decided
	}
	var notes []note
	for _, protect := range protects {
		left := protect.Until.Sub(now)
		switch end := instant(protect.Until) + " UTC"; {
		case protect.Until.IsZero() || left > soon:
		case left <= 0:
			notes = append(notes, note{protect: protect.Address, text: protect.Address + " ended on " + end + " and protects nothing now."})
		default:
			notes = append(notes, note{protect: protect.Address, text: protect.Address + " ends on " + end + ", in " + rules.FormatAge(left) +
				": from then on rules may abort what it covers."})
		}
	}
	return notes
}

// A note is something about a rule or a protect that a careful reader should know.
type note struct{ rule, protect, text string }

// earliestNow is the instant that the ages of the plan count from; the earliest
// where several stores were asked, so that what is over then is over for all.
func earliestNow(p *engine.Plan) (now time.Time) {
	for _, s := range p.Providers {
		if now.IsZero() || !s.Now.IsZero() && s.Now.Before(now) {
			now = s.Now
		}
	}
	return now
}
