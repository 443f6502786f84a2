package view

import (
	"io"
	"iter"
	"slices"

	"offcut/engine/ledger"
	"offcut/rules"
)

// HistoryUploads writes outcomes as a table, the newest first, and a line that sums
// all that were chosen: sums, which also counts those that a limit hides. With none
// it writes nothing.
func HistoryUploads(w io.Writer, rows iter.Seq2[ledger.Entry, error], sums Results, o Options) error {
	out := newPage(w, o)
	out.atTop = true
	if err := writeEntries(out, rows, sums, true); err != nil || uploadsIn(sums) == 0 {
		return err
	}
	out.atTop = false
	out.blank()
	out.labelled(plain, "History: ", "%s; %s.", countOf(uploadsIn(sums), "upload"), resultsPhrase(sums))
	return out.Flush()
}

// writeEntries writes the table of outcomes; with their runs, where they may be of
// several.
func writeEntries(out *page, rows iter.Seq2[ledger.Entry, error], sums Results, withRun bool) error {
	t := entryTable(withRun)
	for e, err := range rows {
		if err != nil {
			return err
		}
		if len(t.rows) == out.limit() {
			break
		}
		t.rows = append(t.rows, entryRow(&e, withRun))
		t.columns[0].brief = append(t.columns[0].brief, e.At.UTC().Format("2006-01-02"))
	}
	if len(t.rows) == 0 {
		return nil
	}
	out.blank()
	if err := t.write(out); err != nil {
		return err
	}
	writeHidden(out, uploadsIn(sums)-int64(len(t.rows)))
	return nil
}

func entryTable(withRun bool) table {
	columns := []column{
		{head: "AT (UTC)", without: "the time of day in AT"}, {head: "RUN"}, {head: "RULE"}, {head: "BUCKET"}, {head: "KEY", most: 60}, {head: "UPLOAD ID"},
		{head: "OUTCOME"}, {head: "SIZE", right: true}, {head: "REQUEST ID"}, {head: "WHY", atEnd: true, spare: "-"},
	}
	const at, run, rule, bucket, key, id, size, request, why = 0, 1, 2, 3, 4, 5, 7, 8, 9
	cuts := []cut{
		{id, 9}, {request, 9}, {key, 36}, {rule, 12}, {size, leave}, {rule, leave}, {id, leave}, {request, leave}, {why, 60},
		{key, 24}, {why, 40}, {key, 16}, {bucket, 12}, {why, 24}, {key, 12}, {run, leave}, {bucket, 8}, {why, 12}, {at, shorter}, {why, 10}, {key, 8},
	}
	if !withRun {
		columns = slices.Delete(columns, run, run+1)
		cuts = slices.DeleteFunc(cuts, func(c cut) bool { return c.column == run })
		for i := range cuts {
			if cuts[i].column != at {
				cuts[i].column--
			}
		}
	}
	return table{columns: columns, cuts: cuts}
}

func entryRow(e *ledger.Entry, withRun bool) []string {
	u := e.Item.Upload
	row := []string{e.At.UTC().Format("2006-01-02 15:04:05")}
	if withRun {
		row = append(row, shortRun(e.Run))
	}
	return append(row,
		Address(e.Rule.Address), Text(u.Provider+"/"+u.Bucket), Text(u.Key), Text(u.ID), string(e.Result),
		rules.FormatSize(e.Item.Parts.Bytes), Text(e.RequestID), Text(e.Err),
	)
}
