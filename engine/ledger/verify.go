package ledger

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/hex"
	"errors"
	"math"
	"slices"

	"offcut/engine"
)

// maxChanged bounds the changed rows that are looked for at other places.
const maxChanged = 32

// Verify reads the whole chain, and compares it with what was planned and with the
// sums.
func (l *Ledger) Verify(ctx context.Context) (Chain, error) {
	v := &verifying{ctx: ctx, l: l, concluded: map[int64]int64{}, sums: map[verifyKey]*engine.Totals{}}
	err := l.readAtOnce(ctx, v.run)
	return v.chain, l.explain("verify", err)
}

// readAtOnce runs f on the ledger as it is at one instant.
func (l *Ledger) readAtOnce(ctx context.Context, f func(*sql.Tx) error) error {
	tx, err := l.read.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback() //nolint:errcheck // it only reads
	return f(tx)
}

// A verifying is one Verify.
type verifying struct {
	ctx       context.Context
	l         *Ledger
	tx        *sql.Tx
	chain     Chain
	last      head
	line      []byte
	concluded map[int64]int64 // outcomes by run
	sums      map[verifyKey]*engine.Totals
	changed   []changedRow
}

type verifyKey struct {
	run, rule, bucket int64
	day, result       string
}

// A changedRow is one whose hash does not fit its content.
type changedRow struct {
	link              link
	stored, prev, now hash // now: of what it holds
}

func (v *verifying) run(tx *sql.Tx) error {
	v.tx = tx
	steps := []func() error{v.readPrunings, v.readRows, v.checkHead, v.checkRuns, v.checkSums}
	for _, step := range steps {
		if err := step(); err != nil {
			return err
		}
	}
	v.explainChanged()
	return nil
}

func (v *verifying) readPrunings() error {
	list, last, err := readPrunings(v.ctx, v.tx)
	v.chain.Pruned, v.last = list, last
	v.chain.First, v.chain.Last = last.number+1, last.number
	return err
}

func readPrunings(ctx context.Context, tx *sql.Tx) (list []Pruning, last head, err error) {
	rows, err := tx.QueryContext(ctx, "SELECT through, hash, at, actor FROM prunings ORDER BY through")
	if err != nil {
		return nil, last, err
	}
	defer rows.Close() //nolint:errcheck // rows.Err tells
	for rows.Next() {
		var p Pruning
		var at stamp
		var hash []byte
		if err := rows.Scan(&p.Through, &hash, &at, &p.By); err != nil {
			return nil, last, err
		}
		p.At = timeOf(at)
		last.number = p.Through
		copy(last.hash[:], hash)
		list = append(list, p)
	}
	return list, last, rows.Err()
}

// A storedRow is a row of the chain as the ledger holds it.
type storedRow struct {
	link
	hash            hash
	run, rule, buck int64
	class           class
	whole           bool // everything that it refers to is there
	agrees          bool // its rule and bucket are those of its item
}

const selectLinks = `SELECT o.number, o.at, o.result, o.attempts, o.request_id, o.error, o.hash, o.rule, o.bucket,
	i.id IS NOT NULL AND r.id IS NOT NULL AND u.id IS NOT NULL AND b.id IS NOT NULL AND c.id IS NOT NULL,
	coalesce(i.rule = o.rule AND i.bucket = o.bucket AND i.id >= r.first_item AND i.id < r.first_item + r.items, 0),
	coalesce(r.id, 0), coalesce(r.plan, ''), coalesce(r.actor, ''), coalesce(u.address, ''), coalesce(u.file, ''), coalesce(u.line, 0),
	coalesce(b.provider, ''), coalesce(b.bucket, ''), coalesce(i.key, ''), coalesce(i.upload_id, ''), i.initiated, i.newest_part,
	coalesce(i.parts, 0), coalesce(i.bytes, 0), coalesce(i.reason, ''),
	coalesce(c.storage_class, ''), coalesce(c.per_gib_month, 0.0), coalesce(c.currency, ''), coalesce(c.priced_at, ''),
	coalesce(w.account, ''), coalesce(n.account, '')
	FROM outcomes AS o LEFT JOIN items AS i ON i.id = o.item LEFT JOIN runs AS r ON r.id = i.run
	LEFT JOIN rules AS u ON u.id = o.rule LEFT JOIN buckets AS b ON b.id = o.bucket LEFT JOIN classes AS c ON c.id = i.class
	LEFT JOIN accounts AS w ON w.id = i.owner LEFT JOIN accounts AS n ON n.id = i.initiator
	ORDER BY o.number`

