package engine

import (
	"context"
	"errors"
)

// Settled says what became of a run that had ended before all its outcomes were
// known.
type Settled struct {
	Run     Run
	Results map[Result]Totals // of the uploads that had no outcome before
}

// Settle gives every upload of a killed run that has no outcome exactly one, by
// looking for it at its store, so that Options.Journal has no unsettled run any more.
// It only reads. The caller holds the lock of the data directory. After an error some
// runs may still be unsettled; those that are returned are not.
func Settle(ctx context.Context, stores Stores, opts Options) ([]Settled, error) {
	return nil, errors.New("not built")
}
