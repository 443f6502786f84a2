package ledger

import (
	"context"
	"database/sql"
	"strings"
)

// A place is a bucket in a run.
type place struct{ run, bucket int64 }

// A spanIndex finds the items of a bucket in a run. As they lie in the order of their
// keys, a key is found among a million of them by looking at twenty.
type spanIndex map[place]span

// spans reads the spans of the choice.
func (l *Ledger) spans(ctx context.Context, f *Filter) (spanIndex, error) {
	var c conditions
	c.ofRun("run", f)
	rows, err := l.read.QueryContext(ctx, "SELECT run, bucket, first_item, items FROM spans"+c.where(), c.args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close() //nolint:errcheck // rows.Err tells
	index := spanIndex{}
	for rows.Next() {
		var run int64
		var s span
		if err := rows.Scan(&run, &s.bucket, &s.first, &s.items); err != nil {
			return nil, err
		}
		index[place{run, s.bucket}] = s
	}
	return index, rows.Err()
}

// find returns where the items of a key, or of keys with a beginning, lie in the runs
// and buckets of a segment, and how many they are.
func (x spanIndex) find(ctx context.Context, l *Ledger, s *segment, f *Filter) (list []span, count int64, err error) {
	stmt, err := l.read.PrepareContext(ctx, "SELECT key FROM items WHERE id = ?")
	if err != nil {
		return nil, 0, err
	}
	defer stmt.Close() //nolint:errcheck // it only reads
	seen := map[place]bool{}
	for _, z := range s.zones {
		p := place{z.run, z.bucket}
		if seen[p] {
			continue
		}
		seen[p] = true
		part, err := narrow(ctx, stmt, x[p], f)
		if err != nil {
			return nil, 0, err
		}
		if part.items > 0 {
			list = append(list, part)
			count += part.items
		}
	}
	return list, count, nil
}

// narrow returns the part of a span whose keys are chosen.
func narrow(ctx context.Context, stmt *sql.Stmt, s span, f *Filter) (span, error) {
	first, err := search(ctx, stmt, s.first, s.first+s.items, func(key string) bool { return key >= f.Key })
	if err != nil {
		return span{}, err
	}
	end, err := search(ctx, stmt, first, s.first+s.items, func(key string) bool {
		return key > f.Key && (!f.KeyPrefix || !strings.HasPrefix(key, f.Key))
	})
	return span{bucket: s.bucket, first: first, items: end - first}, err
}

// search returns the first item from low to high, not included, whose key is beyond;
// once one is, all after it are.
func search(ctx context.Context, stmt *sql.Stmt, low, high int64, beyond func(string) bool) (int64, error) {
	for low < high {
		middle := low + (high-low)/2
		var key string
		if err := stmt.QueryRowContext(ctx, middle).Scan(&key); err != nil {
			return 0, err
		}
		if beyond(key) {
			high = middle
		} else {
			low = middle + 1
		}
	}
	return low, nil
}
