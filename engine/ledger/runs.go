package ledger

import (
	"database/sql"

	"offcut/engine"
)

// A RunSummary is one run with its sums.
type RunSummary struct {
	engine.Run
	End      engine.RunEnd
	Settled  bool  // it ended: every planned upload has its outcome
	Open     int64 // planned uploads without outcome
	Results  map[engine.Result]engine.Totals
	Currency string
}

const runColumns = `id, plan, planned, started, actor, command, offcut, coalesce(plan_file, ''), providers, rules,
	first_item, items, uploads, parts, bytes, monthly, coalesce(currency, ''), coalesce(priced_at, ''), unpriced_bytes,
	finished, interrupted, requests, coalesce(settled_by, '')`

// A runRow is a run as it is read.
type runRow struct {
	RunSummary
	id, first, items int64
}

func scanRun(rows *sql.Rows) (*runRow, error) {
	var r runRow
	var planned, started, finished stamp
	var providers, acting string
	o, t := &r.Origin, &r.Totals
	err := rows.Scan(&r.id, &r.ID, &planned, &started, &o.Actor, &o.Command, &o.Version, &o.PlanFile, &providers, &acting,
		&r.first, &r.items, &t.Uploads, &t.Parts, &t.Bytes, &t.Cost.Monthly, &t.Cost.Currency, &t.Cost.PricedAt, &t.Cost.UnpricedBytes,
		&finished, &r.End.Interrupted, &r.End.Requests, &r.End.SettledBy)
	if err != nil {
		return nil, err
	}
	r.Planned, r.Started, r.End.Finished, r.Settled = timeOf(planned), timeOf(started), timeOf(finished), finished.Valid
	r.Currency = t.Cost.Currency
	if r.Providers, err = readProviders(providers); err != nil {
		return nil, err
	}
	r.Rules, err = readRules(acting)
	return &r, err
}