// eachLink calls f with every row of the chain, in its order.
func eachLink(ctx context.Context, tx *sql.Tx, f func(*storedRow) error) error {
	rows, err := tx.QueryContext(ctx, selectLinks)
	if err != nil {
		return err
	}
	defer rows.Close() //nolint:errcheck // rows.Err tells
	for rows.Next() {
		var r storedRow
		var hash []byte
		k := &r.link
		err := rows.Scan(&k.number, &k.at, &k.result, &k.attempts, &k.requestID, &k.err, &hash, &r.rule, &r.buck,
			&r.whole, &r.agrees,
			&r.run, &k.run, &k.actor, &k.rule.Address, &k.rule.File, &k.rule.Line,
			&k.provider, &k.bucket, &k.key, &k.uploadID, &k.initiated, &k.newest,
			&k.parts, &k.bytes, &k.reason,
			&k.class, &r.class.perGiB, &r.class.currency, &r.class.pricedAt, &k.owner, &k.initiator)
		if err != nil {
			return err
		}
		copy(r.hash[:], hash)
		if err := f(&r); err != nil {
			return err
		}
	}
	return rows.Err()
}

func (v *verifying) readRows() error {
	return eachLink(v.ctx, v.tx, func(r *storedRow) error {
		v.row(r)
		return nil
	})
}

// row checks one row, and goes on from it as it is stored: a change is told where it
// is, and not at every row that follows.
func (v *verifying) row(r *storedRow) {
	n := r.number
	v.chain.Rows++
	gap := n != v.last.number+1
	switch {
	case n <= v.last.number:
		v.chain.broken(n, "row %d stands within what retention removed, which is all up to row %d", n, v.last.number)
		return
	case gap:
		v.chain.missing(v.last.number+1, n-1)
	}
	v.line = r.appendLine(v.line[:0], v.last.hash)
	now := hashOf(v.line)
	switch {
	case !r.whole:
		v.chain.broken(n, "row %d refers to a planned upload, or to something of it, that is missing", n)
	case !gap && now != r.hash && len(v.changed) < maxChanged:
		v.changed = append(v.changed, changedRow{link: r.link, stored: r.hash, prev: v.last.hash, now: now})
	case !gap && now != r.hash:
		v.chain.broken(n, changedText, n, r.link.run, r.bucket, r.key, r.uploadID)
	case !r.agrees:
		v.chain.broken(n, "row %d names another rule or bucket than the planned upload that it refers to, or one of another run", n)
	}
	v.last = head{n, r.hash}
	v.chain.Last = n
	v.add(r)
}

func (v *verifying) add(r *storedRow) {
	v.concluded[r.run]++
	key := verifyKey{r.run, r.rule, r.buck, dayOf(r.at), r.result}
	sum := v.sums[key]
	if sum == nil {
		sum = &engine.Totals{}
		v.sums[key] = sum
	}
	sum.Merge(engine.Totals{Uploads: 1, Parts: r.parts, Bytes: r.bytes, Cost: r.class.cost(r.bytes)})
}

// checkHead compares the end of the chain with the head, which is kept apart.
func (v *verifying) checkHead() error {
	v.chain.Head = v.last.hash.String()
	var number int64
	var stored []byte
	err := v.tx.QueryRowContext(v.ctx, readHead).Scan(&number, &stored)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		v.chain.broken(v.last.number, "the head of the chain is missing, so that it is not known whether rows are missing at its end")
		return nil
	case err != nil:
		return err
	case number > v.last.number:
		v.chain.missing(v.last.number+1, number)
	case number < v.last.number:
		v.chain.broken(number+1, "row %d and what follows it were put behind the end of the chain, which is row %d", number+1, number)
	case hex.EncodeToString(stored) != v.chain.Head:
		v.chain.broken(number, "row %d is not the one that the head of the chain names", number)
	}
	return nil
}

