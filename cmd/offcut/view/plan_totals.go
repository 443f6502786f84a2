package view

import (
	"slices"
	"strings"

	"offcut/engine"
	"offcut/rules"
)

// writePlanTotals writes what would be aborted by rule, bucket and owner, in full.
func writePlanTotals(out *page, p *engine.Plan) error {
	t := table{columns: []column{
		{head: "TOTAL BY"}, {head: "NAME"}, {head: "UPLOADS", right: true},
		{head: "PARTS", right: true}, {head: "SIZE", right: true}, {head: "A MONTH", right: true}, {head: "KEPT"},
	}, cuts: []cut{{1, 24}}}
	for _, r := range p.Rules {
		if r.Listed > 0 || r.Abort.Uploads > 0 {
			t.rows = append(t.rows, append(totalRow("rule", r.Address, r.Abort), keptCell(r)))
		}
	}
	groups := func(by string, totals []engine.GroupTotal) {
		for _, g := range totals {
			t.rows = append(t.rows, append(totalRow(by, g.Name, g.Totals), ""))
		}
	}
	groups("bucket", bucketGroups(p))
	groups("owner", p.ByOwner)
	if len(t.rows) == 0 {
		return nil
	}
	out.line("")
	return t.write(out)
}

// bucketGroups names buckets as the rows do: without the provider where there is
// only one.
func bucketGroups(p *engine.Plan) []engine.GroupTotal {
	if len(p.Providers) != 1 {
		return p.ByBucket
	}
	short := slices.Clone(p.ByBucket)
	for i := range short {
		short[i].Name = strings.TrimPrefix(short[i].Name, p.Providers[0].Address+"/")
	}
	return short
}

func totalRow(by, name string, t engine.Totals) []string {
	if name == "" {
		name = "(not told)"
	} else {
		name = Text(name)
	}
	return []string{by, name, count(t.Uploads), count(t.Parts), rules.FormatSize(t.Bytes), moneyCell(t.Cost)}
}

func keptCell(r engine.RuleTotal) string {
	cell := count(sumOf(r.Kept))
	if why := reasons(r.Kept); why != "" {
		cell += " (" + why + ")"
	}
	if r.Stopped != "" {
		cell += "; STOPPED: nothing of it is aborted"
	}
	return cell
}

// writeTroubles says what is not whole, what stopped, and what a careful reader
// should know.
func writeTroubles(out *page, p *engine.Plan) {
	var b troubles
	for _, s := range p.Scopes {
		b.scope(p, s)
	}
	for _, r := range p.Rules {
		if r.Stopped != "" {
			b.add(bad, "Stopped: ", r.Address+": "+r.Stopped)
		}
	}
	if len(b) > 0 {
		out.line("")
	}
	for _, t := range b {
		out.labelled(t.tone, t.label, "%s", t.text)
	}
}

// A trouble is one line about something that is not as it should be.
type trouble struct {
	tone        tone
	label, text string
}

type troubles []trouble

func (t *troubles) add(tone tone, label, text string) {
	if last := len(*t) - 1; last >= 0 && (*t)[last].text == text {
		return // a note of many scopes is said once where they follow one another
	}
	*t = append(*t, trouble{tone: tone, label: label, text: text})
}

func (t *troubles) scope(p *engine.Plan, s engine.Scope) {
	where := scopeName(p, s)
	why := ""
	if s.Err != nil {
		why = ": " + s.Err.Error()
	}
	switch s.Status {
	case engine.ScopePartial:
		t.add(bad, "Partial: ", where+" was not listed to its end ("+countOf(s.Listed, "upload")+
			" seen), so nothing in it is aborted"+why)
	case engine.ScopeFailed:
		t.add(bad, "Failed: ", where+" was not listed, so nothing in it is aborted"+why)
	case engine.ScopeAbsent:
		t.add(notice, "Absent: ", where+" does not exist, as the rule allows")
	}
	for _, note := range s.Notes {
		t.add(notice, "Note: ", where+": "+note)
	}
}

func scopeName(p *engine.Plan, s engine.Scope) string {
	name := "bucket " + bucketName(p, s.Provider, s.Bucket)
	if s.Prefix != "" {
		name += `, prefix "` + strings.ReplaceAll(Text(s.Prefix), `"`, `\"`) + `"`
	}
	return name
}
