package ledger

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"offcut/engine"
)

// Who removes the ledger under a run, or puts another in its place, ends the run:
// SQLite would go on writing to a file that nobody can read any more.
func TestPromise8_ALedgerThatWasRemovedTakesNothing(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("an open file cannot be removed there")
	}
	for name, put := range map[string]func(path string) error{
		"somebody removed the file": func(string) error { return nil },
		"somebody put another file": func(path string) error { return os.WriteFile(path, nil, 0o600) },
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			l := openHere(t, dir)
			list := items(2 * firstStep)
			log := begin(t, l, aRun("run-1"), list)
			if err := log.Intend("ks3", 0); err != nil {
				t.Fatal(err)
			}
			path := filepath.Join(dir, FileName)
			for _, beside := range []string{"", "-wal", "-shm"} {
				if err := os.Remove(path + beside); err != nil && !errors.Is(err, os.ErrNotExist) {
					t.Fatal(err)
				}
			}
			if err := put(path); err != nil {
				t.Fatal(err)
			}
			wantError(t, log.Intend("ks3", int64(len(list)-1)), name)
			for i := range list {
				log.Conclude(anOutcome(i, list[i], engine.Aborted))
			}
			wantError(t, log.Finish(endAt(epoch)), name)
			_, err := l.Begin(aRun("run-2"), sequence(list))
			wantError(t, err, name)
		})
	}
}
