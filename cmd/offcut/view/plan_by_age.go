package view

import (
	"cmp"
	"fmt"
	"slices"
	"time"

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
	return fmt.Sprintf("older_than alone %s %s that still receive parts: %s by %s (%s, parts in the last %s) and %s by %s.",
		would, countOf(all.Uploads, "upload"), count(first.ByAge.Uploads), Address(first.Address), olderThan(first.ByAge), span(first.ByAge.Within),
		count(all.Uploads-first.ByAge.Uploads), otherRules(found))
}

// otherRules names what stands behind the first of found: one rule by its address,
// more by their number.
func otherRules(found []engine.RuleTotal) string {
	if len(found) == 2 {
		return Address(found[1].Address)
	}
	return countOf(int64(len(found)-1), "other rule")
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
