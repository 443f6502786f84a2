package emulator

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"runtime/debug"
	"time"

	bolt "go.etcd.io/bbolt"
	berrors "go.etcd.io/bbolt/errors"
)

// The state file is checked against this before anything is written to it.
const schema = "offcut-emulator-2"

// stateName is the state file's name in its directory.
const stateName = "state.db"

// How long to wait for another process to let go of the state file.
const lockPatience = time.Second

// inspect reads a state file from end to end before it is opened for writing, so
// that a damaged one, or somebody else's, is an error that says what to do and
// stays as it is. A file that is missing or empty is a new one.
func inspect(name string) error {
	info, err := os.Stat(name)
	if errors.Is(err, fs.ErrNotExist) || err == nil && info.Mode().IsRegular() && info.Size() == 0 {
		return nil
	}
	if err == nil && !info.Mode().IsRegular() {
		err = errors.New("it is no regular file")
	}
	if err == nil {
		err = read(name, lockPatience, visitAll)
	}
	switch {
	case err == nil:
		return nil
	case errors.Is(err, berrors.ErrTimeout):
		return fmt.Errorf("open %s: another process has it open: stop that one, or choose another directory", name)
	case errors.Is(err, errOtherSchema), errors.Is(err, fs.ErrPermission):
		return fmt.Errorf("open %s: %w", name, err)
	}
	return fmt.Errorf("open %s: the state file is damaged: bring back a copy of the whole directory, or choose another one: %w", name, err)
}

var errOtherSchema = errors.New("choose another directory")

// read looks into a state file without writing to it. The file is mapped into
// memory, so where it is shorter than it says, or its pages are not what they
// should be, reading faults: that is an error.
func read(name string, patience time.Duration, look func(*bolt.Tx) error) (err error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		if fault := recover(); fault != nil {
			err = fmt.Errorf("%v", fault)
		}
	}()
	db, err := bolt.Open(name, 0o600, &bolt.Options{ReadOnly: true, Timeout: patience, NoStatistics: true})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	return db.View(look)
}

// visitAll reads every row of a state of this version.
func visitAll(tx *bolt.Tx) error {
	if err := checkSchema(tx); err != nil {
		return err
	}
	return tx.ForEach(func(_ []byte, b *bolt.Bucket) error {
		return b.ForEach(func(_, _ []byte) error { return nil })
	})
}

// checkSchema refuses files of other versions and of other programs.
func checkSchema(tx *bolt.Tx) error {
	meta := tx.Bucket([]byte("meta"))
	if meta == nil {
		if first, _ := tx.Cursor().First(); first != nil {
			return fmt.Errorf("it is the file of another program: %w", errOtherSchema)
		}
		return nil
	}
	if v := meta.Get([]byte("schema")); string(v) != schema {
		return fmt.Errorf("it was written by another version (%q, this one writes %q): %w", v, schema, errOtherSchema)
	}
	return nil
}
