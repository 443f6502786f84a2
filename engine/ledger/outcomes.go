package ledger

import (
	"context"
	"database/sql"
	"encoding/hex"
	"errors"
	"iter"
	"slices"
	"strings"

	"offcut/engine"
)

// An Entry is one outcome as the ledger holds it.
type Entry struct {
	Number int64 // place in the chain, from 1
	Run    string
	Actor  string
	Rule   engine.RuleOrigin
	engine.Outcome
	Money engine.Cost // a month's, that an aborted upload no longer costs
	Hash  string      // of this row, 64 hex digits
}

const (
	// fewRows is how many outcomes of a key are put in order in memory. Where there are
	// more, the chain is read from its end instead.
	fewRows = 50_000

	// rowsByNumber is how many rows are asked for by their numbers at once.
	rowsByNumber = 250
)

// Outcomes yields outcomes, the newest first.
func (l *Ledger) Outcomes(ctx context.Context, f Filter) iter.Seq2[Entry, error] {
	return func(yield func(Entry, error) bool) {
		q := &query{l: l, ctx: ctx, f: f, left: f.Limit, yield: yield}
		if err := q.run(); err != nil {
			yield(Entry{}, l.explain("read the outcomes of", err))
		}
	}
}

// Hash returns the hash of the row with this number, 64 hex digits; "" where there is no
// such row.
func (l *Ledger) Hash(ctx context.Context, number int64) (string, error) {
	var hash []byte
	err := l.read.QueryRowContext(ctx, "SELECT hash FROM outcomes WHERE number = ?", number).Scan(&hash)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return "", nil
	case err != nil:
		return "", l.explain("read the outcomes of", err)
	}
	return hex.EncodeToString(hash), nil
}

// A query is one reading of outcomes.
type query struct {
	l     *Ledger
	ctx   context.Context
	f     Filter
	left  int // rows that may still come; not looked at where f.Limit is 0
	yield func(Entry, error) bool
	done  bool       // no more is wanted
	keys  *keySearch // nil where no key is asked for

	runID     int64 // whose providers are
	providers []engine.ProviderStatus
}

func (q *query) run() error {
	if q.f.UploadID != "" {
		numbers, err := q.numbersOfUpload()
		if err != nil {
			return err
		}
		return q.fetch(numbers)
	}
	if !q.f.narrow() && q.f.Run == "" && !q.f.ofKeys() {
		return q.scan(&segment{first: 1, last: 1<<63 - 1})
	}
	zones, err := q.l.zones(q.ctx, &q.f, 0)
	if err != nil {
		return err
	}
	if q.f.ofKeys() {
		if q.keys, err = q.l.newKeySearch(q.ctx, &q.f); err != nil {
			return err
		}
		defer q.keys.close()
	}
	for _, s := range segments(zones) {
		if q.done {
			return nil
		}
		if err := q.segment(&s); err != nil {
			return err
		}
	}
	return nil
}

// segment reads one stretch of the chain.
func (q *query) segment(s *segment) error {
	if !q.f.ofKeys() {
		return q.scan(s)
	}
	parts := map[place]span{}
	count := int64(0)
	for _, z := range s.zones {
		p := place{z.run, z.bucket}
		part, err := q.keys.find(p)
		if err != nil {
			return err
		}
		if _, ok := parts[p]; !ok && part.items > 0 {
			parts[p] = part
			count += part.items
		}
	}
	if count > fewRows {
		return q.scan(s)
	}
	var numbers []int64
	for _, p := range parts {
		var c conditions
		c.and("o.item >= ? AND o.item < ? AND o.number BETWEEN ? AND ?", p.first, p.first+p.items, s.first, s.last)
		c.ofOutcomes(&q.f)
		some, err := q.numbers("FROM outcomes AS o CROSS JOIN items AS i ON i.id = o.item"+c.where(), c.args)
		if err != nil {
			return err
		}
		numbers = append(numbers, some...)
	}
	return q.fetch(numbers)
}

// numbersOfUpload finds the outcomes of an upload id.
func (q *query) numbersOfUpload() ([]int64, error) {
	var c conditions
	c.and("substr(i.upload_id, -8) = substr(?, -8)", q.f.UploadID)
	c.ofOutcomes(&q.f)
	return q.numbers("FROM items AS i INDEXED BY items_upload CROSS JOIN outcomes AS o ON o.item = i.id"+c.where(), c.args)
}

