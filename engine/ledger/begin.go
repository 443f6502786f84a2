package ledger

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"math"

	"offcut/engine"
	"offcut/rules"
)

const insertRun = `INSERT INTO runs (id, plan, planned, started, actor, command, offcut, plan_file, providers, rules,
	first_item, items, uploads, parts, bytes, monthly, currency, priced_at, unpriced_bytes)
	VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`

// Begin begins a run. See engine.Journal. The run and its items are one transaction:
// what was killed within Begin has left nothing.
func (l *Ledger) Begin(run engine.Run, items iter.Seq2[engine.Item, error]) (engine.RunLog, error) {
	log := newRunLog(l, &run)
	err := l.transact(context.Background(), func(tx *transaction) error { return log.begin(tx, items) })
	switch {
	case errors.Is(err, engine.ErrPlanApplied):
		return nil, err
	case err != nil:
		return nil, l.explain("begin the run of plan "+run.ID+" in", err)
	}
	return log, nil
}

func (r *runLog) begin(tx *transaction, items iter.Seq2[engine.Item, error]) error {
	if err := tx.refuseApplied(r.run.ID); err != nil {
		return err
	}
	err := tx.QueryRowContext(tx.ctx, `SELECT (SELECT coalesce(max(id), 0) + 1 FROM runs), (SELECT coalesce(max(first_item + items), 1) FROM runs)`).
		Scan(&r.id, &r.first)
	if err != nil {
		return err
	}
	if err := r.insertRun(tx); err != nil {
		return err
	}
	if r.items, err = r.insertItems(tx, items); err != nil {
		return err
	}
	_, err = tx.ExecContext(tx.ctx, "UPDATE runs SET items = ? WHERE id = ?", r.items, r.id)
	return err
}

// refuseApplied fails where a run of the plan was begun before.
func (t *transaction) refuseApplied(plan string) error {
	var started stamp
	var actor, command string
	err := t.QueryRowContext(t.ctx, "SELECT started, actor, command FROM runs WHERE plan = ?", plan).Scan(&started, &actor, &command)
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	if err != nil {
		return err
	}
	return fmt.Errorf("%w, at %s by %s with %q: make a new plan", engine.ErrPlanApplied,
		timeOf(started).UTC().Format("2006-01-02 15:04:05 UTC"), actor, command)
}

func (r *runLog) insertRun(tx *transaction) error {
	providers, err := json.Marshal(providersOf(r.run.Providers))
	if err != nil {
		return err
	}
	rules, err := json.Marshal(rulesOf(r.run.Rules))
	if err != nil {
		return err
	}
	run, t := r.run, &r.run.Totals
	started := stampOf(run.Started)
	started.Valid = true
	_, err = tx.ExecContext(tx.ctx, insertRun, r.id, run.ID, stampOf(run.Planned), started,
		run.Origin.Actor, run.Origin.Command, run.Origin.Version, orNull(run.Origin.PlanFile), string(providers), string(rules),
		r.first, 0, t.Uploads, t.Parts, t.Bytes, t.Cost.Monthly, orNull(t.Cost.Currency), orNull(t.Cost.PricedAt), t.Cost.UnpricedBytes)
	return err
}

func orNull(s string) any {
	if s == "" {
		return nil
	}
	return s
}

// insertItems writes the planned items in plan order.
func (r *runLog) insertItems(tx *transaction, items iter.Seq2[engine.Item, error]) (int64, error) {
	rows := newRows(tx, insertItems, itemColumns)
	n := int64(0)
	var last rules.Upload
	var spans []span
	for item, err := range items {
		if err != nil {
			return 0, fmt.Errorf("read the plan: %w", err)
		}
		if n > 0 && planOrder(&last, &item.Upload) >= 0 {
			return 0, fmt.Errorf("the plan names upload %q of %q in bucket %s twice or out of order: plan again", item.Upload.ID, item.Upload.Key, item.Upload.Bucket)
		}
		bucket, err := r.addItem(rows, r.first+n, &item)
		if err != nil {
			return 0, err
		}
		if k := len(spans); k == 0 || spans[k-1].bucket != bucket {
			spans = append(spans, span{bucket: bucket, first: r.first + n, firstKey: item.Upload.Key})
		}
		s := &spans[len(spans)-1]
		s.lastKey = item.Upload.Key
		s.items++
		last = item.Upload
		n++
	}
	if err := r.insertSpans(tx, spans); err != nil {
		return 0, err
	}
	return n, rows.flush()
}

func (r *runLog) insertSpans(tx *transaction, spans []span) error {
	for _, s := range spans {
		if _, err := tx.ExecContext(tx.ctx, "INSERT INTO spans (run, bucket, first_item, items, first_key, last_key) VALUES (?, ?, ?, ?, ?, ?)",
			r.id, s.bucket, s.first, s.items, s.firstKey, s.lastKey); err != nil {
			return err
		}
	}
	return nil
}

// A span is the items of one bucket in a run: they follow each other, in the order of
// their keys.
type span struct {
	bucket, first, items int64
	firstKey, lastKey    string
}

func planOrder(a, b *rules.Upload) int {
	return cmp.Or(cmp.Compare(a.Provider, b.Provider), cmp.Compare(a.Bucket, b.Bucket), cmp.Compare(a.Key, b.Key), cmp.Compare(a.ID, b.ID))
}

func (r *runLog) addItem(rows *rows, id int64, item *engine.Item) (bucket int64, err error) {
	tx, u, p := rows.tx, &item.Upload, &item.Parts
	rule, err := tx.ruleNumber(r.ruleOf(item))
	if err != nil {
		return 0, err
	}
	bucket, err = tx.bucketNumber(u.Provider, u.Bucket)
	if err != nil {
		return 0, err
	}
	class, err := tx.class(r.prices[u.Provider], u.StorageClass)
	if err != nil {
		return 0, err
	}
	owner, err := tx.accountNumber(u.Owner)
	if err != nil {
		return 0, err
	}
	initiator, err := tx.accountNumber(u.Initiator)
	if err != nil {
		return 0, err
	}
	return bucket, rows.add(id, r.id, rule, bucket, u.Key, u.ID, stampOf(u.Initiated), stampOf(p.Newest),
		int64(p.Count), sizeOf(p.Bytes), class.id, owner, initiator, string(item.Reason), p.Fingerprint)
}

// sizeOf is the size of an upload; the largest number where it cannot be counted.
func sizeOf(bytes int64) int64 {
	if bytes < 0 {
		return math.MaxInt64
	}
	return bytes
}
