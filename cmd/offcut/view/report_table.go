package view

import (
	"cmp"
	"slices"

	"offcut/engine"
)

// A resultRow is what became of one rule's uploads in one bucket.
type resultRow struct {
	rule, bucket string
	results      map[engine.Result]engine.Totals
}

// resultRows lists the rules and buckets of a report. Buckets have their provider's
// name before them where there are several.
func resultRows(r *engine.Report) []resultRow {
	providers := map[string]bool{}
	for _, rule := range r.Rules {
		for _, b := range rule.Buckets {
			providers[b.Provider] = true
		}
	}
	var rows []resultRow
	for _, rule := range r.Rules {
		for _, b := range rule.Buckets {
			name := b.Bucket
			if len(providers) > 1 {
				name = b.Provider + "/" + name
			}
			rows = append(rows, resultRow{rule.Address, name, b.Results})
		}
	}
	return rows
}

// troubles counts the uploads of a row that did not end well.
func (r resultRow) troubles() int64 {
	return r.results[engine.Failed].Uploads + r.results[engine.NotVerified].Uploads + r.results[engine.NotAttempted].Uploads
}

// mostTelling returns the n rows with the most trouble and then the most bytes freed,
// in their order.
func mostTelling(rows []resultRow, n int) []resultRow {
	if len(rows) <= n {
		return rows
	}
	places := make([]int, len(rows))
	for i := range places {
		places[i] = i
	}
	slices.SortStableFunc(places, func(a, b int) int {
		x, y := rows[a], rows[b]
		return cmp.Or(cmp.Compare(y.troubles(), x.troubles()),
			cmp.Compare(y.results[engine.Aborted].Bytes, x.results[engine.Aborted].Bytes))
	})
	places = places[:n]
	slices.Sort(places)
	telling := make([]resultRow, n)
	for i, at := range places {
		telling[i] = rows[at]
	}
	return telling
}

// writeOutcomeTable counts the results by rule and bucket, and what was freed. The
// last row is the sum of all of them, also of those that are hidden.
func writeOutcomeTable(out *page, r *engine.Report) error {
	all := resultRows(r)
	if len(all) == 0 {
		return nil
	}
	rows := mostTelling(all, out.limit())
	hidden := len(all) - len(rows)
	if len(all) > 1 {
		rows = append(slices.Clip(rows), resultRow{"total", "", r.Results})
	}
	out.blank()
	if err := outcomeTable(rows).write(out); err != nil {
		return err
	}
	if hidden > 0 {
		out.line("… and %s of a rule and a bucket (use -limit); the total counts them all.", countOf(int64(hidden), "more row"))
	}
	return nil
}

// outcomeTable makes the table of some rows. One row needs no name of its rule, which
// stands in every line about an upload; several are told apart by it.
func outcomeTable(rows []resultRow) table {
	const rule, bucket = 0, 1
	t := table{columns: append([]column{{head: "RULE"}, {head: "BUCKET"}}, resultColumns()...)}
	var alone []cut
	if len(rows) == 1 {
		alone = []cut{{rule, leave}, {bucket, 8}}
	}
	t.cuts = append([]cut{{rule, 24}, {bucket, 24}, {rule, 16}, {bucket, 16}}, resultCuts(2, []cut{{rule, 12}, {bucket, 12}}, alone)...)
	t.cuts = append(t.cuts, cut{rule, 6}, cut{bucket, 6})
	for _, row := range rows {
		t.rows = append(t.rows, append([]string{Address(row.rule), Text(row.bucket)}, resultCells(row.results)...))
	}
	return t
}