func (q *query) numbers(from string, args []any) ([]int64, error) {
	rows, err := q.l.read.QueryContext(q.ctx, "SELECT o.number "+from, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close() //nolint:errcheck // rows.Err tells
	var numbers []int64
	for rows.Next() {
		var n int64
		if err := rows.Scan(&n); err != nil {
			return nil, err
		}
		numbers = append(numbers, n)
	}
	return numbers, rows.Err()
}

// fetch reads the rows of some numbers.
func (q *query) fetch(numbers []int64) error {
	slices.Sort(numbers)
	slices.Reverse(numbers)
	for some := range slices.Chunk(numbers, rowsByNumber) {
		if q.done {
			return nil
		}
		args := make([]any, len(some))
		for i, n := range some {
			args[i] = n
		}
		text := selectEntries + " FROM outcomes AS o" + entryJoins +
			" WHERE o.number IN (?" + strings.Repeat(", ?", len(args)-1) + ") ORDER BY o.number DESC"
		if err := q.entries(text, args); err != nil {
			return err
		}
	}
	return nil
}

// scan reads a segment from its end. What is chosen is found first, by its number, so
// that nothing else is read of what is not.
func (q *query) scan(s *segment) error {
	var c conditions
	c.and("o.number BETWEEN ? AND ?", s.first, s.last)
	c.ofOutcomes(&q.f)
	limit := -1
	if q.f.Limit > 0 {
		limit = q.left
	}
	from := "outcomes AS o" + q.hint(s)
	if q.f.Run != "" || q.f.ofKeys() {
		from += " CROSS JOIN items AS i ON i.id = o.item"
	}
	text := selectEntries + " FROM (SELECT o.number FROM " + from + c.where() + " ORDER BY o.number DESC LIMIT ?) AS chosen" +
		" CROSS JOIN outcomes AS o ON o.number = chosen.number" + entryJoins
	return q.entries(text, append(c.args, limit))
}

// hint names the index that finds the rows of a segment sooner than reading all of
// them does, if there is one.
func (q *query) hint(s *segment) string {
	switch {
	case !q.f.usual():
		return " INDEXED BY outcomes_unusual"
	case s.uploads == 0 || s.uploads > (s.last-s.first)/4:
		return ""
	case q.f.Bucket != "" || q.f.Provider != "":
		return " INDEXED BY outcomes_bucket"
	case q.f.Rule != "":
		return " INDEXED BY outcomes_rule"
	}
	return ""
}

const (
	selectEntries = `SELECT o.number, o.item - r.first_item, r.id, r.plan, r.actor, u.address, u.file, u.line, o.result, o.at,
	o.attempts, o.request_id, o.error, o.hash, c.per_gib_month, c.currency, c.priced_at, ` + itemFields
	entryJoins = ` CROSS JOIN items AS i ON i.id = o.item
		CROSS JOIN runs AS r ON r.id = i.run
		CROSS JOIN rules AS u ON u.id = o.rule
		CROSS JOIN buckets AS b ON b.id = o.bucket ` + itemJoins
)

// entries yields the rows of a statement.
func (q *query) entries(text string, args []any) error {
	rows, err := q.l.read.QueryContext(q.ctx, text, args...)
	if err != nil {
		return err
	}
	defer rows.Close() //nolint:errcheck // rows.Err tells
	for rows.Next() && !q.done {
		e, err := q.entry(rows)
		if err != nil {
			return err
		}
		q.left--
		more := q.yield(e, nil)
		q.done = !more || q.f.Limit > 0 && q.left <= 0
	}
	return rows.Err()
}

func (q *query) entry(rows *sql.Rows) (Entry, error) {
	var e Entry
	var item itemRow
	var run, at int64
	var result string
	var hash []byte
	var price class
	err := rows.Scan(append([]any{
		&e.Number, &e.Seq, &run, &e.Run, &e.Actor, &e.Rule.Address, &e.Rule.File, &e.Rule.Line, &result, &at,
		&e.Attempts, &e.RequestID, &e.Err, &hash, &price.perGiB, &price.currency, &price.pricedAt,
	}, item.fields()...)...)
	if err != nil {
		return e, err
	}
	if q.runID != run {
		if q.providers, err = q.l.providersOf(q.ctx, run); err != nil {
			return e, err
		}
		q.runID = run
	}
	e.Item, e.Result, e.At, e.Hash = item.item(q.providers), engine.Result(result), timeOf(stamp{Int64: at, Valid: true}), hex.EncodeToString(hash)
	if e.Result == engine.Aborted {
		e.Money = price.cost(item.bytes)
	}
	return e, nil
}

// providersOf reads the providers of a run.
func (l *Ledger) providersOf(ctx context.Context, run int64) ([]engine.ProviderStatus, error) {
	var text string
	if err := l.read.QueryRowContext(ctx, "SELECT providers FROM runs WHERE id = ?", run).Scan(&text); err != nil {
		return nil, err
	}
	return readProviders(text)
}
