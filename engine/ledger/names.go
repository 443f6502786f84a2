package ledger

import (
	"database/sql"
	"errors"

	"offcut/engine"
	"offcut/rules"
)

// maxNames bounds the names that are remembered: accounts may be as many as uploads.
const maxNames = 10_000

// names remembers the numbers of rules, buckets, storage classes and accounts, which
// are written once and referred to by number.
type names struct {
	rules    map[engine.RuleOrigin]int64
	buckets  map[[2]string]int64 // provider, bucket
	classes  map[classKey]class
	accounts map[string]int64
}

func newNames() *names {
	n := &names{}
	n.forget()
	return n
}

func (n *names) forget() {
	n.rules, n.buckets = map[engine.RuleOrigin]int64{}, map[[2]string]int64{}
	n.classes, n.accounts = map[classKey]class{}, map[string]int64{}
}

// numberOf returns the number of a name, which is added where it is new.
func numberOf[K comparable](known map[K]int64, name K, look func() (int64, error)) (int64, error) {
	if id, ok := known[name]; ok {
		return id, nil
	}
	id, err := look()
	if err == nil {
		if len(known) >= maxNames {
			clear(known)
		}
		known[name] = id
	}
	return id, err
}

// lookup runs a query for a number, and the insertion where it finds none.
func (t *transaction) lookup(query, insert string, args ...any) (id int64, err error) {
	err = t.QueryRowContext(t.ctx, query, args...).Scan(&id)
	if !errors.Is(err, sql.ErrNoRows) {
		return id, err
	}
	result, err := t.ExecContext(t.ctx, insert, args...)
	if err != nil {
		return 0, err
	}
	return result.LastInsertId()
}

func (t *transaction) ruleNumber(r engine.RuleOrigin) (int64, error) {
	return numberOf(t.l.names.rules, r, func() (int64, error) {
		return t.lookup("SELECT id FROM rules WHERE address = ? AND file = ? AND line = ?",
			"INSERT INTO rules (address, file, line) VALUES (?, ?, ?)", r.Address, r.File, r.Line)
	})
}

func (t *transaction) bucketNumber(provider, bucket string) (int64, error) {
	return numberOf(t.l.names.buckets, [2]string{provider, bucket}, func() (int64, error) {
		return t.lookup("SELECT id FROM buckets WHERE provider = ? AND bucket = ?",
			"INSERT INTO buckets (provider, bucket) VALUES (?, ?)", provider, bucket)
	})
}

// accountNumber returns NULL for an account that is not told.
func (t *transaction) accountNumber(account string) (any, error) {
	if account == "" {
		return nil, nil //nolint:nilnil // NULL is the value
	}
	id, err := numberOf(t.l.names.accounts, account, func() (int64, error) {
		return t.lookup("SELECT id FROM accounts WHERE account = ?",
			"INSERT INTO accounts (account) VALUES (?)", account)
	})
	return id, err
}

// A priced is what the price of a storage class depends on.
type priced struct {
	kind   string
	prices rules.PriceList
}

// A classKey tells classes apart: the price is without its number.
type classKey struct {
	kind, name string
	price      class
}

// A class is a storage class at its price of the day: PerGiB is 0 and Currency empty
// where none is known.
type class struct {
	id                 int64
	perGiB             float64
	currency, pricedAt string
}

// class returns the number of a storage class at the price of a provider.
func (t *transaction) class(p priced, name string) (class, error) {
	var c class
	if perGiB, ok := p.prices.Of(name); ok {
		c = class{perGiB: perGiB, currency: p.prices.Currency, pricedAt: p.prices.AsOf}
	}
	key := classKey{p.kind, name, c}
	if known, ok := t.l.names.classes[key]; ok {
		return known, nil
	}
	var err error
	c.id, err = t.lookup("SELECT id FROM classes WHERE kind = ? AND storage_class = ? AND per_gib_month = ? AND currency = ? AND priced_at = ?",
		"INSERT INTO classes (kind, storage_class, per_gib_month, currency, priced_at) VALUES (?, ?, ?, ?, ?)",
		p.kind, name, c.perGiB, c.currency, c.pricedAt)
	if err == nil {
		t.l.names.classes[key] = c
	}
	return c, err
}

// cost is what bytes of the class cost a month.
func (c class) cost(bytes int64) engine.Cost {
	if c.currency == "" {
		return engine.Cost{UnpricedBytes: bytes}
	}
	return engine.Cost{Monthly: c.perGiB * float64(bytes) / (1 << 30), Currency: c.currency, PricedAt: c.pricedAt}
}
