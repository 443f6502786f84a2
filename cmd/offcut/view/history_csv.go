package view

import (
	"encoding/csv"
	"io"
	"iter"
	"strconv"
	"strings"

	"offcut/engine"
	"offcut/engine/ledger"
)

// HistoryRunsCSV writes runs as RFC 4180 lines, at most limit of them (0: all); the
// package comment describes the columns.
func HistoryRunsCSV(w io.Writer, runs iter.Seq2[ledger.RunSummary, error], limit int) error {
	out := csv.NewWriter(w)
	header := append([]string{"run", "started", "finished", "actor", "command", "version", "plan_file", "rules", "planned"}, resultHeader()...)
	if err := out.Write(append(header, "open", "state", "settled_by", "requests")); err != nil {
		return err
	}
	n := 0
	for r, err := range runs {
		if err != nil {
			return err
		}
		if n++; limit > 0 && n > limit {
			break
		}
		if err := out.Write(runRecord(&r)); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

func runRecord(r *ledger.RunSummary) []string {
	names := make([]string, len(r.Rules))
	for i, rule := range r.Rules {
		names[i] = csvText(rule.Address)
	}
	record := []string{
		csvText(r.ID), rfc3339(r.Started), rfc3339(r.End.Finished), csvText(r.Origin.Actor), csvText(r.Origin.Command),
		csvText(r.Origin.Version), csvText(r.Origin.PlanFile), strings.Join(names, " "), number(r.Totals.Uploads),
	}
	record = append(record, resultRecord(r.Results)...)
	return append(record, number(r.Open), string(StateOf(r)), csvText(r.End.SettledBy), number(r.End.Requests))
}

// HistoryUploadsCSV writes outcomes as RFC 4180 lines.
func HistoryUploadsCSV(w io.Writer, rows iter.Seq2[ledger.Entry, error]) error {
	out := csv.NewWriter(w)
	header := []string{
		"number", "at", "run", "actor", "rule", "file", "line", "provider", "bucket", "key", "upload_id", "initiated",
		"newest_part", "parts", "bytes", "storage_class", "owner", "reason", "result", "attempts", "request_id", "error",
		"monthly_cost", "currency", "hash",
	}
	if err := out.Write(header); err != nil {
		return err
	}
	for e, err := range rows {
		if err != nil {
			return err
		}
		if err := out.Write(entryRecord(&e)); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

func entryRecord(e *ledger.Entry) []string {
	u, parts := e.Item.Upload, e.Item.Parts
	return []string{
		number(e.Number), rfc3339(e.At), csvText(e.Run), csvText(e.Actor), csvText(e.Rule.Address), csvText(e.Rule.File),
		number(int64(e.Rule.Line)), csvText(u.Provider), csvText(u.Bucket), csvText(u.Key), csvText(u.ID), rfc3339(u.Initiated),
		rfc3339(parts.Newest), number(int64(parts.Count)), number(parts.Bytes), csvText(u.StorageClass),
		csvText(ownerOf(u.Owner, u.Initiator)), string(e.Item.Reason), string(e.Result), number(int64(e.Attempts)),
		csvText(e.RequestID), csvText(e.Err), amount(e.Money), csvText(currencies(e.Money)), csvText(e.Hash),
	}
}

// HistoryDaysCSV writes sums by day as RFC 4180 lines, at most limit of them (0:
// all).
func HistoryDaysCSV(w io.Writer, days []ledger.DayTotal, limit int) error {
	out := csv.NewWriter(w)
	if err := out.Write(append([]string{"day"}, resultHeader()...)); err != nil {
		return err
	}
	for i, d := range days {
		if limit > 0 && i == limit {
			break
		}
		if err := out.Write(append([]string{d.Day.UTC().Format("2006-01-02")}, resultRecord(d.Results)...)); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

func resultHeader() []string {
	var names []string
	for _, result := range engine.Results {
		names = append(names, strings.ReplaceAll(string(result), "-", "_"))
	}
	return append(names, "freed_bytes", "monthly_cost", "currency")
}

func resultRecord(sums Results) []string {
	var cells []string
	for _, result := range engine.Results {
		cells = append(cells, number(sums[result].Uploads))
	}
	freed := sums[engine.Aborted]
	return append(cells, number(freed.Bytes), amount(freed.Cost), csvText(currencies(freed.Cost)))
}

func number(n int64) string { return strconv.FormatInt(n, 10) }

// amount is a month's money with four decimals; empty where no price is known. Money of
// several currencies has spaces between, in the order of currencies.
func amount(c engine.Cost) string {
	var texts []string
	for _, a := range amounts(c) {
		texts = append(texts, strconv.FormatFloat(a.Monthly, 'f', 4, 64))
	}
	return strings.Join(texts, " ")
}

// currencies are those of amount.
func currencies(c engine.Cost) string {
	money := amounts(c)
	if len(money) < 2 {
		return c.Currency
	}
	var codes []string
	for _, a := range money {
		codes = append(codes, a.Currency)
	}
	return strings.Join(codes, " ")
}
