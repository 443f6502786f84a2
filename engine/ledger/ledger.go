package ledger

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"sync"
	"time"

	"offcut/engine"
)

// FileName is the ledger's file in a data directory.
const FileName = "ledger.db"

// ErrNone is what OpenReadOnly's error matches where a data directory has no ledger
// yet: nothing was ever applied from it.
var ErrNone = errors.New("there is no ledger yet")

// A Ledger is an open ledger. It is an engine.Journal. Its methods are safe for
// concurrent use.
type Ledger struct {
	path  string
	read  *sql.DB     // never writes
	write *sql.DB     // one connection, so that transactions queue up; nil when opened for reading
	file  fs.FileInfo // what is written to
	turn  sync.Mutex  // held by the transaction in hand
	names *names      // used by it only

	stmt map[string]*sql.Stmt // of write, by text; never changed once the ledger is open

	mu   sync.Mutex
	logs map[*runLog]bool // with a writer at work; nil once the ledger is closed
}

var _ engine.Journal = (*Ledger)(nil)

// Close writes what the logs of unfinished runs have taken, and closes the ledger.
func (l *Ledger) Close() error {
	var errs []error
	l.mu.Lock()
	logs := l.logs
	l.logs = nil
	l.mu.Unlock()
	for log := range logs {
		errs = append(errs, log.stop())
	}
	for _, stmt := range l.stmt {
		errs = append(errs, stmt.Close())
	}
	if l.read != nil { // the writer goes last: it clears up the files beside the ledger
		errs = append(errs, l.read.Close())
	}
	if l.write != nil {
		errs = append(errs, l.write.Close())
	}
	return l.explain("close", errors.Join(errs...))
}

// transact runs f in a transaction that is on disk when transact returns nil.
func (l *Ledger) transact(ctx context.Context, f func(*transaction) error) error {
	if l.write == nil {
		return errors.New("it was opened for reading only")
	}
	l.turn.Lock()
	defer l.turn.Unlock()
	tx, err := l.write.BeginTx(ctx, nil) // BEGIN IMMEDIATE
	if err != nil {
		return err
	}
	if err = f(&transaction{Tx: tx, ctx: ctx, l: l, bound: map[string]*sql.Stmt{}}); err == nil {
		if err = l.stillThere(); err == nil {
			err = tx.Commit()
		}
	}
	if err != nil {
		_ = tx.Rollback() // the first error says more
		l.names.forget()  // what the transaction had made is gone
	}
	return err
}

// stillThere fails where the file was removed or replaced while it is open. SQLite
// would go on writing to what nobody can read any more.
func (l *Ledger) stillThere() error {
	now, err := os.Stat(l.path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return errors.New("somebody removed the file while it was in use; what it held is lost")
	case err != nil:
		return fmt.Errorf("see whether the file is still there: %w", err)
	case !os.SameFile(now, l.file):
		return errors.New("somebody put another file in its place while it was in use; what it held is lost")
	}
	return nil
}

// A transaction is one of the ledger's writer.
type transaction struct {
	*sql.Tx
	ctx context.Context
	l   *Ledger

	bound map[string]*sql.Stmt // prepared statements of the ledger, made this transaction's
}

// exec runs a fixed statement, by the ledger's prepared one where there is one. It is
// bound to the transaction once: database/sql keeps every binding until the end, and
// a transaction may hold a million rows.
func (t *transaction) exec(text string, args ...any) (sql.Result, error) {
	stmt := t.bound[text]
	if stmt == nil {
		prepared := t.l.stmt[text]
		if prepared == nil {
			return t.ExecContext(t.ctx, text, args...)
		}
		stmt = t.StmtContext(t.ctx, prepared)
		t.bound[text] = stmt
	}
	return stmt.ExecContext(t.ctx, args...)
}

// A stamp is an instant in microseconds since 1970, UTC, or noStamp.
type stamp = sql.NullInt64

func stampOf(t time.Time) stamp {
	if t.IsZero() {
		return stamp{}
	}
	return stamp{Int64: t.UnixMicro(), Valid: true}
}

func timeOf(s stamp) time.Time {
	if !s.Valid {
		return time.Time{}
	}
	return time.UnixMicro(s.Int64).UTC()
}
