package emulator

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	bolt "go.etcd.io/bbolt"
)

// Somebody's directory that happens to have a "tmp" keeps what is in it.
func TestADirectoryThatIsSharedIsNotCleared(t *testing.T) {
	for _, name := range []string{"tmp/thesis.txt", "tmp/photos/0123456789abcdef0123456789abcdef", "tmp/0123456789abcdef0123456789abcdef/x"} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			foreign := filepath.Join(dir, name)
			left := filepath.Join(dir, "tmp", "00000000000000000000000000000000")
			err := errors.Join(os.MkdirAll(filepath.Dir(foreign), 0o700), os.WriteFile(foreign, []byte("mine"), 0o600), os.WriteFile(left, nil, 0o600))
			if err != nil {
				t.Fatal(err)
			}
			s, err := Open(Options{Dir: dir, Users: killUsers()})
			if err == nil {
				t.Error("it is served", s.Close())
			} else if !strings.Contains(err.Error(), "shared with something else") {
				t.Error(err)
			}
			for _, kept := range []string{foreign, left} {
				if _, err := os.Stat(kept); err != nil {
					t.Error(err)
				}
			}
		})
	}
}

// A directory that somebody chose is durable, wherever it is and whatever it is called.
func TestAChosenDirectoryIsNeverTemporary(t *testing.T) {
	parent := t.TempDir()
	dir := filepath.Join(parent, temporaryPrefix+"data")
	s, err := Open(Options{Dir: dir, Users: killUsers()})
	if err == nil {
		err = errors.Join(s.CreateBucket("my-bucket", ""), s.Close())
	}
	if err != nil {
		t.Fatal(err)
	}
	clearAbandoned(parent, time.Now().Add(time.Hour))
	if _, err := os.Stat(filepath.Join(dir, stateName)); err != nil {
		t.Error(err)
	}
}

// Where the wait for the disk fails, the commit may have been made all the same:
// what it names must be there, now and when the state is read again.
func TestACommitInDoubtKeepsItsFile(t *testing.T) {
	dir := t.TempDir()
	s, err := Open(Options{Dir: dir, Users: killUsers()})
	if err == nil {
		err = s.CreateBucket("my-bucket", "")
	}
	if err != nil {
		t.Fatal(err)
	}
	id := initiate(t, s, "/k")
	if w := signed(t, s, "PUT /k", bucketHost, "first"); w.Code != 200 {
		t.Fatal(w.Code, w.Body)
	}
	for _, line := range []string{"PUT /k", "PUT /k?partNumber=1&uploadId=" + id} {
		commit := s.store.changes.transact
		s.store.changes.transact = func(fn func(*bolt.Tx) error) error { return errors.Join(commit(fn), syscall.EIO) }
		if w := signed(t, s, line, bucketHost, "second"); w.Code != 500 {
			t.Fatal(w.Code, w.Body)
		}
		s.store.changes.transact, s.store.changes.broken = commit, nil
	}
	check := func() {
		if w := signed(t, s, "GET /k", bucketHost, ""); w.Code != 200 || w.Body.String() != "second" {
			t.Errorf("%d %q", w.Code, w.Body)
		}
	}
	check()
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if s, err = Open(Options{Dir: dir, Users: killUsers()}); err != nil {
		t.Fatal(err)
	}
	check()
	checkState(t, s)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
}
