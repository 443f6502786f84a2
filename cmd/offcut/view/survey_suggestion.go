package view

import (
	"fmt"
	"time"

	"offcut/cmd/offcut/survey"
	"offcut/rules"
)

// writeSuggestion writes which thresholds a rule for what was counted could begin with,
// and why, or why there are none to suggest.
func writeSuggestion(out *page, s *survey.Survey) {
	if s.Uploads == 0 {
		return
	}
	out.blank()
	if lack := lackSentence(s.Suggestion); lack != "" {
		out.line("%s", lack)
		return
	}
	out.labelled(plain, "Suggested: ", "%s", suggestionSentence(s))
	out.line("Why: %s", whySentences(s.Suggestion))
	out.blank()
	out.verbatim("    stale {")
	out.verbatim("      older_than = %q", rules.FormatDuration(s.Suggestion.OlderThan))
	out.verbatim("      idle_for   = %q", rules.FormatDuration(s.Suggestion.IdleFor))
	out.verbatim("    }")
}

func suggestionSentence(s *survey.Survey) string {
	g := s.Suggestion
	of := count(s.Measured) + " uploads"
	if s.Measured+s.Vanished < s.Uploads {
		of = "the " + of + " whose parts were read"
	}
	abort := "none of " + of
	if g.Uploads > 0 {
		abort = count(g.Uploads) + " of " + of + " (" + rules.FormatSize(g.Bytes) + ")"
	}
	return fmt.Sprintf("older_than = %q and idle_for = %q would abort %s.", rules.FormatDuration(g.OlderThan), rules.FormatDuration(g.IdleFor), abort)
}

// whySentences say what led to the two thresholds.
func whySentences(g survey.Suggestion) string {
	return idleWhy(g) + " " + ageWhy(g)
}

func idleWhy(g survey.Suggestion) string {
	within, before := span(g.IdleFor), span(g.Until-g.IdleFor)
	received := countOf(g.Receiving, "upload")
	if g.Receiving == 0 {
		received = "No upload"
	}
	switch {
	case !g.Clear:
		return fmt.Sprintf("%s received parts in the last %s, and %s in the %s before: there is no clear gap, so idle_for is the longest that is suggested.",
			received, within, count(g.Before), before)
	case g.Before == 0:
		return fmt.Sprintf("%s received parts in the last %s, and none in the %s before.", received, within, before)
	default:
		return fmt.Sprintf("%s received parts in the last %s, and only %s in the %s before.", received, within, count(g.Before), before)
	}
}

func ageWhy(g survey.Suggestion) string {
	old := ""
	if g.OldStay > 0 {
		old = fmt.Sprintf(" %s of %s or more received parts in the last %s and would stay.",
			countOf(g.OldStay, "upload"), span(g.OlderThan), span(g.IdleFor))
	}
	switch {
	case g.WithParts < g.LeastOf && g.Lasted < g.OlderThan:
		return fmt.Sprintf("Only %s any parts, which is too little to see how long yours go on: older_than is the usual %s.",
			hold(g.WithParts), span(g.OlderThan)) + old
	case g.Lasted >= g.OlderThan:
		const day = 24 * time.Hour
		return fmt.Sprintf("One upload went on receiving parts for %s; scan suggests at most %d.", countOf(int64(g.Lasted/day), "day"), g.OlderThan/day) + old
	case g.Lasted < time.Second:
		return "Every upload got all its parts at once." + old
	default:
		return fmt.Sprintf("The longest went on receiving parts for %s, and older_than is above that.", rules.FormatAge(g.Lasted)) + old
	}
}

func hold(n int64) string {
	if n == 1 {
		return "1 upload holds"
	}
	return countOf(n, "upload") + " hold"
}

// lackSentence says why no thresholds are suggested; empty where some are.
func lackSentence(g survey.Suggestion) string {
	const none = "No thresholds are suggested: "
	switch g.Lack {
	case survey.LackWhole:
		return none + "the listing did not come to its end."
	case survey.LackClock:
		return none + "the clocks are too far apart to go by ages."
	case survey.LackParts:
		return none + "no parts were read, so it is not known when they arrived."
	case survey.LackUploads:
		return none + fmt.Sprintf("the age and idle time of %s known, and it takes %s to see a pattern. older_than = \"7d\" with idle_for = \"24h\", its default, is a careful start.",
			isAre(g.Known), count(g.LeastOf))
	}
	return ""
}

func isAre(n int64) string {
	switch n {
	case 0:
		return "no upload is"
	case 1:
		return "1 upload is"
	}
	return countOf(n, "upload") + " are"
}

// A suggestionFields is a pair of thresholds and the figures that led to it. Spans are
// in seconds.
type suggestionFields struct {
	OlderThan        string `json:"older_than"` // as a rule file spells it
	OlderThanSeconds int64  `json:"older_than_seconds"`
	IdleFor          string `json:"idle_for"`
	IdleForSeconds   int64  `json:"idle_for_seconds"`
	Uploads          int64  `json:"uploads"` // that a rule with these thresholds would abort, of the measured ones
	Bytes            int64  `json:"bytes"`
	Known            int64  `json:"known"`           // uploads whose age and idle time are known
	Receiving        int64  `json:"receiving"`       // of them, those that received parts within idle_for
	OldReceiving     int64  `json:"old_receiving"`   // of those, the ones as old as older_than
	LongestSeconds   int64  `json:"longest_seconds"` // the longest that one of them went on receiving parts
	Why              string `json:"why"`             // in words
}

func suggestionOf(g survey.Suggestion) *suggestionFields {
	if g.Lack != "" {
		return nil
	}
	return &suggestionFields{
		OlderThan: rules.FormatDuration(g.OlderThan), OlderThanSeconds: int64(g.OlderThan / time.Second),
		IdleFor: rules.FormatDuration(g.IdleFor), IdleForSeconds: int64(g.IdleFor / time.Second),
		Uploads: g.Uploads, Bytes: g.Bytes, Known: g.Known, Receiving: g.Receiving, OldReceiving: g.OldStay,
		LongestSeconds: int64(g.Lasted / time.Second), Why: whySentences(g),
	}
}
