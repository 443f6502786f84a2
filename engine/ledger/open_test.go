package ledger

import (
	"context"
	"database/sql"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"offcut/engine"
)

func wantError(t testing.TB, err error, words ...string) {
	t.Helper()
	if err == nil {
		t.Errorf("no error, want one with %q", words)
		return
	}
	for _, w := range words {
		if !strings.Contains(err.Error(), w) {
			t.Errorf("error %q, want it to hold %q", err, w)
		}
	}
}

// spoil closes a ledger with a run in it, changes its file, and returns its directory.
func spoil(t testing.TB, change func(path string)) string {
	t.Helper()
	dir := t.TempDir()
	l := openHere(t, dir)
	apply(t, l, aRun("run-1"), items(2000), nil)
	closeNow(t, l)
	change(filepath.Join(dir, FileName))
	return dir
}

func execute(t testing.TB, path, text string) {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.Exec(text); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
}

func write(t testing.TB, path string, data []byte) {
	t.Helper()
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestALedgerThatCannotBeTrustedIsRefusedWhenItIsOpened(t *testing.T) {
	overwrite := func(at, n int64) func(string) {
		return func(path string) {
			f, err := os.OpenFile(path, os.O_RDWR, 0)
			if err != nil {
				t.Fatal(err)
			}
			defer f.Close() //nolint:errcheck // a test
			if _, err := f.WriteAt([]byte(strings.Repeat("\xa5", int(n))), at); err != nil {
				t.Fatal(err)
			}
		}
	}
	tests := map[string]struct {
		change func(path string)
		want   []string
	}{
		"a text":                   {func(p string) { write(t, p, []byte("hello, I am no ledger at all\n")) }, []string{"open the ledger", "is no ledger", "move it away"}},
		"a few bytes":              {func(p string) { write(t, p, []byte("SQL")) }, []string{"is no ledger"}},
		"a damaged header":         {overwrite(0, 100), []string{"is no ledger"}},
		"a damaged schema":         {overwrite(100, 3000), []string{"the file is damaged", "put a copy of it back"}},
		"a file cut short":         {func(p string) { truncate(t, p) }, []string{"the file is damaged"}},
		"another program's":        {func(p string) { execute(t, p, "PRAGMA application_id = 1") }, []string{"SQLite file of another program: move it away"}},
		"a newer one":              {func(p string) { execute(t, p, "PRAGMA user_version = 7") }, []string{"its schema has version 7, and this offcut knows versions up to 1: use offcut 0.3.0, which wrote it, or a later one"}},
		"a newer one without runs": {func(p string) { execute(t, p, "DELETE FROM runs; PRAGMA user_version = 7") }, []string{"version 7", "use the newer offcut that wrote it"}},
		"a column more":            {func(p string) { execute(t, p, "ALTER TABLE runs ADD COLUMN x TEXT") }, []string{"its table runs was changed"}},
		"a trigger that was taken": {func(p string) { execute(t, p, "DROP TRIGGER outcomes_stay") }, []string{"its trigger outcomes_stay is missing"}},
		"a last row that was taken": {func(p string) {
			execute(t, p, "DROP TRIGGER outcomes_stay; DELETE FROM outcomes WHERE number = 2000; "+outcomesStay())
		}, []string{"its last outcome is number 1999, and the chain's head says 2000"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			dir := spoil(t, test.change)
			for _, open := range []func(context.Context, string) (*Ledger, error){Open, OpenReadOnly} {
				l, err := open(t.Context(), dir)
				if err == nil {
					closeNow(t, l)
				}
				wantError(t, err, append(test.want, dir)...)
			}
		})
	}
}

func outcomesStay() string {
	begin, end := strings.Index(schema1, "CREATE TRIGGER outcomes_stay "), strings.Index(schema1, "CREATE VIEW")
	return schema1[begin:end]
}

func truncate(t testing.TB, path string) {
	t.Helper()
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(path, info.Size()/2); err != nil {
		t.Fatal(err)
	}
}

func TestAnEmptyFileIsANewLedger(t *testing.T) {
	for name, begun := range map[string]func(path string){
		"empty":       func(p string) { write(t, p, nil) },
		"header only": func(p string) { execute(t, p, "PRAGMA journal_mode = wal") },
		"half made":   func(p string) { breakOff(t, p) },
	} {
		dir := t.TempDir()
		begun(filepath.Join(dir, FileName))
		if l, err := OpenReadOnly(t.Context(), dir); !errors.Is(err, ErrNone) {
			t.Errorf("%s: for reading: %v, %v", name, l, err)
		}
		l := openHere(t, dir)
		apply(t, l, aRun("run-1"), items(3), nil)
		wantWhole(t, verify(t, l), 3)
	}
}

// breakOff makes a ledger as a process leaves it that is killed while it makes one:
// with a journal beside it that has to be rolled back.
func breakOff(t testing.TB, path string) {
	t.Helper()
	made := filepath.Join(t.TempDir(), "made.db")
	execute(t, made, "PRAGMA user_version = 1; PRAGMA user_version = 0") // its first page, without a table
	db, err := sql.Open("sqlite", made)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	db.SetMaxOpenConns(1)
	for _, text := range []string{"PRAGMA cache_size = 1", "BEGIN", "CREATE TABLE half (a)", "INSERT INTO half WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000) SELECT randomblob(100) FROM n"} {
		if _, err := db.Exec(text); err != nil {
			t.Fatal(err)
		}
	}
	copyFile(t, made+"-journal", path+"-journal")
	if _, err := db.Exec("COMMIT"); err != nil {
		t.Fatal(err)
	}
	copyFile(t, made, path) // all is written, and the journal is not removed yet
}

func copyFile(t testing.TB, from, to string) {
	t.Helper()
	data, err := os.ReadFile(from)
	if err != nil {
		t.Fatal(err)
	}
	write(t, to, data)
}

func TestFilesOfALedgerAreItsOwners(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("has no such modes")
	}
	dir := filepath.Join(t.TempDir(), "a dir?with#odd%41&names", "data")
	l := openHere(t, dir)
	begin(t, l, aRun("run-1"), items(10))
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) != 3 {
		t.Fatalf("%v, %v: want ledger.db and two files beside it", entries, err)
	}
	for _, e := range entries {
		info, err := e.Info()
		if err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s has mode %v, %v", e.Name(), info.Mode(), err)
		}
	}
}

