package ledger

import (
	"fmt"
	"time"
)

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

// maxBreaks bounds the breaks that are told.
const maxBreaks = 100

func (c *Chain) broken(number int64, format string, args ...any) {
	if len(c.Broken) < maxBreaks {
		c.Broken = append(c.Broken, Break{Number: number, What: fmt.Sprintf(format, args...)})
	}
}

// missing tells of rows that are not there.
func (c *Chain) missing(first, last int64) {
	if first == last {
		c.broken(first, "row %d is missing", first)
		return
	}
	c.broken(first, "rows %d to %d are missing", first, last)
}
