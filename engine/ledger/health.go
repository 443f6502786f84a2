package ledger

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"slices"
)

// checkHealth looks at what is quick to see however large the ledger is: the schema,
// the newest rows, and whether the chain ends where its head says. The whole is
// Verify's work.
func (l *Ledger) checkHealth(ctx context.Context) error {
	if err := l.checkSchema(ctx); err != nil {
		return err
	}
	var number int64
	var hash []byte
	err := l.read.QueryRowContext(ctx, "SELECT number, hash FROM chain WHERE id = 1").Scan(&number, &hash)
	if errors.Is(err, sql.ErrNoRows) {
		return fmt.Errorf("%w: the head of its chain is missing", errDamaged)
	}
	if err != nil {
		return err
	}
	last, err := l.lastOutcome(ctx)
	switch {
	case err != nil:
		return err
	case last.number != number:
		return fmt.Errorf("%w: its last outcome is number %d, and the chain's head says %d", errDamaged, last.number, number)
	case !bytes.Equal(last.hash[:], hash):
		return fmt.Errorf("%w: its last outcome, number %d, is not the one that the chain's head names", errDamaged, number)
	}
	return l.readNewest(ctx)
}

// lastOutcome returns the number and hash of the last outcome, or of the last that
// retention removed.
func (l *Ledger) lastOutcome(ctx context.Context) (head, error) {
	const text = `SELECT number, hash FROM (
		SELECT number, hash FROM (SELECT number, hash FROM outcomes ORDER BY number DESC LIMIT 1)
		UNION ALL SELECT through, hash FROM (SELECT through, hash FROM prunings ORDER BY through DESC LIMIT 1)
	) ORDER BY number DESC LIMIT 1`
	var h head
	var hash []byte
	err := l.read.QueryRowContext(ctx, text).Scan(&h.number, &hash)
	if errors.Is(err, sql.ErrNoRows) {
		return head{}, nil
	}
	copy(h.hash[:], hash)
	return h, err
}

// readNewest reads the newest item and run.
func (l *Ledger) readNewest(ctx context.Context) error {
	var items, runs sql.NullInt64
	return l.read.QueryRowContext(ctx, `SELECT
		(SELECT length(key) FROM items ORDER BY id DESC LIMIT 1),
		(SELECT length(providers) FROM runs ORDER BY id DESC LIMIT 1)`).Scan(&items, &runs)
}

// checkSchema compares the tables, indexes, triggers and views with those that this
// version makes.
func (l *Ledger) checkSchema(ctx context.Context) error {
	found, err := schemaOf(ctx, l.read)
	if err != nil {
		return err
	}
	fresh, err := sql.Open("sqlite", ":memory:")
	if err != nil {
		return err
	}
	defer fresh.Close() //nolint:errcheck // a database in memory
	fresh.SetMaxOpenConns(1)
	if err := migrate(ctx, fresh, 0); err != nil {
		return err
	}
	want, err := schemaOf(ctx, fresh)
	if err != nil {
		return err
	}
	for _, name := range slices.Sorted(maps.Keys(want)) {
		switch text, ok := found[name]; {
		case !ok:
			return fmt.Errorf("%w: its %s is missing", errDamaged, name)
		case text != want[name]:
			return fmt.Errorf("%w: its %s was changed", errDamaged, name)
		}
	}
	return nil
}

// schemaOf returns the text of every table, index, trigger and view by kind and name.
func schemaOf(ctx context.Context, db *sql.DB) (map[string]string, error) {
	rows, err := db.QueryContext(ctx, "SELECT type || ' ' || name, sql FROM sqlite_schema WHERE sql IS NOT NULL")
	if err != nil {
		return nil, err
	}
	defer rows.Close() //nolint:errcheck // rows.Err tells
	schema := map[string]string{}
	for rows.Next() {
		var name, text string
		if err := rows.Scan(&name, &text); err != nil {
			return nil, err
		}
		schema[name] = text
	}
	return schema, rows.Err()
}