func TestALockedLedgerIsRefused(t *testing.T) {
	dir := t.TempDir()
	l := openHere(t, dir)
	apply(t, l, aRun("run-1"), items(3), nil)
	other, err := sql.Open("sqlite", l.path)
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close() //nolint:errcheck // a test
	other.SetMaxOpenConns(1)
	if _, err := other.Exec("BEGIN IMMEDIATE"); err != nil {
		t.Fatal(err)
	}
	_, err = open(t.Context(), dir, 20*time.Millisecond)
	wantError(t, err, "open the ledger", "another program keeps it locked: close what has it open")
	if _, err := l.write.Exec("PRAGMA busy_timeout = 20"); err != nil {
		t.Fatal(err)
	}
	_, err = l.Begin(aRun("run-2"), sequence(items(3)))
	wantError(t, err, "begin the run of plan run-2 in the ledger", "another program keeps it locked")
	reader, err := OpenReadOnly(t.Context(), dir) // whoever reads is held up by nobody
	if err != nil {
		t.Fatal(err)
	}
	defer closeNow(t, reader)
	if got := all(t, reader.Outcomes(t.Context(), Filter{})); len(got) != 3 {
		t.Errorf("%d outcomes, want 3", len(got))
	}
}

// full lets the ledger's file grow by some pages and no further.
func full(t testing.TB, l *Ledger, pages int) {
	t.Helper()
	var n int
	if err := l.write.QueryRow("PRAGMA page_count").Scan(&n); err != nil {
		t.Fatal(err)
	}
	if _, err := l.write.Exec("PRAGMA max_page_count = " + strconv.Itoa(n+pages)); err != nil {
		t.Fatal(err)
	}
}

func TestAFullDiskIsToldBeforeTheFirstAbort(t *testing.T) {
	l := openHere(t, t.TempDir())
	full(t, l, 20)
	_, err := l.Begin(aRun("run-1"), sequence(items(5000)))
	wantError(t, err, "begin the run of plan run-1 in the ledger", "the disk is full: free some space")
	if open := unsettled(t, l); len(open) != 0 {
		t.Error("a run that could not begin is there")
	}
}

