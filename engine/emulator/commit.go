package emulator

import (
	"errors"
	"fmt"
	"io/fs"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"

	bolt "go.etcd.io/bbolt"
	berrors "go.etcd.io/bbolt/errors"
)

const (
	// maxTogether bounds how many changes one transaction holds.
	maxTogether = 256

	// gather is how long the next transaction waits for as many changes as the
	// last one held: their senders are likely to come again once they are answered.
	gather = time.Millisecond
)

// A change is a call's wish to alter the state, until it is answered.
type change struct {
	apply func(tables) error
	err   error
	// turn tells the caller that waits either that its change is decided (true),
	// or that it is the one to write everything that waits (false).
	turn chan bool
}

// A committer writes changes that come at the same time in one transaction, so
// that they share its two waits for the disk. Whoever comes while nobody writes
// writes at once; who comes meanwhile waits, and one of them writes them all
// next. A change that comes alone is never delayed. There is no goroutine that
// would have to be ended.
type committer struct {
	transact func(func(*bolt.Tx) error) error // db.Update
	view     func(func(*bolt.Tx) error) error

	mu      sync.Mutex
	waiting []*change
	busy    bool          // somebody writes, or has been told to
	last    int           // how many changes the last transaction held
	enough  chan struct{} // closed when as many wait again; nil unless the leader waits for that
	broken  error         // why no change is possible any more
}

// do applies one change and returns once it is on disk, or refused. fn may run
// more than once, and must set what it hands out anew each time; it runs on the
// goroutine of any caller. A change whose fn fails leaves nothing behind.
func (m *committer) do(fn func(tables) error) error {
	c := &change{apply: fn, turn: make(chan bool, 1)}
	m.mu.Lock()
	m.waiting = append(m.waiting, c)
	if m.enough != nil && len(m.waiting) >= m.last {
		close(m.enough)
		m.enough = nil
	}
	waits := m.busy
	m.busy = true
	m.mu.Unlock()
	if waits && <-c.turn {
		return c.err
	}
	m.await()
	m.lead()
	return c.err
}

// await lets others come, where there were others the last time.
func (m *committer) await() {
	m.mu.Lock()
	if m.last < 2 || len(m.waiting) >= m.last {
		m.mu.Unlock()
		return
	}
	enough := make(chan struct{})
	m.enough = enough
	m.mu.Unlock()
	timer := time.NewTimer(gather)
	defer timer.Stop()
	select {
	case <-enough:
	case <-timer.C:
	}
}

// lead writes what waits, the leader's own change first, and names the next leader.
func (m *committer) lead() {
	m.mu.Lock()
	n := min(len(m.waiting), maxTogether)
	m.last, m.enough = n, nil
	batch := slices.Clone(m.waiting[:n])
	m.waiting = append(m.waiting[:0:0], m.waiting[n:]...)
	broken := m.broken
	m.mu.Unlock()
	if broken == nil {
		broken = m.write(slices.Clone(batch))
	} else {
		for _, c := range batch {
			c.err = broken
		}
	}
	m.mu.Lock()
	m.broken = broken
	var next *change
	if m.busy = len(m.waiting) > 0; m.busy {
		next = m.waiting[0]
	}
	m.mu.Unlock()
	if next != nil {
		next.turn <- false
	}
	for _, c := range batch {
		c.turn <- true // For the leader itself there is room, and nobody looks.
	}
}

// write decides every change of a batch. What it returns is not of one change:
// it ends all changes for good.
func (m *committer) write(batch []*change) (broken error) {
	for rehearsed := false; len(batch) > 0; rehearsed = true {
		failed := -1
		err := m.attempt(func(tx *bolt.Tx) error {
			t := tablesOf(tx)
			for i, c := range batch {
				if c.err = c.run(t); c.err != nil {
					failed = i
					return c.err
				}
			}
			return nil
		})
		if failed < 0 {
			told := err
			if err != nil && !untouched(err) {
				told = fmt.Errorf("%w: %w", errInDoubt, err)
			}
			for _, c := range batch {
				c.err = told
			}
			return unsound(err)
		}
		// Nothing of the others is kept, so they run again. The one that failed did
		// so behind those before it, which is its place in the order of things.
		batch = slices.Delete(batch, failed, failed+1)
		if !rehearsed {
			batch = m.rehearse(batch)
		}
	}
	return nil
}

// attempt makes one transaction. A panic of the database, which finds its file
// damaged so, is an error that ends all changes: else everybody would wait for a
// leader that is gone.
func (m *committer) attempt(fn func(*bolt.Tx) error) (err error) {
	defer func() {
		if fault := recover(); fault != nil {
			err = fmt.Errorf("the commit panicked: %v\n%s", fault, debug.Stack())
		}
	}()
	return m.transact(fn)
}

// rehearse takes the changes out of a batch that fail before they write anything,
// such as a thousand aborts of what is gone: otherwise each would cost all others
// another run.
func (m *committer) rehearse(batch []*change) []*change {
	var rest []*change
	err := m.view(func(tx *bolt.Tx) error {
		t := tablesOf(tx)
		for _, c := range batch {
			if c.err = c.run(t); c.err == nil || errors.Is(c.err, berrors.ErrTxNotWritable) {
				rest = append(rest, c)
			}
		}
		return nil
	})
	if err != nil {
		return batch
	}
	return rest
}

// run keeps a fault in one change from ending the others and the leader.
func (c *change) run(t tables) (err error) {
	defer func() {
		if fault := recover(); fault != nil {
			err = fmt.Errorf("a change of the state panicked: %v\n%s", fault, debug.Stack())
		}
	}()
	return c.apply(t)
}

// errInDoubt is a commit that failed and may have been made all the same.
var errInDoubt = errors.New("the state may or may not have changed")

// untouched tells whether a failed commit has surely changed nothing: a write
// failed, as on a full disk, and nothing was begun.
func untouched(err error) bool {
	var write *fs.PathError
	switch {
	case errors.As(err, &write) && write.Op == "write":
		return true
	case strings.Contains(err.Error(), "file resize error"): // The text of the database, which hides the cause.
		return true
	}
	return errors.Is(err, berrors.ErrDatabaseNotOpen) || errors.Is(err, berrors.ErrMaxSizeReached)
}

// unsound tells whether a failed commit leaves the state file in doubt for good.
// Where waiting for the disk failed, the kernel may have dropped what was written
// and report success the next time: only reading the file anew shows what it
// holds. Where there was no room, it has dropped nothing that the state names.
func unsound(err error) error {
	switch {
	case err == nil, untouched(err):
		return nil
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT), errors.Is(err, syscall.EFBIG):
		return nil
	}
	return fmt.Errorf("the state file could not be written to the disk, nothing is changed any more: end the server, look at the disk and start again: %w", err)
}
