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
		if err := l.runs(ctx, f, func(r RunSummary) bool { return yield(r, nil) }); err != nil {
			yield(RunSummary{}, l.explain("read the runs of", err))
		}
	}
}

func (l *Ledger) runs(ctx context.Context, f Filter, yield func(RunSummary) bool) error {
	holds := l.holdsChosen
	if f.byKey() {
		holding, err := l.runsByKey(ctx, &f)
		if err != nil {
			return err
		}
		holds = func(ctx context.Context, run int64, _ *Filter) (bool, error) { return holding[run], ctx.Err() }
	}
	var c conditions
	c.ofRun("id", &f)
	return l.eachRun(ctx, "SELECT "+runColumns+" FROM runs"+c.where()+" ORDER BY id DESC", c.args, func(r *runRow) (bool, error) {
		chosen := !r.Settled || !f.narrow() && !f.byKey()
		if !chosen {
			var err error
			if chosen, err = holds(ctx, r.id, &f); err != nil || !chosen {
				return true, err
			}
		}
		if err := l.sumUp(ctx, r); err != nil {
			return false, err
		}
		f.Limit--
		return yield(r.RunSummary) && f.Limit != 0, nil
	})
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

// holdsChosen reports whether a run has an outcome of a choice without key and upload id.
func (l *Ledger) holdsChosen(ctx context.Context, run int64, f *Filter) (bool, error) {
	zones, err := l.zones(ctx, f, run)
	if err != nil || slices.ContainsFunc(zones, func(z zone) bool { return f.within(&z) }) {
		return err == nil, err
	}
	for i := range zones {
		if part, err := l.partOf(ctx, &zones[i], f); err != nil || part.Uploads > 0 {
			return err == nil, err
		}
	}
	return false, nil
}

// runsByKey returns the runs that have an outcome of a choice with a key or an upload id.
func (l *Ledger) runsByKey(ctx context.Context, f *Filter) (map[int64]bool, error) {
	holding := map[int64]bool{}
	var c conditions
	if f.UploadID != "" {
		c.and("substr(i.upload_id, -8) = substr(?, -8)", f.UploadID)
		c.ofOutcomes(f)
		return holding, l.addRuns(ctx, "items AS i INDEXED BY items_upload CROSS JOIN outcomes AS o ON o.item = i.id"+c.where(), c.args, holding)
	}
	keys, err := l.newKeySearch(ctx, f)
	if err != nil {
		return nil, err
	}
	defer keys.close()
	for p := range keys.spans {
		part, err := keys.find(p)
		if err != nil {
			return nil, err
		}
		if part.items == 0 || holding[p.run] {
			continue
		}
		var c conditions
		c.and("i.id >= ? AND i.id < ?", part.first, part.first+part.items)
		c.ofOutcomes(f)
		if err := l.addRuns(ctx, "items AS i CROSS JOIN outcomes AS o ON o.item = i.id"+c.where()+" LIMIT 1", c.args, holding); err != nil {
			return nil, err
		}
	}
	return holding, nil
}

func (l *Ledger) addRuns(ctx context.Context, from string, args []any, holding map[int64]bool) error {
	rows, err := l.read.QueryContext(ctx, "SELECT i.run FROM "+from, args...)
	if err != nil {
		return err
	}
	defer rows.Close() //nolint:errcheck // rows.Err tells
	for rows.Next() {
		var run int64
		if err := rows.Scan(&run); err != nil {
			return err
		}
		holding[run] = true
	}
	return rows.Err()
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
