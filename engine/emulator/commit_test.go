package emulator

import (
	"encoding/binary"
	"errors"
	"io/fs"
	"strings"
	"sync"
	"syscall"
	"testing"

	bolt "go.etcd.io/bbolt"
)

var errNotToday = errors.New("not today")

// count raises a number in the state by one.
func count(t tables) error {
	n := uint64(1)
	if v := t.settings.Get([]byte("n")); v != nil {
		n += binary.BigEndian.Uint64(v)
	}
	return t.settings.Put([]byte("n"), binary.BigEndian.AppendUint64(nil, n))
}

func counted(t *testing.T, s *Server) (n uint64) {
	t.Helper()
	err := s.store.view(func(tb tables) error {
		if v := tb.settings.Get([]byte("n")); v != nil {
			n = binary.BigEndian.Uint64(v)
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
	return n
}

func openDurably(t testing.TB) *Server {
	t.Helper()
	s, err := Open(Options{Dir: t.TempDir(), Users: killUsers()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func TestChangesThatCommitTogetherDoNotTouchOneAnother(t *testing.T) {
	s := openDurably(t)
	const callers, each = 32, 20
	var wg sync.WaitGroup
	for caller := range callers {
		wg.Go(func() {
			for i := range each {
				err := s.store.change(func(tb tables) error {
					switch {
					case caller%4 == 1: // fails before it writes
						return errNotToday
					case caller%4 == 2: // fails after it has written
						return errors.Join(count(tb), errNotToday)
					case caller%4 == 3 && i%5 == 0:
						panic(errors.Join(count(tb), errNotToday))
					}
					return count(tb)
				})
				wantFailure := caller%4 == 1 || caller%4 == 2 || caller%4 == 3 && i%5 == 0
				if (err != nil) != wantFailure || err != nil && !strings.Contains(err.Error(), errNotToday.Error()) {
					t.Errorf("caller %d, change %d: %v", caller, i, err)
				}
			}
		})
	}
	wg.Wait()
	if n, want := counted(t, s), uint64(callers/4*each+callers/4*each*4/5); n != want {
		t.Errorf("%d changes are in the state, %d were acknowledged", n, want)
	}
	if s.store.changes.busy || len(s.store.changes.waiting) > 0 {
		t.Error("somebody still waits")
	}
}

func TestAChangeSeesThoseBeforeIt(t *testing.T) {
	s := openDurably(t)
	var wg sync.WaitGroup
	var mu sync.Mutex
	outcomes := map[bool]int{}
	for range 64 {
		wg.Go(func() {
			err := s.store.change(func(tb tables) error {
				if tb.settings.Get([]byte("n")) != nil {
					return errNotToday
				}
				return count(tb)
			})
			mu.Lock()
			defer mu.Unlock()
			outcomes[err == nil]++
		})
	}
	wg.Wait()
	if outcomes[true] != 1 || counted(t, s) != 1 {
		t.Errorf("%v: of many that want to be the first, one is", outcomes)
	}
}

func TestNothingIsChangedAfterTheDiskWasLost(t *testing.T) {
	tests := []struct {
		fault error
		lost  bool
	}{
		{syscall.EIO, true}, // a wait for the disk that failed
		{errors.New("file sync error: input/output error"), true},
		{&fs.PathError{Op: "write", Path: "state.db", Err: syscall.EIO}, false},
		{&fs.PathError{Op: "write", Path: "state.db", Err: syscall.ENOSPC}, false},
		{syscall.ENOSPC, false},
	}
	for _, test := range tests {
		t.Run(test.fault.Error(), func(t *testing.T) {
			s := openDurably(t)
			commit := s.store.changes.transact
			s.store.changes.transact = func(fn func(*bolt.Tx) error) error {
				return commit(func(tx *bolt.Tx) error { return errors.Join(fn(tx), test.fault) })
			}
			if err := s.store.change(count); err == nil {
				t.Error("a commit that failed was acknowledged")
			}
			s.store.changes.transact = commit
			err := s.store.change(count)
			if lost := err != nil; lost != test.lost || lost && !strings.Contains(err.Error(), "start again") {
				t.Errorf("afterwards: %v", err)
			}
			if n := counted(t, s); (n == 0) != test.lost {
				t.Errorf("%d changes are in the state", n)
			}
		})
	}
}

// A database that panics must not leave everybody waiting for the one who led.
func TestAPanicOfTheDatabaseIsAnError(t *testing.T) {
	s := openDurably(t)
	commit := s.store.changes.transact
	s.store.changes.transact = func(fn func(*bolt.Tx) error) error {
		return commit(func(tx *bolt.Tx) error { panic(errors.Join(fn(tx), errNotToday)) })
	}
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			if err := s.store.change(count); err == nil {
				t.Error("acknowledged")
			}
		})
	}
	wg.Wait()
	if n := counted(t, s); n != 0 {
		t.Errorf("%d changes are in the state", n)
	}
}
