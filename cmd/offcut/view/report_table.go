package view

import (
	"cmp"
	"slices"

	"offcut/engine"
	"offcut/rules"
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
	if err := outcomeTable(r, rows, out.Width).write(out); err != nil {
		return err
	}
	if hidden > 0 {
		out.line("… and %s of a rule and a bucket (use -limit); the total counts them all.", countOf(int64(hidden), "more row"))
	}
	return nil
}

// A resultTable is a table of results with the columns that it has.
type resultTable struct {
	table
	results []engine.Result
}

// outcomeTable makes the table of some rows. Where the terminal is too narrow for all
// columns, those of results that did not occur are left out.
func outcomeTable(r *engine.Report, rows []resultRow, width int) resultTable {
	t := newResultTable(rows, engine.Results)
	if width == 0 || t.natural() <= width {
		return t
	}
	return newResultTable(rows, slices.DeleteFunc(slices.Clone(engine.Results), func(result engine.Result) bool {
		return result != engine.Aborted && result != engine.Failed && r.Results[result].Uploads == 0
	}))
}

func newResultTable(rows []resultRow, results []engine.Result) resultTable {
	t := resultTable{results: results}
	t.columns = []column{{head: "RULE"}, {head: "BUCKET"}}
	for _, result := range results {
		t.columns = append(t.columns, column{head: upper(string(result)), right: true})
	}
	freed, money := len(t.columns), len(t.columns)+1
	t.columns = append(t.columns, column{head: "FREED", right: true}, column{head: "A MONTH", right: true})
	t.cuts = []cut{{0, 24}, {1, 24}, {0, 16}, {1, 16}, {money, leave}, {0, 12}, {1, 12}, {freed, leave}, {0, leave}, {1, 8}}
	for _, row := range rows {
		t.rows = append(t.rows, t.cells(row))
	}
	return t
}

func (t resultTable) cells(row resultRow) []string {
	cells := []string{Address(row.rule), Text(row.bucket)}
	for _, result := range t.results {
		cells = append(cells, count(row.results[result].Uploads))
	}
	freed := row.results[engine.Aborted]
	return append(cells, rules.FormatSize(freed.Bytes), moneyCell(freed.Cost))
}
