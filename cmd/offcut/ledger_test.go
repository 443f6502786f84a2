package main

import (
	"context"
	"database/sql"
	"path/filepath"

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
		for _, statement := range args[2:] {
			_, err := db.ExecContext(ctx, statement)
			ts.Check(err)
		}
		ts.Check(db.Close())
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

type lockedLedger struct{ *sql.Conn }

// setupLedger gives a script its own place for a locked ledger.
func setupLedger(env *testscript.Env) { env.Values[ledgerLock{}] = &lockedLedger{} }
