package ledger

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"math"
	"strings"
	"time"

	"offcut/engine"
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
	return fmt.Errorf("plan %s: %w, by %s with %q at %s: plan again", plan, engine.ErrPlanApplied,
		actor, command, timeOf(started).Format("2006-01-02 15:04:05 UTC"))
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
	for item, err := range items {
		if err != nil {
			return 0, fmt.Errorf("read the plan: %w", err)
		}
		if err := r.addItem(rows, r.first+n, &item); err != nil {
			return 0, err
		}
		n++
	}
	return n, rows.flush()
}

func (r *runLog) addItem(rows *rows, id int64, item *engine.Item) error {
	tx, u, p := rows.tx, &item.Upload, &item.Parts
	rule, err := tx.ruleNumber(r.ruleOf(item))
	if err != nil {
		return err
	}
	bucket, err := tx.bucketNumber(u.Provider, u.Bucket)
	if err != nil {
		return err
	}
	class, err := tx.class(r.kinds[u.Provider], u.StorageClass)
	if err != nil {
		return err
	}
	owner, err := tx.accountNumber(u.Owner)
	if err != nil {
		return err
	}
	initiator, err := tx.accountNumber(u.Initiator)
	if err != nil {
		return err
	}
	return rows.add(id, r.id, rule, bucket, u.Key, u.ID, stampOf(u.Initiated), stampOf(p.Newest),
		int64(p.Count), sizeOf(p.Bytes), class.id, owner, initiator, string(item.Reason), p.Fingerprint)
}

// sizeOf is the size of an upload; the largest number where it cannot be counted.
func sizeOf(bytes int64) int64 {
	if bytes < 0 {
		return math.MaxInt64
	}
	return bytes
}

// A rows collects rows of one table, and inserts many of them with one statement.
type rows struct {
	tx      *transaction
	into    string
	columns int
	args    []any
}

const rowsAtOnce = 32

func newRows(tx *transaction, into string, columns int) *rows {
	return &rows{tx: tx, into: into, columns: columns, args: make([]any, 0, rowsAtOnce*columns)}
}

func (r *rows) add(values ...any) error {
	r.args = append(r.args, values...)
	if len(r.args) < rowsAtOnce*r.columns {
		return nil
	}
	return r.insert(rowsAtOnce)
}

// flush inserts the rest, which are fewer than one statement takes.
func (r *rows) flush() error {
	if len(r.args) == 0 {
		return nil
	}
	return r.insert(len(r.args) / r.columns)
}

func (r *rows) insert(n int) error {
	_, err := r.tx.exec(insertText(r.into, r.columns, n), r.args...)
	r.args = r.args[:0]
	return err
}

func insertText(into string, columns, n int) string {
	one := "(?" + strings.Repeat(", ?", columns-1) + ")"
	return into + " VALUES " + one + strings.Repeat(", "+one, n-1)
}

// A providerJSON is a provider of a run as the ledger keeps it: what is needed to see
// later whether buckets are still the same.
type providerJSON struct {
	Address       string          `json:"address"`
	Identity      engine.Identity `json:"identity"`
	ListingProves bool            `json:"listing_proves,omitempty"`
	Now           time.Time       `json:"now,omitzero"`
	Skew          time.Duration   `json:"skew_ns,omitempty"`
	Buckets       []engine.Bucket `json:"buckets,omitempty"`
	Notes         []string        `json:"notes,omitempty"`
}

func providersOf(list []engine.ProviderStatus) []providerJSON {
	out := make([]providerJSON, len(list))
	for i, p := range list {
		out[i] = providerJSON{p.Address, p.Identity, p.Identity.ListingProves, p.Now, p.Skew, p.Buckets, p.Notes}
	}
	return out
}

func readProviders(text string) ([]engine.ProviderStatus, error) {
	var list []providerJSON
	if err := json.Unmarshal([]byte(text), &list); err != nil {
		return nil, fmt.Errorf("%w: the providers of a run cannot be read: %w", errDamaged, err)
	}
	var out []engine.ProviderStatus
	for _, p := range list {
		p.Identity.ListingProves = p.ListingProves
		out = append(out, engine.ProviderStatus{Address: p.Address, Identity: p.Identity, Now: p.Now, Skew: p.Skew, Buckets: p.Buckets, Notes: p.Notes})
	}
	return out, nil
}

// A ruleJSON is an acting rule of a run as the ledger keeps it.
type ruleJSON struct {
	Address string `json:"address"`
	File    string `json:"file"`
	Line    int    `json:"line"`
}

func rulesOf(list []engine.RuleOrigin) []ruleJSON {
	out := make([]ruleJSON, len(list))
	for i, r := range list {
		out[i] = ruleJSON(r)
	}
	return out
}

func readRules(text string) ([]engine.RuleOrigin, error) {
	var list []ruleJSON
	if err := json.Unmarshal([]byte(text), &list); err != nil {
		return nil, fmt.Errorf("%w: the rules of a run cannot be read: %w", errDamaged, err)
	}
	var out []engine.RuleOrigin
	for _, r := range list {
		out = append(out, engine.RuleOrigin(r))
	}
	return out, nil
}
