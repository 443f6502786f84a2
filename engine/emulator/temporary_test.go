//go:build unix

package emulator

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"time"
)

func TestATemporaryDirectoryIsClearedOnceItsServerIsGone(t *testing.T) {
	parent := t.TempDir()
	t.Setenv("TMPDIR", parent)
	later := time.Now().Add(time.Hour)
	living, err := Open(Options{Users: killUsers()})
	if err != nil {
		t.Fatal(err)
	}
	if err := living.CreateBucket("my-bucket", ""); err != nil {
		t.Fatal(err)
	}
	elsewhere := t.TempDir()
	for _, name := range []string{"offcut-emulator-starting", "other-1"} {
		if err := os.Mkdir(filepath.Join(parent, name), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink(elsewhere, filepath.Join(parent, "offcut-emulator-link")); err != nil {
		t.Fatal(err)
	}
	// A server that is killed leaves its directory as it is in this copy, unlocked.
	text, err := os.ReadFile(filepath.Join(living.temporary, stateName))
	if err != nil {
		t.Fatal(err)
	}
	dead := filepath.Join(parent, "offcut-emulator-dead")
	for _, dir := range []string{dead, elsewhere} {
		err := errors.Join(os.MkdirAll(filepath.Join(dir, "parts"), 0o700), os.WriteFile(filepath.Join(dir, stateName), text, 0o600))
		if err != nil {
			t.Fatal(err)
		}
	}

	clearAbandoned(parent, time.Now())
	if _, err := os.Stat(dead); err != nil {
		t.Errorf("a directory that was written to a moment ago: %v", err)
	}
	clearAbandoned(parent, later)
	if _, err := os.Stat(dead); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the directory of a server that is gone: %v", err)
	}
	for _, name := range []string{living.temporary, filepath.Join(elsewhere, stateName), filepath.Join(parent, "offcut-emulator-starting"), filepath.Join(parent, "other-1")} {
		if _, err := os.Stat(name); err != nil {
			t.Error(err)
		}
	}
	if w := signed(t, living, "POST /k?uploads", bucketHost, ""); w.Code != 200 {
		t.Errorf("the server that lives: %d %s", w.Code, w.Body)
	}
	if err := living.Close(); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(living.temporary); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("after Close: %v", err)
	}
}
