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
