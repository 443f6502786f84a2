package ledger

import (
	"fmt"
	"maps"
	"slices"

	"offcut/engine"
)

const (
	insertItems    = "INSERT INTO items (id, run, rule, bucket, key, upload_id, initiated, newest_part, parts, bytes, class, owner, initiator, reason, fingerprint)"
	itemColumns    = 15
	insertOutcomes = "INSERT INTO outcomes (number, item, rule, bucket, result, at, attempts, request_id, error, hash)"
	outcomeColumns = 10
	insertAnswers  = "INSERT OR REPLACE INTO answers (item, request_id, at)"
	answerColumns  = 3

	moveMark = "INSERT INTO intents (run, provider, through) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET through = max(through, excluded.through)"
	moveHead = "UPDATE chain SET number = ?, hash = ? WHERE id = 1"
	readHead = "SELECT number, hash FROM chain WHERE id = 1"

	// Sums stay at the largest number where they would exceed it.
	addSum = `INSERT INTO sums (run, day, rule, bucket, result, uploads, parts, bytes, monthly, currency, priced_at, unpriced_bytes,
		first_number, last_number, first_at, last_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT DO UPDATE SET uploads = uploads + excluded.uploads, parts = parts + excluded.parts,
		bytes = CASE WHEN bytes > 9223372036854775807 - excluded.bytes THEN 9223372036854775807 ELSE bytes + excluded.bytes END,
		unpriced_bytes = CASE WHEN unpriced_bytes > 9223372036854775807 - excluded.unpriced_bytes THEN 9223372036854775807
			ELSE unpriced_bytes + excluded.unpriced_bytes END,
		monthly = monthly + excluded.monthly,
		currency = CASE WHEN excluded.currency = '' THEN currency ELSE excluded.currency END,
		priced_at = CASE WHEN excluded.currency = '' THEN priced_at ELSE excluded.priced_at END,
		first_number = min(first_number, excluded.first_number), last_number = max(last_number, excluded.last_number),
		first_at = min(first_at, excluded.first_at), last_at = max(last_at, excluded.last_at)`
)

// frequentStatements are those that are prepared once.
func frequentStatements() []string {
	return []string{
		insertMany(insertItems, itemColumns), insertMany(insertOutcomes, outcomeColumns), insertMany(insertAnswers, answerColumns),
		insertText(insertOutcomes, outcomeColumns, 1), moveMark, moveHead, addSum,
	}
}

// store writes a load: the marks, then the answers, then the outcomes.
func (r *runLog) store(tx *transaction, b *load) error {
	for provider, through := range b.marks {
		if _, err := tx.exec(moveMark, r.id, provider, through); err != nil {
			return err
		}
	}
	for _, o := range b.outcomes {
		if o.Seq < 0 || o.Seq >= r.items {
			return fmt.Errorf("the outcome of item %d, but the run has %d", o.Seq, r.items)
		}
		delete(b.answers, o.Seq) // its outcome says more
	}
	if err := r.storeAnswers(tx, b.answers); err != nil {
		return err
	}
	if len(b.outcomes) == 0 {
		return nil
	}
	return r.storeOutcomes(tx, b.outcomes)
}

func (r *runLog) storeAnswers(tx *transaction, answers map[int64]answer) error {
	rows := newRows(tx, insertAnswers, answerColumns)
	for _, seq := range slices.Sorted(maps.Keys(answers)) { // in order they are cheaper to insert
		a := answers[seq]
		if err := rows.add(r.first+seq, a.requestID, a.at); err != nil {
			return err
		}
	}
	return rows.flush()
}

// storeOutcomes appends outcomes to the chain and to the sums.
func (r *runLog) storeOutcomes(tx *transaction, outcomes []*engine.Outcome) error {
	last, err := tx.head()
	if err != nil {
		return err
	}
	rows, sums := newRows(tx, insertOutcomes, outcomeColumns), sums{}
	var line []byte
	for _, o := range outcomes {
		k := r.linkOf(o, last.number+1)
		line = k.appendLine(line[:0], last.hash)
		last = head{k.number, hashOf(line)}
		rule, err := tx.ruleNumber(k.rule)
		if err != nil {
			return err
		}
		bucket, err := tx.bucketNumber(k.provider, k.bucket)
		if err != nil {
			return err
		}
		class, err := tx.class(r.prices[k.provider], k.class)
		if err != nil {
			return err
		}
		if err := rows.add(k.number, r.first+o.Seq, rule, bucket, k.result, k.at, k.attempts, k.requestID, k.err, slices.Clone(last.hash[:])); err != nil {
			return err
		}
		sums.add(sumKey{dayOf(k.at), rule, bucket, k.result}, &k, class)
	}
	if err := rows.flush(); err != nil {
		return err
	}
	if err := sums.store(tx, r.id); err != nil {
		return err
	}
	_, err = tx.exec(moveHead, last.number, last.hash[:])
	return err
}

