package engine

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/gofrs/flock"
)

// A Holder says who holds a lock.
type Holder struct {
	PID     int       `json:"pid"`
	Host    string    `json:"host"`
	User    string    `json:"user"`
	Command string    `json:"command"`
	Since   time.Time `json:"since"`
}

// A Lock keeps other applies out of a data directory. The operating system drops
// it when its process ends, however that ends: no stale lock is ever left.
type Lock struct {
	file *flock.Flock
	note string // path of the holder's note
}

// ErrLocked is what AcquireLock's error matches when somebody else holds the lock.
var ErrLocked = errors.New("the data directory is in use")

// AcquireLock takes the lock of the data directory dir, which is made when missing,
// or fails at once with an error that says who holds it, where and since when.
func AcquireLock(dir string, who Holder) (*Lock, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("make the data directory: %w; nothing was attempted", err)
	}
	l := &Lock{
		file: flock.New(filepath.Join(dir, "lock"), flock.SetPermissions(0o600)),
		note: filepath.Join(dir, "lock.json"),
	}
	held, err := l.file.TryLock()
	if err != nil {
		return nil, fmt.Errorf("lock the data directory %s: %w; nothing was attempted", dir, err)
	}
	if !held {
		return nil, fmt.Errorf("%w: %s is locked by %s; wait for it to end, or give -data-dir another directory", ErrLocked, dir, readHolder(l.note))
	}
	text, err := json.Marshal(who)
	if err == nil {
		err = os.WriteFile(l.note, append(text, '\n'), 0o600)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("write who holds the lock of %s: %w; nothing was attempted", dir, err), l.file.Unlock())
	}
	return l, nil
}

// readHolder describes the holder of a lock by its note. A holder that has only
// just taken the lock has not written it yet.
func readHolder(note string) string {
	var h Holder
	text, err := os.ReadFile(note)
	if err == nil {
		err = json.Unmarshal(text, &h)
	}
	if err != nil {
		return "another process, which has left no readable note of who it is"
	}
	return fmt.Sprintf("process %d of user %s on host %s (%q) since %s",
		h.PID, h.User, h.Host, h.Command, stamp(h.Since))
}

// Release gives the lock back. A second Release does nothing.
func (l *Lock) Release() error {
	if !l.file.Locked() {
		return nil
	}
	// The note goes first: once the lock is free, it may be somebody else's.
	err := os.Remove(l.note)
	if errors.Is(err, os.ErrNotExist) {
		err = nil
	}
	return errors.Join(err, l.file.Unlock())
}
