package ledger

import (
	"context"
	"math"

	"offcut/engine"
)

// Sums adds up the outcomes that f chooses, whatever its limit, by result.
func (l *Ledger) Sums(ctx context.Context, f Filter) (map[engine.Result]engine.Totals, error) {
	sums := map[engine.Result]engine.Totals{}
	err := l.addSums(ctx, &f, sums)
	return sums, l.explain("read the sums of", err)
}

func (l *Ledger) addSums(ctx context.Context, f *Filter, sums map[engine.Result]engine.Totals) error {
	if f.UploadID != "" {
		var c conditions
		c.and("substr(i.upload_id, -8) = substr(?, -8)", f.UploadID)
		c.ofOutcomes(f)
		return l.addCounted(ctx, &c, " INDEXED BY items_upload", sums)
	}
	zones, err := l.zones(ctx, f, 0)
	if err != nil {
		return err
	}
	if f.ofKeys() {
		return l.addSumsOfKey(ctx, f, zones, sums)
	}
	for i := range zones {
		if err := l.addZone(ctx, &zones[i], f, sums); err != nil {
			return err
		}
	}
	return nil
}

// addZone adds what of a zone lies in the time that was asked for.
func (l *Ledger) addZone(ctx context.Context, z *zone, f *Filter, sums map[engine.Result]engine.Totals) (err error) {
	if !f.within(z) {
		if z.totals, err = l.partOf(ctx, z, f); err != nil {
			return err
		}
	}
	if z.totals.Uploads > 0 {
		addTotals(sums, z.result, z.totals)
	}
	return nil
}

// addSumsOfKey adds the sums of what has a key or the beginning of one. Where all that a
// run planned in a bucket begins so, its sums are known.
func (l *Ledger) addSumsOfKey(ctx context.Context, f *Filter, zones []zone, sums map[engine.Result]engine.Totals) error {
	keys, err := l.newKeySearch(ctx, f)
	if err != nil {
		return err
	}
	defer keys.close()
	for p, zones := range byPlace(zones) {
		part, err := keys.find(p)
		switch {
		case err != nil:
			return err
		case part.items == keys.spans[p].items && f.KeyGlob == "":
			for i := range zones {
				if err := l.addZone(ctx, &zones[i], f, sums); err != nil {
					return err
				}
			}
		case part.items > 0:
			var c conditions
			c.and("i.id >= ? AND i.id < ?", part.first, part.first+part.items)
			c.ofOutcomes(f)
			if err := l.addCounted(ctx, &c, "", sums); err != nil {
				return err
			}
		}
	}
	return nil
}

func byPlace(zones []zone) map[place][]zone {
	places := map[place][]zone{}
	for _, z := range zones {
		p := place{z.run, z.bucket}
		places[p] = append(places[p], z)
	}
	return places
}

// addCounted adds up outcomes o of items i one by one; hint is for the items.
func (l *Ledger) addCounted(ctx context.Context, c *conditions, hint string, sums map[engine.Result]engine.Totals) error {
	return l.count(ctx, "items AS i"+hint+" CROSS JOIN outcomes AS o ON o.item = i.id", c, sums)
}

// count adds up the rows of a choice by result and price. A sum of bytes is exact up to
// 8 PiB, and stays at the largest number where it would exceed it.
func (l *Ledger) count(ctx context.Context, from string, c *conditions, sums map[engine.Result]engine.Totals) error {
	rows, err := l.read.QueryContext(ctx, `SELECT n.result, n.uploads, n.parts, n.bytes, c.per_gib_month, c.currency, c.priced_at FROM
		(SELECT o.result, i.class, count(*) AS uploads, sum(i.parts) AS parts, total(i.bytes) AS bytes FROM `+from+c.where()+`
		GROUP BY o.result, i.class) AS n CROSS JOIN classes AS c ON c.id = n.class ORDER BY n.result, c.id`, c.args...)
	if err != nil {
		return err
	}
	defer rows.Close() //nolint:errcheck // rows.Err tells
	for rows.Next() {
		var t engine.Totals
		var result string
		var bytes float64
		var price class
		if err := rows.Scan(&result, &t.Uploads, &t.Parts, &bytes, &price.perGiB, &price.currency, &price.pricedAt); err != nil {
			return err
		}
		if t.Bytes = math.MaxInt64; bytes < math.MaxInt64 {
			t.Bytes = int64(bytes)
		}
		t.Cost = price.cost(t.Bytes)
		addTotals(sums, result, t)
	}
	return rows.Err()
}
