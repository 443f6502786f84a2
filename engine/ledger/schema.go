package ledger

import (
	"context"
	"database/sql"
	_ "embed" // of the schema
	"fmt"
)

// applicationID marks a SQLite file as a ledger: "offc".
const applicationID = 0x6f666663

//go:embed schema_1.sql
var schema1 string

// migrations returns the statements that bring a ledger from version i to i+1. They
// are never changed once they were released; a change of the schema is one more.
func migrations() []string { return []string{schema1} }

// schemaVersion is the version that this program writes.
func schemaVersion() int { return len(migrations()) }

// migrate brings the ledger up to date, each step in a transaction of its own.
func migrate(ctx context.Context, db *sql.DB, version int) error {
	steps := migrations()
	for ; version < len(steps); version++ {
		tx, err := db.BeginTx(ctx, nil)
		if err != nil {
			return err
		}
		text := fmt.Sprintf("%s;\nPRAGMA application_id = %d; PRAGMA user_version = %d", steps[version], applicationID, version+1)
		if _, err = tx.ExecContext(ctx, text); err == nil {
			err = tx.Commit()
		}
		if err != nil {
			_ = tx.Rollback() // the first error says more
			return fmt.Errorf("bring its schema from version %d to %d: %w", version, version+1, err)
		}
	}
	return nil
}
