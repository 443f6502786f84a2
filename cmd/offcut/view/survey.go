package view

import (
	"io"
	"slices"
	"time"

	"offcut/cmd/offcut/survey"
	"offcut/engine"
	"offcut/rules"
)

// Survey writes what scan found.
func Survey(w io.Writer, s *survey.Survey, o Options) error {
	out := newPage(w, o)
	out.line("%s; %s.", Asking(s.Identity), clocks(engine.ProviderStatus{Now: s.Now, Skew: s.Skew}))
	if s.Uploads > 0 {
		if err := writeGroups(out, s); err != nil {
			return err
		}
		if err := writeAges(out, s); err != nil {
			return err
		}
	}
	writeSurveyNotes(out, s)
	out.blank()
	tone := plain
	if s.Err != nil {
		tone = bad
	}
	out.labelled(tone, "Scan: ", "%s", surveySentence(s))
	writeSuggestion(out, s)
	return out.Flush()
}

// surveyURL is what was asked for, as it is written on the command line.
func surveyURL(s *survey.Survey) string {
	url := s.Identity.Kind + "://" + Text(s.Bucket)
	if s.Prefix != "" {
		url += "/" + Text(s.Prefix)
	}
	return url
}

// writeGroups writes the largest prefixes and owners.
func writeGroups(out *page, s *survey.Survey) error {
	t := table{
		columns: []column{{head: "TOTAL BY"}, {head: "NAME", most: 60}, {head: "UPLOADS", right: true}},
		cuts:    []cut{{1, 24}},
	}
	if s.Measured > 0 {
		t.columns = append(t.columns, column{head: "PARTS", right: true}, column{head: "SIZE", right: true}, column{head: "A MONTH", right: true})
	}
	t.columns = append(t.columns, column{head: "OLDEST", right: true})
	if s.Measured > 0 {
		const name, parts, money = 1, 3, 5
		t.cuts = append(t.cuts, cut{parts, leave}, cut{money, leave}, cut{name, 12})
	}
	add := func(by, unnamed string, groups []survey.Group, rest survey.Rest) {
		for _, g := range groups {
			name := unnamed
			switch {
			case g.Name != "" && by == "owner":
				name = Account(g.Name)
			case g.Name != "":
				name = Text(g.Name)
			}
			t.rows = append(t.rows, groupRow(s, by, name, g))
		}
		if rest.Uploads > 0 {
			name := "(" + count(rest.Groups) + " or more others)"
			t.rows = append(t.rows, groupRow(s, by, name, rest.Group))
		}
	}
	add("prefix", "(no further segment)", s.Prefixes, s.MorePrefixes)
	add("owner", "(not told)", s.Owners, s.MoreOwners)
	out.blank()
	return t.write(out)
}

// notRead stands for a sum of parts of which none was read.
const notRead = "not read"

// groupRow leaves sizes out where no parts were read.
func groupRow(s *survey.Survey, by, name string, g survey.Group) []string {
	row := []string{by, name, count(g.Uploads)}
	switch {
	case s.Measured == 0:
	case g.Measured == 0:
		row = append(row, notRead, notRead, "")
	default:
		row = append(row, count(g.Parts), rules.FormatSize(g.Bytes), moneyCell(g.Cost))
	}
	return append(row, ageAt(g.Oldest, s.Now))
}

// writeAges writes ages against idle times: what a threshold would reach. Without
// parts there are ages only.
func writeAges(out *page, s *survey.Survey) error {
	names := survey.BandNames()
	t := table{columns: []column{{head: "AGE"}, {head: "UPLOADS", right: true}}}
	if s.Measured > 0 {
		const uploads, size = 1, 2
		t.cuts = []cut{{size, leave}, {uploads, leave}}
		t.columns = append(t.columns, column{head: "SIZE", right: true})
		for _, name := range names {
			t.columns = append(t.columns, column{head: "IDLE " + name, right: true, spare: "0"})
		}
	}
	for i, band := range s.Ages {
		row := []string{names[i], count(band.Uploads)}
		switch {
		case s.Measured == 0:
		case band.Measured == 0 && band.Uploads > 0:
			row = append(append(row, notRead), make([]string, len(band.Idle))...)
		default:
			row = append(row, rules.FormatSize(band.Bytes))
			for _, n := range band.Idle {
				row = append(row, count(n))
			}
		}
		t.rows = append(t.rows, row)
	}
	out.blank()
	return t.write(out)
}

func writeSurveyNotes(out *page, s *survey.Survey) {
	var notes []string
	unread := s.Uploads - s.Measured - s.Vanished - s.Unreadable
	if unread > 0 && s.Measured > 0 {
		notes = append(notes, "the parts of "+count(s.Measured)+" of "+countOf(s.Uploads, "upload")+
			" were read, so sizes, money and idle times are a lower bound (-parts-limit)")
	}
	if s.Unreadable > 0 {
		notes = append(notes, countOf(s.Unreadable, "upload")+" could not be looked into, so sizes, money and idle times are a lower bound")
	}
	if s.Vanished > 0 {
		notes = append(notes, countOf(s.Vanished, "upload")+" ended while this was counted")
	}
	if s.StartUnknown > 0 {
		notes = append(notes, countOf(s.StartUnknown, "upload")+" without a known start: no rule would touch them")
	}
	if len(notes)+len(s.Notes) > 0 || s.Err != nil {
		out.blank()
	}
	for _, note := range append(notes, s.Notes...) {
		out.labelled(notice, "Note: ", "%s", note)
	}
	switch {
	case s.Err != nil && s.Uploads > 0:
		out.labelled(bad, "Partial: ", "the listing did not come to its end: %v", s.Err)
	case s.Err != nil:
		out.labelled(bad, "Failed: ", "%v", s.Err)
	}
}

func surveySentence(s *survey.Survey) string {
	where := " in " + surveyURL(s)
	end := "." + sentence(countOf(s.Requests, "request"))
	if s.Uploads == 0 {
		if s.Err != nil {
			return "nothing could be counted" + where + end
		}
		return "no unfinished upload" + where + end
	}
	text := countOf(s.Uploads, "unfinished upload") + where
	if s.Measured > 0 {
		text += " (" + surveyTotals(s) + ")"
	}
	if s.Oldest != nil {
		text += ", the oldest " + ageAt(s.Oldest.Initiated, s.Now) + " old"
	}
	return text + end
}

// surveyTotals is what was counted in words. Where that is a lower bound, less than a cent
// says nothing.
func surveyTotals(s *survey.Survey) string {
	size := rules.FormatSize(s.Bytes)
	switch {
	case s.Measured+s.Vanished >= s.Uploads:
		return TotalsPhrase(engine.Totals{Bytes: s.Bytes, Cost: s.Cost})
	case slices.ContainsFunc(amounts(s.Cost), func(a engine.Amount) bool { return a.Monthly < 0.01 }):
		return "at least " + size
	default:
		return "at least " + commas(size, costPhrase(s.Cost))
	}
}

func ageAt(t, now time.Time) string {
	if t.IsZero() {
		return "unknown"
	}
	return rules.FormatAge(now.Sub(t))
}
