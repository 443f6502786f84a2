package ledger

import (
	"context"
	"errors"
	"fmt"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// errDamaged is what is wrong with a ledger whose content does not hold together.
var errDamaged = errors.New("the ledger is damaged")

// explain turns a failure of the database into an error that says what was tried on
// which ledger, what is wrong in plain words, and what to do. SQLite's own words stay
// in it.
func (l *Ledger) explain(verb string, err error) error {
	if err == nil {
		return nil
	}
	if remedy := remedyOf(err); remedy != "" {
		return fmt.Errorf("%s the ledger %s: %s: %w", verb, l.path, remedy, err)
	}
	return fmt.Errorf("%s the ledger %s: %w", verb, l.path, err)
}

func remedyOf(err error) string {
	if errors.Is(err, errDamaged) {
		return damagedRemedy
	}
	var failure *sqlite.Error
	if !errors.As(err, &failure) || errors.Is(err, context.Canceled) {
		return ""
	}
	switch failure.Code() & 0xff {
	case sqlite3.SQLITE_FULL:
		return "the disk is full: free some space and run again"
	case sqlite3.SQLITE_IOERR:
		return "the disk does not take or give data: look whether it is full, and at the system's log"
	case sqlite3.SQLITE_READONLY:
		return "the file or its directory is read-only: give this user the right to write both, or give -data-dir another directory"
	case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED:
		return "another program keeps it locked: close what has it open (an sqlite3 shell in a transaction?) and run again"
	case sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM:
		return "the file cannot be opened: look at the rights of the file, of ledger.db-wal and ledger.db-shm beside it, and of the directory"
	case sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB:
		return damagedRemedy
	}
	return ""
}

// killedInTheMaking reports whether a ledger waits for a writer to undo what a killed
// one began. That needs a journal of the kind that SQLite writes only before the first
// page of the schema is there, so that no run was ever recorded.
func killedInTheMaking(err error) bool {
	var failure *sqlite.Error
	return errors.As(err, &failure) && failure.Code() == sqlite3.SQLITE_READONLY_ROLLBACK
}

const damagedRemedy = "the file is damaged, or is no ledger: put a copy of it back, or move it away to begin a new one; what the old one knew of unfinished runs is then lost"
