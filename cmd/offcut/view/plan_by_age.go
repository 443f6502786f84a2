package view

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/dustin/go-humanize/english"

	"offcut/engine"
	"offcut/rules"
)

// byAgeSentence says what older_than alone would abort besides: uploads that parts
// still arrive in. Empty where that is nothing. Rules that were stopped abort nothing,
// so that there is no "besides" for them.
func byAgeSentence(p *engine.Plan) string {
	found := slices.Clone(p.Rules)
	found = slices.DeleteFunc(found, func(r engine.RuleTotal) bool { return r.Stopped != "" || r.ByAge.Uploads == 0 })
	if len(found) == 0 {
		return ""
	}
	slices.SortStableFunc(found, func(a, b engine.RuleTotal) int { return cmp.Compare(b.ByAge.Uploads, a.ByAge.Uploads) })
	first, all := found[0], engine.ByAge{}
	would := "would also abort"
	if p.Abort.Uploads == 0 {
		would = "would abort"
	}
	alike := true
	for _, r := range found {
		all.Merge(r.ByAge)
		alike = alike && r.ByAge.OlderThan == first.ByAge.OlderThan && r.ByAge.Within == first.ByAge.Within
	}
	if alike {
		return fmt.Sprintf("%s alone %s %s that received parts in the last %s.",
			olderThan(all), would, countOf(all.Uploads, "upload"), span(all.Within))
	}
	return fmt.Sprintf("older_than alone %s %s that still receive parts: %s.", would, countOf(all.Uploads, "upload"), byRule(found))
}

// byRule says how many uploads of each rule ages alone would abort, and by which
// figures; rules beyond a few are told together.
func byRule(found []engine.RuleTotal) string {
	most := 3
	if len(found) == most+1 {
		most = len(found)
	}
	var parts []string
	for _, r := range found[:min(most, len(found))] {
		parts = append(parts, fmt.Sprintf("%s by %s (%s, parts in the last %s)",
			count(r.ByAge.Uploads), Address(r.Address), olderThan(r.ByAge), span(r.ByAge.Within)))
	}
	if rest := found[len(parts):]; len(rest) > 0 {
		var n int64
		for _, r := range rest {
			n += r.ByAge.Uploads
		}
		parts = append(parts, count(n)+" by "+countOf(int64(len(rest)), "other rule"))
	}
	return english.WordSeries(parts, "and")
}

func olderThan(b engine.ByAge) string {
	return fmt.Sprintf(`older_than = "%s"`, rules.FormatDuration(b.OlderThan))
}

// span is a threshold in words: "24 hours", "7 days", "90 minutes".
func span(d time.Duration) string {
	const day = 24 * time.Hour
	switch {
	case d == time.Hour:
		return "hour"
	case d > day && d%day == 0:
		return countOf(int64(d/day), "day")
	case d%time.Hour == 0 && d < 4*day:
		return countOf(int64(d/time.Hour), "hour")
	case d%time.Minute == 0 && d < 3*time.Hour:
		return countOf(int64(d/time.Minute), "minute")
	default:
		return rules.FormatDuration(d)
	}
}
