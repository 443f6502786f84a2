package ledger

import "strings"

// A rows collects rows of one table, and inserts many of them with one statement.
type rows struct {
	tx      *transaction
	into    string
	columns int
	args    []any
}

// rowsAtOnce is how many rows one statement inserts. The driver looks every argument up
// among all of them: more rows at once are slower.
const rowsAtOnce = 5

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
