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
	rows, err := l.read.QueryContext(ctx, "SELECT run, bucket, first_item, items, first_key, last_key FROM spans"+c.where(), c.args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close() //nolint:errcheck // rows.Err tells
	index := spanIndex{}
	for rows.Next() {
		var run int64
		var s span
		if err := rows.Scan(&run, &s.bucket, &s.first, &s.items, &s.firstKey, &s.lastKey); err != nil {
			return nil, err
		}
		index[place{run, s.bucket}] = s
	}
	return index, rows.Err()
}

// A keySearch finds the items of a key, or of keys with a beginning.
type keySearch struct {
	ctx    context.Context
	f      *Filter
	spans  spanIndex
	keyOf  *sql.Stmt
	places map[place]span // found before
}

// newKeySearch begins a search for what f asks of keys. Close it.
func (l *Ledger) newKeySearch(ctx context.Context, f *Filter) (*keySearch, error) {
	spans, err := l.spans(ctx, f)
	if err != nil {
		return nil, err
	}
	keyOf, err := l.read.PrepareContext(ctx, "SELECT key FROM items WHERE id = ?")
	return &keySearch{ctx: ctx, f: f, spans: spans, keyOf: keyOf, places: map[place]span{}}, err
}

func (k *keySearch) close() { _ = k.keyOf.Close() } // it only reads

// find returns where the items lie in a run and bucket.
func (k *keySearch) find(p place) (span, error) {
	part, ok := k.places[p]
	if !ok {
		var err error
		if part, err = k.narrow(k.spans[p]); err != nil {
			return part, err
		}
		k.places[p] = part
	}
	return part, nil
}

func (k *keySearch) reached(key string) bool { return key >= k.f.Key }

func (k *keySearch) passed(key string) bool {
	return key > k.f.Key && (!k.f.KeyPrefix || !strings.HasPrefix(key, k.f.Key))
}

// narrow returns the part of a span whose keys are chosen.
func (k *keySearch) narrow(s span) (span, error) {
	first, end := s.first, s.first+s.items
	if s.items == 0 || !k.reached(s.lastKey) || k.passed(s.firstKey) {
		return span{}, nil
	}
	var err error
	if !k.reached(s.firstKey) {
		if first, err = k.search(first, end, k.reached); err != nil {
			return span{}, err
		}
	}
	if k.passed(s.lastKey) {
		end, err = k.search(first, end, k.passed)
	}
	return span{bucket: s.bucket, first: first, items: end - first}, err
}

// search returns the first item from low to high, not included, whose key is beyond;
// once one is, all after it are.
func (k *keySearch) search(low, high int64, beyond func(string) bool) (int64, error) {
	for low < high {
		middle := low + (high-low)/2
		var key string
		if err := k.keyOf.QueryRowContext(k.ctx, middle).Scan(&key); err != nil {
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
