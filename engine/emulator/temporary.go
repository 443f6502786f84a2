package emulator

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	bolt "go.etcd.io/bbolt"
)

const (
	temporaryPrefix = "offcut-emulator-"

	// settled is how old the state of a temporary directory must be before a free
	// lock means that its server is gone: a server that starts makes the
	// directory before it locks it.
	settled = time.Minute
)

// makeTemporary makes the directory of a server without one, below the system's
// place for such. It also removes what killed servers of the same user left there.
func makeTemporary(now time.Time) (string, error) {
	dir, err := os.MkdirTemp("", temporaryPrefix)
	if err != nil {
		return "", fmt.Errorf("make a temporary directory for the server: %w", err)
	}
	clearAbandoned(filepath.Dir(dir), now)
	return dir, nil
}

// clearAbandoned removes temporary directories whose server was killed. One that
// can't be removed is nobody's loss: the next start tries again.
func clearAbandoned(parent string, now time.Time) {
	found, err := filepath.Glob(filepath.Join(parent, temporaryPrefix+"*"))
	if err != nil {
		return
	}
	for _, dir := range found {
		if abandoned(dir, now) {
			_ = os.RemoveAll(dir)
		}
	}
}

// abandoned reports whether dir is a directory of this user, and of a server that
// is no more: nobody holds the lock on its state, which says that the directory is
// a temporary one.
func abandoned(dir string, now time.Time) bool {
	info, err := os.Lstat(dir)
	if err != nil || !info.IsDir() || !ownFile(info) {
		return false
	}
	state := filepath.Join(dir, stateName)
	info, err = os.Lstat(state)
	if err != nil || !info.Mode().IsRegular() || !ownFile(info) || now.Sub(info.ModTime()) < settled {
		return false
	}
	if info.Size() < int64(4*os.Getpagesize()) {
		return false // Not even begun: it is too short to be mapped.
	}
	// A directory that somebody chose is kept, whatever it is called.
	return read(state, time.Nanosecond, func(tx *bolt.Tx) error {
		if meta := tx.Bucket([]byte("meta")); meta == nil || meta.Get([]byte("temporary")) == nil {
			return errors.New("not made here")
		}
		return nil
	}) == nil
}
