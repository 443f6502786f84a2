package ledger

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"time"

	_ "modernc.org/sqlite" // the driver registers itself
)

// patience is how long a statement waits for somebody else's lock.
const patience = 5 * time.Second

// Open opens the ledger of a data directory for writing, makes it when missing and
// brings an older one up to date. The caller holds the directory's lock.
func Open(ctx context.Context, dir string) (*Ledger, error) { return open(ctx, dir, patience) }

func open(ctx context.Context, dir string, busy time.Duration) (*Ledger, error) {
	l := newLedger(dir)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("make the data directory for the ledger: %w", err)
	}
	// SQLite gives the files beside it the same mode.
	f, err := os.OpenFile(l.path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("open the ledger for writing: %w: give this user the right to write the file and its directory, or give -data-dir another directory", err)
	}
	l.file, err = f.Stat()
	if err := errors.Join(err, checkHeader(f), f.Close()); err != nil {
		return nil, l.explain("open", err)
	}
	if err := l.openWriter(ctx, busy); err != nil {
		return nil, errors.Join(l.explain("open", err), l.Close())
	}
	return l, nil
}

func newLedger(dir string) *Ledger {
	return &Ledger{
		path: filepath.Join(dir, FileName), names: newNames(),
		logs: map[*runLog]bool{}, stmt: map[string]*sql.Stmt{},
	}
}

func (l *Ledger) openWriter(ctx context.Context, busy time.Duration) (err error) {
	l.write, err = sql.Open("sqlite", l.source("rw", busy,
		// The first two take effect on a new file only, before its first page.
		"auto_vacuum(incremental)", "journal_mode(wal)", "synchronous(full)",
		// What a large transaction leaves of the log beside the file is given back.
		"journal_size_limit(67108864)", "cache_size(-16384)"))
	if err != nil {
		return err
	}
	l.write.SetMaxOpenConns(1)
	version, err := l.version(ctx, l.write)
	if err != nil {
		return err
	}
	if err := migrate(ctx, l.write, version); err != nil {
		return err
	}
	if err := l.openReader(busy); err != nil {
		return err
	}
	if err := l.checkHealth(ctx); err != nil {
		return err
	}
	if err := l.probe(ctx); err != nil {
		return err
	}
	return l.prepare(ctx)
}

// probe takes the lock for writing and writes, so that a ledger that cannot be written
// is known before the first abort.
func (l *Ledger) probe(ctx context.Context) error {
	return l.transact(ctx, func(tx *transaction) error {
		_, err := tx.ExecContext(tx.ctx, "UPDATE chain SET number = number WHERE id = 1")
		return err
	})
}

// prepare prepares the statements that are used again and again.
func (l *Ledger) prepare(ctx context.Context) error {
	for _, text := range frequentStatements() {
		stmt, err := l.write.PrepareContext(ctx, text)
		if err != nil {
			return err
		}
		l.stmt[text] = stmt
	}
	return nil
}

func (l *Ledger) openReader(busy time.Duration, options ...string) (err error) {
	if err := registered(); err != nil {
		return err
	}
	l.read, err = sql.Open("sqlite", l.source("ro", busy, append(options, "cache_size(-16384)", "query_only(1)")...))
	if err == nil {
		l.read.SetMaxIdleConns(4) // a reading may need a second one: open ones are not bounded
	}
	return err
}

// source is the data source name: a URI, as the path may hold any character.
func (l *Ledger) source(mode string, busy time.Duration, pragmas ...string) string {
	q := url.Values{"mode": {mode}, "_txlock": {"immediate"}}
	if mode != "rw" {
		q.Del("_txlock")
	}
	if mode == "immutable" {
		q.Set("mode", "ro")
		q.Set("immutable", "1")
	}
	q.Add("_pragma", "busy_timeout("+strconv.FormatInt(busy.Milliseconds(), 10)+")")
	for _, p := range pragmas {
		q.Add("_pragma", p)
	}
	path, err := filepath.Abs(l.path)
	if err != nil {
		path = l.path
	}
	return "file:" + (&url.URL{Path: filepath.ToSlash(path)}).EscapedPath() + "?" + q.Encode()
}

