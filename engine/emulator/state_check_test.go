package emulator

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	bolt "go.etcd.io/bbolt"
)

// savedState is a state file with enough in it for several pages.
func savedState(t *testing.T) []byte {
	t.Helper()
	dir := t.TempDir()
	s, err := Open(Options{Dir: dir, Users: killUsers()})
	if err != nil {
		t.Fatal(err)
	}
	err = s.Seed(t.Context(), func(yield func(SeedUpload) bool) {
		for i := range 500 {
			if !yield(SeedUpload{Bucket: "my-bucket", Key: rateKey(i)}) {
				return
			}
		}
	})
	if err := errors.Join(err, s.Close()); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(filepath.Join(dir, "state.db"))
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func TestAStateFileThatCannotBeUsedIsNamedAndKept(t *testing.T) {
	good := savedState(t)
	tests := []struct {
		name, want string
		text       []byte
	}{
		{"text", "damaged", []byte("this is a text\n")},
		{"noise", "damaged", newNoise()},
		{"a cut header", "damaged", good[:100]},
		{"cut after the headers", "damaged", good[:2*os.Getpagesize()]},
		{"cut at the last page", "damaged", bytes.TrimRight(good, "\x00")[:2*len(bytes.TrimRight(good, "\x00"))/3]},
		{"pages of zeros", "damaged", slicesZeroed(good, 2*os.Getpagesize())},
		{"another program's", "another program", boltFile(t, "users", "k", "v")},
		{"a newer version's", "another version", boltFile(t, "meta", "schema", "offcut-emulator-99")},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			dir := t.TempDir()
			name := filepath.Join(dir, "state.db")
			if err := os.WriteFile(name, test.text, 0o600); err != nil {
				t.Fatal(err)
			}
			_, err := Open(Options{Dir: dir, Users: killUsers()})
			if err == nil || !strings.Contains(err.Error(), name) || !strings.Contains(err.Error(), test.want) ||
				!strings.Contains(err.Error(), "choose another") {
				t.Errorf("open: %v", err)
			}
			if after, err := os.ReadFile(name); err != nil || !bytes.Equal(after, test.text) {
				t.Errorf("the file is not as it was, %v", err)
			}
		})
	}
}

// slicesZeroed gives a copy of which everything from an offset on is zero.
func slicesZeroed(text []byte, from int) []byte {
	zeroed := bytes.Clone(text)
	clear(zeroed[from:])
	return zeroed
}

// boltFile is a database with one row.
func boltFile(t *testing.T, bucket, key, value string) []byte {
	t.Helper()
	name := filepath.Join(t.TempDir(), "db")
	db, err := bolt.Open(name, 0o600, nil)
	if err != nil {
		t.Fatal(err)
	}
	err = db.Update(func(tx *bolt.Tx) error {
		b, err := tx.CreateBucket([]byte(bucket))
		return errors.Join(err, b.Put([]byte(key), []byte(value)))
	})
	if err := errors.Join(err, db.Close()); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func TestADirectoryIsServedOnce(t *testing.T) {
	dir := t.TempDir()
	child := startChild(t, dir)
	_, err := Open(Options{Dir: dir, Users: killUsers()})
	if err == nil || !strings.Contains(err.Error(), filepath.Join(dir, "state.db")) || !strings.Contains(err.Error(), "another process") {
		t.Errorf("open while another process serves the directory: %v", err)
	}
	if status, answer, err := child.ask(t, killStep{method: "POST", path: "/k", query: "uploads"}); err != nil || status != 200 {
		t.Errorf("the process that has it: %d %s, %v", status, answer, err)
	}
	if err := child.Process.Kill(); err != nil {
		t.Error(err)
	}
	if err := child.Wait(); err == nil {
		t.Error("the child was not killed")
	}
	s, err := Open(Options{Dir: dir, Users: killUsers()})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
}
