package ledger

import (
	"context"
	"errors"
	"io"
	"iter"
	"time"

	"offcut/engine"
)

var errNotBuilt = errors.New("not built")

// A Filter chooses outcomes. Empty fields choose everything.
type Filter struct {
	Since, Until time.Time // of the outcome; Until is not included
	Run          string    // id, or its beginning
	Rule         string    // address
	Provider     string
	Bucket       string
	Key          string // the whole key, or its beginning where KeyPrefix is set
	KeyPrefix    bool
	UploadID     string
	Results      []engine.Result
	Limit        int // rows at most; 0 means all
}

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

// Outcomes yields outcomes, the newest first.
func (l *Ledger) Outcomes(ctx context.Context, f Filter) iter.Seq2[Entry, error] {
	return failed[Entry](errNotBuilt)
}

// Runs yields runs that have an outcome chosen by f, or are still open, the newest
// first. Limit counts runs.
func (l *Ledger) Runs(ctx context.Context, f Filter) iter.Seq2[RunSummary, error] {
	return failed[RunSummary](errNotBuilt)
}

// A DayTotal sums the outcomes of one day (UTC).
type DayTotal struct {
	Day     time.Time
	Results map[engine.Result]engine.Totals
}

// Days sums outcomes by day, the newest first. Filters of key, upload id and run
// do not apply: sums are kept by day, rule, bucket and result.
func (l *Ledger) Days(ctx context.Context, f Filter) ([]DayTotal, error) { return nil, errNotBuilt }

// Prune removes finished runs that began before a time, and leaves in the chain who
// did it and where it begins since.
func (l *Ledger) Prune(ctx context.Context, before time.Time, actor string) (runs int64, err error) {
	return 0, errNotBuilt
}

// A Chain is what verifying a chain of outcomes found.
type Chain struct {
	Rows   int64
	First  int64 // number of the first row; above 1 after retention
	Last   int64
	Head   string // hash of the last row
	Pruned []Pruning
	Broken []Break // empty: the chain is whole. At most 100
}

// A Pruning is a removal by retention.
type Pruning struct {
	At      time.Time
	By      string
	Through int64 // the last row that was removed
}

// A Break is a place where the chain does not hold.
type Break struct {
	Number int64
	What   string // "row 12 was changed: ...", in words
}

// Verify reads the whole chain.
func (l *Ledger) Verify(ctx context.Context) (Chain, error) { return Chain{}, errNotBuilt }

// Export writes the chain as JSON lines, each with the hash of the one before it, so
// that VerifyExport, or a few lines of shell, can check it without the ledger.
func (l *Ledger) Export(ctx context.Context, w io.Writer) (rows int64, err error) {
	return 0, errNotBuilt
}

// VerifyExport checks an export.
func VerifyExport(r io.Reader) (Chain, error) { return Chain{}, errNotBuilt }