func TestPromise8_NothingIsIntendedOnceTheDiskIsFull(t *testing.T) {
	dir := t.TempDir()
	l := openHere(t, dir)
	list := items(8000)
	log := begin(t, l, aRun("run-1"), list)
	full(t, l, 20)
	intended := -1
	for i := range list {
		if err := log.Intend("ks3", int64(i)); err != nil {
			wantError(t, err, "write to the ledger", "the disk is full: free some space")
			break
		}
		intended = i
		log.Conclude(anOutcome(i, list[i], engine.Aborted))
	}
	if intended == len(list)-1 {
		t.Fatal("the disk never was full")
	}
	wantError(t, log.Intend("ks3", 0), "the disk is full")
	wantError(t, log.Finish(endAt(epoch)), "the disk is full")
	closeNow(t, l)

	l = openHere(t, dir)
	open := unsettled(t, l)
	if len(open) != 1 {
		t.Fatalf("%d unsettled runs, want 1", len(open))
	}
	for _, d := range doubtsOf(t, open[0]) {
		if d.Seq <= int64(intended) && !d.Intended {
			t.Fatalf("item %d was told as intended, and is not", d.Seq)
		}
		open[0].Log.Conclude(anOutcome(int(d.Seq), d.Item, engine.NotAttempted))
	}
	finish(t, open[0].Log, endAt(epoch))
	wantWhole(t, verify(t, l), int64(len(list)))
}

func TestReadingWhereThereIsNoLedgerMakesNone(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	for range 2 {
		_, err := OpenReadOnly(t.Context(), dir)
		if !errors.Is(err, ErrNone) {
			t.Errorf("error %v, want ErrNone", err)
		}
		if entries, err := os.ReadDir(dir); len(entries) > 0 {
			t.Errorf("made %v, %v", entries, err)
		}
		if err := os.MkdirAll(dir, 0o700); err != nil {
			t.Fatal(err)
		}
	}
}

func TestReadingDoesNotWrite(t *testing.T) {
	dir := t.TempDir()
	l := openHere(t, dir)
	log := begin(t, l, aRun("run-1"), items(10))
	if err := log.Intend("ks3", 3); err != nil {
		t.Fatal(err)
	}
	reader, err := OpenReadOnly(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	defer closeNow(t, reader)
	if runs := all(t, reader.Runs(t.Context(), Filter{})); len(runs) != 1 || runs[0].Settled || runs[0].Open != 10 {
		t.Errorf("runs %+v", runs)
	}
	if _, err := reader.read.Exec("DELETE FROM runs"); err == nil {
		t.Error("a reader wrote")
	}
	_, err = reader.Begin(aRun("run-2"), sequence(items(1)))
	wantError(t, err, "opened for reading only")
	_, err = reader.Prune(t.Context(), epoch, "ann")
	wantError(t, err, "opened for reading only")
}

// plainUser skips where rights do not bind.
func plainUser(t *testing.T) {
	t.Helper()
	if runtime.GOOS == "windows" || os.Geteuid() == 0 {
		t.Skip("rights of files do not bind this user")
	}
}

func TestAReadOnlyLedgerIsRefusedForWritingAndRead(t *testing.T) {
	plainUser(t)
	for name, mode := range map[string]struct{ file, dir fs.FileMode }{
		"file": {0o400, 0o700}, "directory": {0o600, 0o500}, "both": {0o400, 0o500},
	} {
		t.Run(name, func(t *testing.T) {
			dir := spoil(t, func(path string) {
				if err := errors.Join(os.Chmod(path, mode.file), os.Chmod(filepath.Dir(path), mode.dir)); err != nil {
					t.Fatal(err)
				}
			})
			t.Cleanup(func() { _ = os.Chmod(dir, 0o700) })
			_, err := Open(t.Context(), dir)
			wantError(t, err, "ledger", "the right")
			l, err := OpenReadOnly(t.Context(), dir)
			if err != nil {
				t.Fatal(err)
			}
			wantWhole(t, verify(t, l), 2000)
			closeNow(t, l)
		})
	}
}
