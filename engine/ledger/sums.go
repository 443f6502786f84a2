package ledger

import (
	"context"

	"offcut/engine"
)

// Sums adds up the outcomes that f chooses, whatever its limit, by result.
func (l *Ledger) Sums(ctx context.Context, f Filter) (map[engine.Result]engine.Totals, error) {
	return nil, errNotBuilt
}
