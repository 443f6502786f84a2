// Package ledger is the memory of applies: a SQLite file in the data directory
// that holds runs, planned uploads and outcomes, and chains the outcomes by hashes.
// It implements engine.Journal.
//
// What must never happen in this package: an intent that is told to be on disk and
// is not; an outcome that is changed or removed other than by retention, which
// leaves its trace in the chain; a query that writes; a statement built from text
// that came from a store.
package ledger