// checkRuns compares the runs with their items and outcomes.
func (v *verifying) checkRuns() error {
	rows, err := v.tx.QueryContext(v.ctx, `SELECT r.id, r.plan, r.items, r.finished IS NOT NULL, coalesce(n.items, 0)
		FROM runs AS r LEFT JOIN (SELECT run, count(*) AS items FROM items GROUP BY run) AS n ON n.run = r.id ORDER BY r.id`)
	if err != nil {
		return err
	}
	defer rows.Close() //nolint:errcheck // rows.Err tells
	for rows.Next() {
		var id, planned, items int64
		var plan string
		var finished bool
		if err := rows.Scan(&id, &plan, &planned, &finished, &items); err != nil {
			return err
		}
		if items != planned {
			v.chain.broken(v.last.number, "run %s planned %d uploads, and %d are recorded", plan, planned, items)
		}
		if done := v.concluded[id]; finished && done != planned {
			v.chain.broken(v.last.number, "run %s ended, but of its %d planned uploads %d have an outcome", plan, planned, done)
		}
	}
	return rows.Err()
}

// checkSums compares the sums with what they sum.
func (v *verifying) checkSums() error {
	rows, err := v.tx.QueryContext(v.ctx, selectZones)
	if err != nil {
		return err
	}
	defer rows.Close() //nolint:errcheck // rows.Err tells
	zones, err := scanZones(rows)
	if err != nil {
		return err
	}
	for _, z := range zones {
		key := verifyKey{z.run, z.rule, z.bucket, z.day, z.result}
		if sum := v.sums[key]; sum == nil || !sameTotals(*sum, z.totals) {
			v.chain.broken(z.last, "the sums of %s outcomes of %s, rows %d to %d, are not those of the rows", z.result, z.day, z.first, z.last)
		}
		delete(v.sums, key)
	}
	for key := range v.sums {
		v.chain.broken(v.last.number, "the sums of %s outcomes of %s are missing", key.result, key.day)
	}
	return nil
}

// sameTotals compares money roughly: it was added up in another order.
func sameTotals(a, b engine.Totals) bool {
	near := math.Abs(a.Cost.Monthly-b.Cost.Monthly) <= 1e-6*max(1, math.Abs(b.Cost.Monthly))
	a.Cost.Monthly, b.Cost.Monthly = 0, 0
	return near && a == b
}

const changedText = "row %d was changed: its hash does not fit what it holds (run %s, bucket %s, key %q, upload %q) and the row before it"

// explainChanged tells of the changed rows: one that stands after another is whole in
// itself where it follows what was written there, and one that was moved is told as that.
func (v *verifying) explainChanged() {
	var hashes []hash
	for i := range v.changed {
		c := &v.changed[i]
		hashes = append(hashes, c.prev, c.stored, c.now)
	}
	for i := range v.changed {
		c := &v.changed[i]
		n := c.link.number
		if i > 0 && v.changed[i-1].link.number == n-1 && v.writtenAs(c, n, c.stored, hashes) {
			continue
		}
		if place := v.placeOf(i, hashes); place != 0 {
			v.chain.broken(n, "row %d is not at its place: it was written as row %d", n, place)
			continue
		}
		v.chain.broken(n, changedText, n, c.link.run, c.link.bucket, c.link.key, c.link.uploadID)
	}
	slices.SortStableFunc(v.chain.Broken, func(a, b Break) int { return cmp.Compare(a.Number, b.Number) })
}

// placeOf returns as which of the other changed rows a row was written, or 0.
func (v *verifying) placeOf(i int, hashes []hash) int64 {
	for j := range v.changed {
		if n := v.changed[j].link.number; i != j && v.writtenAs(&v.changed[i], n, v.changed[j].stored, hashes) {
			return n
		}
	}
	return 0
}

// writtenAs reports whether the content of a row has its own or another's hash as row n.
func (v *verifying) writtenAs(c *changedRow, n int64, other hash, prevs []hash) bool {
	k := c.link
	k.number = n
	for _, prev := range prevs {
		v.line = k.appendLine(v.line[:0], prev)
		if h := hashOf(v.line); h == c.stored || h == other {
			return true
		}
	}
	return false
}
