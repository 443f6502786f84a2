package ledger

import "strings"

// A rows collects rows of one table, and inserts many of them with one statement.
type rows struct {
	tx      *transaction
	into    string
	columns int
	most    int    // rows of one statement
	many    string // the statement that inserts as many
	args    []any
}

// argsAtOnce is about how many arguments one statement takes. The driver looks every
// argument up among all of them: more at once are slower, as are fewer.
const argsAtOnce = 90

// rowsAtOnce is how many rows of a table one statement inserts.
func rowsAtOnce(columns int) int { return argsAtOnce / columns }

func newRows(tx *transaction, into string, columns int) *rows {
	most := rowsAtOnce(columns)
	return &rows{tx: tx, into: into, columns: columns, most: most, many: insertMany(into, columns), args: make([]any, 0, most*columns)}
}

func (r *rows) add(values ...any) error {
	r.args = append(r.args, values...)
	if len(r.args) < r.most*r.columns {
		return nil
	}
	return r.insert(r.most)
}

// flush inserts the rest, which are fewer than one statement takes.
func (r *rows) flush() error {
	if len(r.args) == 0 {
		return nil
	}
	return r.insert(len(r.args) / r.columns)
}

func (r *rows) insert(n int) error {
	text := r.many
	if n != r.most {
		text = insertText(r.into, r.columns, n)
	}
	_, err := r.tx.exec(text, r.args...)
	r.args = r.args[:0]
	return err
}

func insertText(into string, columns, n int) string {
	one := "(?" + strings.Repeat(", ?", columns-1) + ")"
	return into + " VALUES " + one + strings.Repeat(", "+one, n-1)
}

// insertMany is the statement that inserts as many rows as one does.
func insertMany(into string, columns int) string {
	return insertText(into, columns, rowsAtOnce(columns))
}
