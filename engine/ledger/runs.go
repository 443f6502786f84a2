package ledger

import (
	"context"
	"database/sql"
	"iter"
	"slices"

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

// Runs yields runs that have an outcome chosen by f, or are still open, the newest
// first. Limit counts runs.
func (l *Ledger) Runs(ctx context.Context, f Filter) iter.Seq2[RunSummary, error] {
	return func(yield func(RunSummary, error) bool) {
		var c conditions
		c.ofRun("id", &f)
		err := l.eachRun(ctx, "SELECT "+runColumns+" FROM runs"+c.where()+" ORDER BY id DESC", c.args, func(r *runRow) (bool, error) {
			chosen, err := l.choose(ctx, r, &f)
			if err != nil || !chosen {
				return true, err
			}
			if !yield(r.RunSummary, nil) {
				return false, nil
			}
			f.Limit--
			return f.Limit != 0, nil
		})
		if err != nil {
			yield(RunSummary{}, l.explain("read the runs of", err))
		}
	}
}

// eachRun calls f with the runs of a statement until it returns false.
func (l *Ledger) eachRun(ctx context.Context, text string, args []any, f func(*runRow) (bool, error)) error {
	rows, err := l.read.QueryContext(ctx, text, args...)
	if err != nil {
		return err
	}
	defer rows.Close() //nolint:errcheck // rows.Err tells
	for rows.Next() {
		r, err := scanRun(rows)
		if err != nil {
			return err
		}
		if more, err := f(r); err != nil || !more {
			return err
		}
	}
	return rows.Err()
}

// choose sums a run up, and reports whether it is open or has an outcome of the choice.
func (l *Ledger) choose(ctx context.Context, r *runRow, f *Filter) (bool, error) {
	if err := l.sumUp(ctx, r); err != nil {
		return false, err
	}
	if !r.Settled || !f.narrow() && !f.byKey() {
		return true, nil
	}
	zones, err := l.zones(ctx, f, r.id)
	if err != nil || len(zones) == 0 {
		return false, err
	}
	if !f.byKey() && slices.ContainsFunc(zones, func(z zone) bool { return f.within(&z) }) {
		return true, nil
	}
	one := *f
	one.Run, one.Limit = r.ID, 1
	for _, err := range l.Outcomes(ctx, one) {
		return err == nil, err
	}
	return false, nil
}

// sumUp adds the sums of a run.
func (l *Ledger) sumUp(ctx context.Context, r *runRow) error {
	zones, err := l.zones(ctx, &Filter{}, r.id)
	if err != nil {
		return err
	}
	r.Results, r.Open = map[engine.Result]engine.Totals{}, r.items
	for _, z := range zones {
		addTotals(r.Results, z.result, z.totals)
		r.Open -= z.totals.Uploads
	}
	return nil
}

func addTotals(results map[engine.Result]engine.Totals, result string, t engine.Totals) {
	sum := results[engine.Result(result)]
	sum.Merge(t)
	results[engine.Result(result)] = sum
}
