package engine

import (
	"fmt"
	"time"

	"github.com/dustin/go-humanize/english"

	"offcut/rules"
)

// objection says why what was read now speaks against the abort, or returns "".
// The verdict is reached with the plan's thresholds and counts ages from the
// plan's own instant, so that a part that arrived after planning always shows.
// end tells an upload that lives, or that is protected now, from one that is not
// understood.
func (l *lane) objection(a *attempt, parts *rules.Parts) (why string, end Result) {
	if parts.Foreign {
		return fmt.Sprintf("%s: the answer to reading its parts was for another bucket, key or upload id; it was not aborted", rules.KeepKeyUnproven), Failed
	}
	v := l.cfg.Decide(&a.Item.Upload, parts, l.status.Now)
	if v.Action != rules.Abort {
		return l.kept(v, parts)
	}
	if v.Reason == rules.AbortOverLifetime {
		return "", ""
	}
	return changed(a, parts), BecameActive
}

// kept puts a verdict that keeps the upload into words.
func (l *lane) kept(v rules.Verdict, parts *rules.Parts) (why string, end Result) {
	switch v.Reason {
	case rules.KeepActive:
		return fmt.Sprintf("%s: %s", v.Reason, arrival(parts.Newest.Sub(l.status.Now))), BecameActive
	case rules.KeepYoung:
		return fmt.Sprintf("%s: it is no longer old enough", v.Reason), BecameActive
	case rules.KeepFiltered:
		if len(v.Rules) > 0 {
			return fmt.Sprintf("%s: where of %s is no longer true for it, which now has %s of %d bytes", v.Reason, v.Rules[0], english.Plural(parts.Count, "part", ""), parts.Bytes), BecameActive
		}
		return unplanned(v.Reason), Failed
	case rules.KeepWhereFailed:
		return fmt.Sprintf("%s: where of %s has no value for it any more: %s", v.Reason, v.Rules[0], v.Why), Failed
	case rules.KeepProtected:
		return fmt.Sprintf("%s: %s covers it now, and did not when the plan was made; it was left alone", v.Reason, v.By), NotAttempted
	default:
		return unplanned(v.Reason), Failed
	}
}

func unplanned(reason rules.Reason) string {
	return fmt.Sprintf("%s: this kept it when it was looked at again, though the plan did not: plan again", reason)
}

// arrival says when the newest part came, d after the plan's instant.
func arrival(d time.Duration) string {
	if d >= 0 {
		return fmt.Sprintf("a part arrived %s after the plan", d.Round(time.Second))
	}
	return fmt.Sprintf("its newest part is from %s before the plan", (-d).Round(time.Second))
}

// changed says how the parts differ from those that the plan rests on, or returns
// "". What an abort of ours may have taken away is no sign of life.
func changed(a *attempt, parts *rules.Parts) string {
	was := &a.Item.Parts
	switch {
	case parts.Count > was.Count || parts.Bytes > was.Bytes || parts.Newest.After(was.Newest):
		return fmt.Sprintf("%s: it has grown since the plan, from %d to %d parts", rules.KeepActive, was.Count, parts.Count)
	case a.Attempts > 0 || parts.Fingerprint == was.Fingerprint && parts.Count == was.Count && parts.Bytes == was.Bytes && parts.Newest.Equal(was.Newest):
		return ""
	default:
		return fmt.Sprintf("%s: its parts are not those of the plan", rules.KeepActive)
	}
}
