package ledger

import (
	"context"
	"iter"

	"offcut/engine"
	"offcut/rules"
)

// doubtsAtOnce is how many doubts are read in one query. Between the queries the writer
// is free to tidy up behind itself.
const doubtsAtOnce = 1000

// Unsettled lists the runs that did not finish. See engine.Journal.
func (l *Ledger) Unsettled() ([]engine.Unsettled, error) {
	open, err := l.openRuns(context.Background())
	if err != nil {
		return nil, l.explain("read the unfinished runs of", err)
	}
	var list []engine.Unsettled
	for _, r := range open {
		list = append(list, engine.Unsettled{Run: *r.run, Log: r, Doubts: r.doubts()})
	}
	return list, nil
}

func (l *Ledger) openRuns(ctx context.Context) ([]*runLog, error) {
	rows, err := l.read.QueryContext(ctx, "SELECT "+runColumns+" FROM runs WHERE finished IS NULL ORDER BY id")
	if err != nil {
		return nil, err
	}
	defer rows.Close() //nolint:errcheck // rows.Err tells
	var logs []*runLog
	for rows.Next() {
		row, err := scanRun(rows)
		if err != nil {
			return nil, err
		}
		log := newRunLog(l, &row.Run)
		log.id, log.first, log.items = row.id, row.first, row.items
		logs = append(logs, log)
	}
	return logs, rows.Err()
}

// marksOnDisk reads how far each provider of the run was intended.
func (r *runLog) marksOnDisk(ctx context.Context) (map[string]int64, error) {
	rows, err := r.l.read.QueryContext(ctx, "SELECT provider, through FROM intents WHERE run = ?", r.id)
	if err != nil {
		return nil, err
	}
	defer rows.Close() //nolint:errcheck // rows.Err tells
	marks := map[string]int64{}
	for rows.Next() {
		var provider string
		var through int64
		if err := rows.Scan(&provider, &through); err != nil {
			return nil, err
		}
		marks[provider] = through
	}
	return marks, rows.Err()
}

// doubts yields the items without outcome, in plan order.
func (r *runLog) doubts() iter.Seq2[engine.Doubt, error] {
	return func(yield func(engine.Doubt, error) bool) {
		ctx := context.Background()
		marks, err := r.marksOnDisk(ctx)
		for next := r.first; err == nil && next < r.first+r.items; {
			var some []engine.Doubt
			some, err = r.doubtsFrom(ctx, next)
			if err == nil && len(some) == 0 {
				return
			}
			for i := range some {
				d := &some[i]
				next = r.first + d.Seq + 1
				through, ok := marks[d.Item.Upload.Provider]
				d.Intended = d.Answered || ok && d.Seq <= through
				if !yield(*d, nil) {
					return
				}
			}
		}
		if err != nil {
			yield(engine.Doubt{}, r.l.explain("read the unfinished run "+r.run.ID+" of", err))
		}
	}
}

const selectDoubts = `SELECT i.id, ` + itemFields + `, a.item IS NOT NULL, coalesce(a.request_id, '')
	FROM items AS i ` + itemJoins + `
	JOIN rules AS u ON u.id = i.rule
	JOIN buckets AS b ON b.id = i.bucket
	LEFT JOIN answers AS a ON a.item = i.id
	WHERE i.id >= ? AND i.id < ? AND NOT EXISTS (SELECT 1 FROM outcomes AS o WHERE o.item = i.id)
	ORDER BY i.id LIMIT ?`

func (r *runLog) doubtsFrom(ctx context.Context, id int64) ([]engine.Doubt, error) {
	rows, err := r.l.read.QueryContext(ctx, selectDoubts, id, r.first+r.items, doubtsAtOnce)
	if err != nil {
		return nil, err
	}
	defer rows.Close() //nolint:errcheck // rows.Err tells
	list := make([]engine.Doubt, 0, doubtsAtOnce)
	for rows.Next() {
		var item itemRow
		var id int64
		var d engine.Doubt
		if err := rows.Scan(append(append([]any{&id}, item.fields()...), &d.Answered, &d.RequestID)...); err != nil {
			return nil, err
		}
		d.Item, d.Seq = item.item(r.run.Providers), id-r.first
		list = append(list, d)
	}
	return list, rows.Err()
}

// itemFields are the fields of an itemRow, and itemJoins what they need beside items
// as i, rules as u and buckets as b.
const (
	itemFields = `u.address, b.provider, b.bucket, i.key, i.upload_id, i.initiated, i.newest_part, i.parts, i.bytes,
		c.storage_class, coalesce(w.account, ''), coalesce(n.account, ''), i.reason, i.fingerprint`
	itemJoins = `JOIN classes AS c ON c.id = i.class
		LEFT JOIN accounts AS w ON w.id = i.owner
		LEFT JOIN accounts AS n ON n.id = i.initiator`
)

// An itemRow is a planned upload as it is read.
type itemRow struct {
	rule, provider, bucket, key, uploadID string
	initiated, newest                     stamp
	parts, bytes                          int64
	class, owner, initiator               string
	reason, fingerprint                   string
}

func (r *itemRow) fields() []any {
	return []any{
		&r.rule, &r.provider, &r.bucket, &r.key, &r.uploadID, &r.initiated, &r.newest, &r.parts, &r.bytes,
		&r.class, &r.owner, &r.initiator, &r.reason, &r.fingerprint,
	}
}

// item is the planned upload. Its ages count, as in the plan, from the provider's now.
func (r *itemRow) item(providers []engine.ProviderStatus) engine.Item {
	item := engine.Item{
		Upload: rules.Upload{
			Provider: r.provider, Bucket: r.bucket, Key: r.key, ID: r.uploadID, Initiated: timeOf(r.initiated),
			StorageClass: r.class, Owner: r.owner, Initiator: r.initiator,
		},
		Parts:  rules.Parts{Count: int(r.parts), Bytes: r.bytes, Newest: timeOf(r.newest), Fingerprint: r.fingerprint},
		Reason: rules.Reason(r.reason), Rule: r.rule,
	}
	for i := range providers {
		if p := &providers[i]; p.Address == r.provider && !p.Now.IsZero() && r.initiated.Valid {
			item.Age, item.Idle = rules.Age(&item.Upload, p.Now), rules.Idle(&item.Upload, &item.Parts, p.Now)
		}
	}
	return item
}
