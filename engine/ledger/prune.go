package ledger

import (
	"context"
	"fmt"
	"time"
)

// Prune removes finished runs that began before a time, and leaves beside the chain who
// did it and where it begins since. The chain is only shortened from its beginning:
// what stands behind an outcome that has to stay, stays with it.
func (l *Ledger) Prune(ctx context.Context, before time.Time, actor string) (runs int64, err error) {
	err = l.transact(ctx, func(tx *transaction) error {
		runs, err = tx.prune(before, actor)
		return err
	})
	if err != nil {
		return 0, l.explain("remove old runs from", err)
	}
	if runs > 0 {
		err = l.shrink(ctx)
	}
	return runs, l.explain("give back the space of old runs in", err)
}

// shrink gives free pages back to the file system.
func (l *Ledger) shrink(ctx context.Context) error {
	rows, err := l.write.QueryContext(ctx, "PRAGMA incremental_vacuum")
	if err != nil {
		return err
	}
	for rows.Next() { // each step frees a page
	}
	if err := rows.Err(); err != nil {
		return err
	}
	if err := rows.Close(); err != nil {
		return err
	}
	_, err = l.write.ExecContext(ctx, "PRAGMA wal_checkpoint(TRUNCATE)")
	return err
}

// removable is the condition for a run that may be removed, with the numbers of its
// first and last outcome.
const removable = `SELECT r.id, coalesce(min(s.first_number), 0) AS first, coalesce(max(s.last_number), 0) AS last,
	r.finished IS NOT NULL AND r.started < ? AS old
	FROM runs AS r LEFT JOIN sums AS s ON s.run = r.id GROUP BY r.id`

// prune removes the runs, and returns how many.
func (t *transaction) prune(before time.Time, actor string) (int64, error) {
	last, err := t.head()
	if err != nil {
		return 0, err
	}
	ids, through, err := t.prunable(before, last.number)
	if err != nil || len(ids) == 0 {
		return 0, err
	}
	var removed int64
	if err := t.QueryRowContext(t.ctx, "SELECT count(*) FROM outcomes WHERE number <= ?", through).Scan(&removed); err != nil {
		return 0, err
	}
	if removed > 0 {
		_, err := t.ExecContext(t.ctx, "INSERT INTO prunings (through, hash, at, actor, runs) SELECT number, hash, ?, ?, ? FROM outcomes WHERE number = ?",
			time.Now().UnixMicro(), actor, len(ids), through)
		if err != nil {
			return 0, err
		}
	}
	if _, err := t.ExecContext(t.ctx, "DELETE FROM outcomes WHERE number <= ?", through); err != nil {
		return 0, err
	}
	for _, id := range ids {
		for _, text := range []string{
			"DELETE FROM items WHERE id >= (SELECT first_item FROM runs WHERE id = ?1) AND id < (SELECT first_item + items FROM runs WHERE id = ?1)",
			"DELETE FROM spans WHERE run = ?1", "DELETE FROM sums WHERE run = ?1", "DELETE FROM runs WHERE id = ?1",
		} {
			if _, err := t.exec(text, id); err != nil {
				return 0, fmt.Errorf("run %d: %w", id, err)
			}
		}
	}
	return int64(len(ids)), nil
}

// prunable returns the runs to remove, and the last row of the chain that goes with
// them. A run goes only where all of its outcomes do.
func (t *transaction) prunable(before time.Time, head int64) (ids []int64, through int64, err error) {
	rows, err := t.QueryContext(t.ctx, removable, before.UnixMicro())
	if err != nil {
		return nil, 0, err
	}
	defer rows.Close() //nolint:errcheck // rows.Err tells
	type run struct{ id, first, last int64 }
	var old []run
	through = head
	for rows.Next() {
		var r run
		var gone bool
		if err := rows.Scan(&r.id, &r.first, &r.last, &gone); err != nil {
			return nil, 0, err
		}
		if gone {
			old = append(old, r)
		} else if r.first > 0 {
			through = min(through, r.first-1)
		}
	}
	if err := rows.Err(); err != nil {
		return nil, 0, err
	}
	// A run that has to stay because of its last outcome keeps its first one too.
	for changed := true; changed; {
		changed = false
		for _, r := range old {
			if r.last > through && r.first > 0 && r.first <= through {
				through, changed = r.first-1, true
			}
		}
	}
	for _, r := range old {
		if r.last <= through {
			ids = append(ids, r.id)
		}
	}
	return ids, through, nil
}