// checkHeader looks whether a file begins like a SQLite file. An empty one is a new one.
func checkHeader(r io.Reader) error {
	head := make([]byte, 16)
	n, err := io.ReadFull(r, head)
	switch {
	case n == 0 && errors.Is(err, io.EOF):
		return nil
	case err != nil && !errors.Is(err, io.ErrUnexpectedEOF):
		return err
	case !bytes.Equal(head[:n], []byte("SQLite format 3\x00")):
		return fmt.Errorf("%w: it does not begin like a SQLite file", errDamaged)
	}
	return nil
}

// version reads the schema's version, and refuses a file that is not a ledger or is of
// a newer offcut. A file without any table has version 0.
func (l *Ledger) version(ctx context.Context, db *sql.DB) (int, error) {
	var application, version, tables int
	err := db.QueryRowContext(ctx, "SELECT application_id, user_version, (SELECT count(*) FROM sqlite_schema) FROM pragma_application_id, pragma_user_version").
		Scan(&application, &version, &tables)
	switch {
	case err != nil:
		return 0, err
	case tables == 0:
		return 0, nil
	case application != applicationID:
		return 0, errors.New("it is a SQLite file of another program: move it away")
	case version > schemaVersion():
		return 0, fmt.Errorf("its schema has version %d, and this offcut knows versions up to %d: use %s", version, schemaVersion(), lastWriter(ctx, db))
	}
	return version, nil
}

// lastWriter says which offcut began the newest run.
func lastWriter(ctx context.Context, db *sql.DB) string {
	var offcut string
	if err := db.QueryRowContext(ctx, "SELECT offcut FROM runs ORDER BY id DESC LIMIT 1").Scan(&offcut); err != nil || offcut == "" {
		return "the newer offcut that wrote it" // a later schema may keep it elsewhere
	}
	return fmt.Sprintf("offcut %s, which wrote it, or a later one", offcut)
}

// OpenReadOnly opens the ledger of a data directory for reading, beside whoever
// writes it. It never changes the ledger, and makes nothing where there is none.
func OpenReadOnly(ctx context.Context, dir string) (*Ledger, error) {
	return openToRead(ctx, dir, (*Ledger).checkHealth)
}

// OpenToVerify is OpenReadOnly without the look at the chain's end: Verify names what
// is wrong there, beside all else that is.
func OpenToVerify(ctx context.Context, dir string) (*Ledger, error) {
	return openToRead(ctx, dir, (*Ledger).checkSchema)
}

func openToRead(ctx context.Context, dir string, check func(*Ledger, context.Context) error) (*Ledger, error) {
	l := newLedger(dir)
	f, err := os.Open(l.path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("open the ledger %s: %w: nothing was applied from this data directory", l.path, ErrNone)
	}
	if err != nil {
		return nil, fmt.Errorf("open the ledger for reading: %w", err)
	}
	if err := errors.Join(checkHeader(f), f.Close()); err != nil {
		return nil, l.explain("open", err)
	}
	err = l.openForReading(ctx)
	if err == nil {
		err = check(l, ctx)
	}
	if err != nil {
		return nil, errors.Join(l.explain("open", err), l.Close())
	}
	return l, nil
}

func (l *Ledger) openForReading(ctx context.Context) error {
	if err := l.openReader(patience); err != nil {
		return err
	}
	version, err := l.version(ctx, l.read)
	if killedInTheMaking(err) {
		return ErrNone
	}
	if err != nil && l.untouchable() {
		// Reading beside a writer needs a file beside the ledger. Here none can be
		// made, and no writer has left one: nobody writes, so none is needed.
		if err := l.read.Close(); err != nil {
			return err
		}
		if l.read, err = sql.Open("sqlite", l.source("immutable", patience, "query_only(1)")); err != nil {
			return err
		}
		version, err = l.version(ctx, l.read)
	}
	switch {
	case err != nil:
		return err
	case version == 0:
		return ErrNone
	case version < schemaVersion():
		return fmt.Errorf("its schema has version %d and this offcut reads version %d: the next apply brings it up to date", version, schemaVersion())
	}
	return nil
}

// untouchable reports whether no writer has left a log beside the ledger.
func (l *Ledger) untouchable() bool {
	info, err := os.Stat(l.path + "-wal")
	return errors.Is(err, fs.ErrNotExist) || err == nil && info.Size() == 0
}