func (t *transaction) head() (head, error) {
	var h head
	var hash []byte
	err := t.QueryRowContext(t.ctx, readHead).Scan(&h.number, &hash)
	if err == nil && len(hash) != len(h.hash) {
		err = fmt.Errorf("%w: the head of its chain is no hash", errDamaged)
	}
	copy(h.hash[:], hash)
	return h, err
}

// linkOf is the row of an outcome in the chain.
func (r *runLog) linkOf(o *engine.Outcome, number int64) link {
	u, p := &o.Item.Upload, &o.Item.Parts
	return link{
		number: number, at: o.At.UnixMicro(), run: r.run.ID, actor: r.run.Origin.Actor, rule: r.ruleOf(&o.Item),
		provider: u.Provider, bucket: u.Bucket, key: u.Key, uploadID: u.ID,
		class: u.StorageClass, owner: u.Owner, initiator: u.Initiator,
		initiated: stampOf(u.Initiated), newest: stampOf(p.Newest), parts: int64(p.Count), bytes: sizeOf(p.Bytes),
		reason: string(o.Item.Reason), requestID: o.RequestID, attempts: int64(o.Attempts), result: string(o.Result), err: o.Err,
	}
}

// A sumKey is a row of the sums within a run.
type sumKey struct {
	day          string
	rule, bucket int64
	result       string
}

// A sum is what is added to a row of the sums.
type sum struct {
	engine.Totals
	firstNumber, lastNumber, firstAt, lastAt int64
}

type sums map[sumKey]*sum

func (s sums) add(key sumKey, k *link, c class) {
	row := s[key]
	if row == nil {
		row = &sum{firstNumber: k.number, firstAt: k.at, lastAt: k.at}
		s[key] = row
	}
	row.Merge(engine.Totals{Uploads: 1, Parts: k.parts, Bytes: k.bytes, Cost: c.cost(k.bytes)})
	row.lastNumber = k.number
	row.firstAt, row.lastAt = min(row.firstAt, k.at), max(row.lastAt, k.at)
}

func (s sums) store(tx *transaction, run int64) error {
	for key, v := range s {
		_, err := tx.exec(addSum, run, key.day, key.rule, key.bucket, key.result,
			v.Uploads, v.Parts, v.Bytes, v.Cost.Monthly, v.Cost.Currency, v.Cost.PricedAt, v.Cost.UnpricedBytes,
			v.firstNumber, v.lastNumber, v.firstAt, v.lastAt)
		if err != nil {
			return err
		}
	}
	return nil
}

// dayOf is the day of a time in microseconds: "2026-11-22", UTC.
func dayOf(micro int64) string { return timeOf(stamp{Int64: micro, Valid: true}).Format("2006-01-02") }

// end ends the run. Answers and intents have served.
func (r *runLog) end(tx *transaction, end engine.RunEnd) error {
	var concluded int64
	if err := tx.QueryRowContext(tx.ctx, "SELECT coalesce(sum(uploads), 0) FROM sums WHERE run = ?", r.id).Scan(&concluded); err != nil {
		return err
	}
	if concluded != r.items {
		return fmt.Errorf("%d uploads were planned, %d have an outcome: the next apply settles the rest", r.items, concluded)
	}
	finished := stampOf(end.Finished)
	finished.Valid = true
	_, err := tx.ExecContext(tx.ctx, "UPDATE runs SET finished = ?, interrupted = ?, requests = ?, settled_by = ? WHERE id = ?",
		finished, end.Interrupted, end.Requests, orNull(end.SettledBy), r.id)
	if err != nil {
		return err
	}
	if _, err := tx.ExecContext(tx.ctx, "DELETE FROM intents WHERE run = ?", r.id); err != nil {
		return err
	}
	var open int64
	if err := tx.QueryRowContext(tx.ctx, "SELECT count(*) FROM runs WHERE finished IS NULL").Scan(&open); err != nil {
		return err
	}
	if open == 0 { // SQLite drops a whole table at once
		_, err = tx.ExecContext(tx.ctx, "DELETE FROM answers")
	} else {
		_, err = tx.ExecContext(tx.ctx, "DELETE FROM answers WHERE item >= ? AND item < ?", r.first, r.first+r.items)
	}
	return err
}
