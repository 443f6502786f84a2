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
		{head: "PARTS", right: true}, {head: "SIZE", right: true}, {head: "A MONTH", right: true},
		{head: "KEPT", without: "the reasons in KEPT"},
	}}
	const name, parts, money, kept = 1, 3, 5, 6
	t.cuts = []cut{{name, 24}, {parts, leave}, {money, leave}, {name, 16}, {kept, shorter}, {name, 12}}
	add := func(row []string, full, brief string) {
		t.rows = append(t.rows, append(row, full))
		t.columns[kept].brief = append(t.columns[kept].brief, brief)
	}
	for _, r := range p.Rules {
		if r.Listed > 0 || r.Abort.Uploads > 0 {
			add(totalRow("rule", r.Address, r.Abort), keptCell(r), briefKeptCell(r))
		}
	}
	groups := func(by string, totals []engine.GroupTotal) {
		for _, g := range totals {
			add(totalRow(by, g.Name, g.Totals), "", "")
		}
	}
	groups("bucket", bucketGroups(p))
	groups("owner", p.ByOwner)
	if len(t.rows) == 0 {
		return nil
	}
	out.blank()
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
	switch {
	case name == "":
		name = "(not told)"
	case by == "rule":
		name = Address(name)
	case by == "owner":
		name = Account(name)
	default:
		name = Text(name)
	}
	return []string{by, name, count(t.Uploads), count(t.Parts), rules.FormatSize(t.Bytes), moneyCell(t.Cost)}
}

// keptCell is how many uploads a rule keeps and why: "6 (4 young, 2 active)", "2 young",
// "none"; it is blank for what is no rule, as only rules keep.
func keptCell(r engine.RuleTotal) string {
	cell := keptCount(r.Kept)
	if r.Stopped != "" {
		cell += "; STOPPED: nothing of it is aborted"
	}
	return cell
}

func keptCount(kept map[rules.Reason]int64) string {
	switch len(reasonsBySize(kept)) {
	case 0:
		return "none"
	case 1:
		return reasons(kept)
	default:
		return count(sumOf(kept)) + " (" + reasons(kept) + ")"
	}
}

// briefKeptCell is keptCell without the reasons.
func briefKeptCell(r engine.RuleTotal) string {
	cell := count(sumOf(r.Kept))
	if r.Stopped != "" {
		cell += "; STOPPED"
	}
	return cell
}
