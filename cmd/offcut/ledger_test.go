package main

import (
	"context"
	"database/sql"
	"path/filepath"
	"slices"

	"github.com/rogpeppe/go-internal/testscript"
	_ "modernc.org/sqlite" // what anybody may open a ledger with

	"offcut/engine/ledger"
)

// ledgerCommands are the script commands for work on a ledger behind offcut's back,
// as anybody does it who has the right to write the file.
func ledgerCommands() map[string]func(ts *testscript.TestScript, neg bool, args []string) {
	return map[string]func(ts *testscript.TestScript, neg bool, args []string){"ledger": ledgerCommand}
}

type ledgerLock struct{}

// ledgerCommand is the script command "ledger":
//
//	ledger exec DIR SQL...   runs statements on the ledger of a data directory
//	ledger tamper DIR SQL... does so past the triggers that forbid it
//	ledger lock DIR          takes the database's lock for writing, until
//	ledger unlock            gives it back
func ledgerCommand(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) == 0 {
		ts.Fatalf("usage: ledger exec|lock|unlock")
	}
	ctx := context.Background()
	if args[0] == "unlock" {
		conn := ts.Value(ledgerLock{}).(*lockedLedger)
		_, err := conn.ExecContext(ctx, "ROLLBACK")
		ts.Check(err)
		return
	}
	db, err := sql.Open("sqlite", filepath.Join(ts.MkAbs(args[1]), ledger.FileName))
	ts.Check(err)
	ts.Defer(func() { _ = db.Close() })
	switch args[0] {
	case "exec":
		execAll(ts, db, args[2:])
	case "tamper":
		drops, makes := triggers(ts, db)
		execAll(ts, db, slices.Concat(drops, args[2:], makes))
	case "lock":
		conn, err := db.Conn(ctx)
		ts.Check(err)
		_, err = conn.ExecContext(ctx, "BEGIN IMMEDIATE")
		ts.Check(err)
		ts.Value(ledgerLock{}).(*lockedLedger).Conn = conn
	default:
		ts.Fatalf("ledger %s: no such command", args[0])
	}
}

func execAll(ts *testscript.TestScript, db *sql.DB, statements []string) {
	for _, statement := range statements {
		_, err := db.ExecContext(context.Background(), statement)
		ts.Check(err)
	}
	ts.Check(db.Close())
}

// triggers returns the statements that drop the triggers of a database, and those
// that make them again.
func triggers(ts *testscript.TestScript, db *sql.DB) (drops, makes []string) {
	rows, err := db.QueryContext(context.Background(), "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
	ts.Check(err)
	for rows.Next() {
		var name, text string
		ts.Check(rows.Scan(&name, &text))
		drops, makes = append(drops, "DROP TRIGGER "+name), append(makes, text)
	}
	ts.Check(rows.Err())
	return drops, makes
}

type lockedLedger struct{ *sql.Conn }

// setupLedger gives a script its own place for a locked ledger.
func setupLedger(env *testscript.Env) { env.Values[ledgerLock{}] = &lockedLedger{} }
