package engine

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

func aHalt() Halt {
	return Halt{Reason: "wrong account", By: "ana@ops1", Since: time.Date(2026, 3, 14, 9, 26, 53, 0, time.UTC)}
}

func TestHalt_PutReadLift(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "made", "when missing")
	if h, err := ReadHalt(dir); h != nil || err != nil {
		t.Fatalf("a directory that is not there reads as %v, %v", h, err)
	}
	halted := Halted(dir)
	if err := halted(); err != nil {
		t.Fatalf("halted without a halt: %v", err)
	}
	if err := PutHalt(dir, aHalt()); err != nil {
		t.Fatal(err)
	}
	if h, err := ReadHalt(dir); err != nil || *h != aHalt() {
		t.Errorf("read back: %+v, %v", h, err)
	}
	info, err := os.Stat(filepath.Join(dir, "halt"))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the file is %v, %v; nobody else may read or write it", info.Mode(), err)
	}
	err = halted()
	if !errors.Is(err, ErrHalted) || err.Error() != "halted by ana@ops1 since 2026-03-14 09:26:53 UTC (wrong account): when that is over, lift it with \"offcut halt -lift -data-dir '"+dir+"'\"" {
		t.Errorf("it says %v", err)
	}
	if h, err := LiftHalt(dir); err != nil || *h != aHalt() {
		t.Errorf("lifted: %+v, %v", h, err)
	}
	if err := halted(); err != nil {
		t.Errorf("still halted: %v", err)
	}
	if h, err := LiftHalt(dir); h != nil || err != nil {
		t.Errorf("lifting what is not there gives %v, %v", h, err)
	}
}

// TestHalt_IsNotOverwritten holds that who halted first stays named.
func TestHalt_IsNotOverwritten(t *testing.T) {
	dir := t.TempDir()
	if err := PutHalt(dir, aHalt()); err != nil {
		t.Fatal(err)
	}
	err := PutHalt(dir, Halt{Reason: "mine", By: "bob@ops2", Since: time.Now()})
	if !errors.Is(err, ErrHalted) || !strings.Contains(err.Error(), "is already halted by ana@ops1 since 2026-03-14 09:26:53 UTC; its reason was kept: wrong account") {
		t.Errorf("a second halt: %v", err)
	}
	if h, err := ReadHalt(dir); err != nil || h.By != "ana@ops1" {
		t.Errorf("the first halt is now %+v, %v", h, err)
	}
}

// TestHalt_DamagedFileHalts holds that whatever lies under the name halts: a guard
// that cannot be read is on.
func TestHalt_DamagedFileHalts(t *testing.T) {
	for name, make := range map[string]func(name string) error{
		"empty":          func(name string) error { return os.WriteFile(name, nil, 0o600) },
		"not JSON":       func(name string) error { return os.WriteFile(name, []byte("stop!"), 0o600) },
		"nobody's":       func(name string) error { return os.WriteFile(name, []byte("{}"), 0o600) },
		"cut off":        func(name string) error { return os.WriteFile(name, []byte(`{"reason":"wrong acc`), 0o600) },
		"a directory":    func(name string) error { return os.Mkdir(name, 0o700) },
		"a device":       func(name string) error { return os.Symlink("/dev/zero", name) },
		"huge":           func(name string) error { return os.WriteFile(name, make([]byte, maxHalt+1), 0o600) },
		"a link to none": func(name string) error { return os.Symlink("nowhere", name) },
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			if err := make(filepath.Join(dir, "halt")); err != nil {
				t.Fatal(err)
			}
			if h, err := ReadHalt(dir); h != nil || err == nil {
				t.Errorf("reads as %v, %v", h, err)
			}
			if err := Halted(dir)(); !errors.Is(err, ErrHalted) || !strings.Contains(err.Error(), "offcut halt -lift") {
				t.Errorf("halted says %v", err)
			}
			if err := PutHalt(dir, aHalt()); !errors.Is(err, ErrHalted) {
				t.Errorf("a halt over it: %v", err)
			}
			if h, err := LiftHalt(dir); err != nil || h == nil || *h != (Halt{}) {
				t.Errorf("lifting it gives %v, %v", h, err)
			}
			if err := Halted(dir)(); err != nil {
				t.Errorf("still halted: %v", err)
			}
		})
	}
}

// TestHalt_DirectoryOutOfReachHalts holds that a data directory that cannot be looked
// into halts.
func TestHalt_DirectoryOutOfReachHalts(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "a file")
	if err := os.WriteFile(dir, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := Halted(dir)(); !errors.Is(err, ErrHalted) {
		t.Errorf("halted says %v", err)
	}
}

func TestApply_HaltedBeforeItBegins(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		w.several(3)
		plan := w.plan()
		if err := PutHalt(w.opts.Dir, aHalt()); err != nil {
			t.Fatal(err)
		}
		w.opts.Halted = Halted(w.opts.Dir)
		_, err := Apply(t.Context(), w.stores(), w.cfg, plan, w.opts)
		if !errors.Is(err, ErrHalted) || !strings.Contains(err.Error(), "halted by ana@ops1 since") || !strings.HasSuffix(err.Error(), "nothing was attempted") {
			t.Errorf("apply says %v", err)
		}
		if n := w.store.Requests(); n != 0 {
			t.Errorf("%d requests were sent", n)
		}
	})
}

// TestApply_HaltedOnTheWay holds that no abort is sent once the halt is there: what
// was in hand ends, the rest is not-attempted, and the report says why.
func TestApply_HaltedOnTheWay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		w.opts.Parallelism = 3
		w.opts.Halted = Halted(w.opts.Dir)
		refs := w.several(40)
		plan := w.plan()
		var mu sync.Mutex
		n := 0
		w.store.onAbort = func(Ref) error {
			mu.Lock() // whoever waits here is in hand
			defer mu.Unlock()
			if n++; n == 10 {
				return PutHalt(w.opts.Dir, aHalt())
			}
			return nil
		}
		report := w.apply(plan)
		outcomes := w.outcomes(plan, report)
		sent := int64(w.store.called("Abort"))
		if sent > 10+2 {
			t.Errorf("%d aborts were sent with 3 at once, the tenth saw the halt", sent)
		}
		if got := report.Results[Aborted].Uploads; got != sent {
			t.Errorf("%d aborted of %d aborts sent: what was in hand has its outcome", got, sent)
		}
		if got := report.Results[NotAttempted].Uploads; got != 40-sent {
			t.Errorf("%d not attempted, want %d", got, 40-sent)
		}
		o := w.want(outcomes, refs[39], NotAttempted)
		want := "halted by ana@ops1 since 2026-03-14 09:26:53 UTC (wrong account): when that is over, lift it with \"" + liftCommand(w.opts.Dir) + "\", and plan again"
		if o.Err != want || report.Halted != want {
			t.Errorf("the outcome says %q, the report %q", o.Err, report.Halted)
		}
		if report.Clean() || report.Interrupted {
			t.Errorf("the report is clean %v, interrupted %v", report.Clean(), report.Interrupted)
		}
	})
}

// TestApply_HaltedAfterTheParts holds that the halt is looked for right before the abort
// and not only before the look that comes before it.
func TestApply_HaltedAfterTheParts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		w.opts.Halted = Halted(w.opts.Dir)
		ref := w.stale("raw/a", "u1")
		outcomes := w.run(func() {
			w.store.onListParts = func(Ref) error { return PutHalt(w.opts.Dir, aHalt()) }
		})
		if o := w.want(outcomes, ref, NotAttempted); w.store.called("Abort") != 0 || !strings.HasPrefix(o.Err, "halted by ana@ops1") {
			t.Errorf("%d aborts, %s", w.store.called("Abort"), o.Err)
		}
	})
}

// TestApply_HaltedWhileItWaits holds that a retry is an abort too.
func TestApply_HaltedWhileItWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		w.opts.Halted = Halted(w.opts.Dir)
		ref := w.stale("raw/a", "u1")
		w.store.onAbort = func(Ref) error {
			return errors.Join(ErrTemporary, PutHalt(w.opts.Dir, aHalt()))
		}
		outcomes := w.run(nil)
		o := w.want(outcomes, ref, Failed)
		if w.store.called("Abort") != 1 || !strings.Contains(o.Err, "halted by ana@ops1") || !strings.Contains(o.Err, "its effect is not known") {
			t.Errorf("%d aborts, %s", w.store.called("Abort"), o.Err)
		}
	})
}

// TestApply_HaltedBetweenRounds holds that what is still there is not aborted again,
// but looked for.
func TestApply_HaltedBetweenRounds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		w.opts.Halted = Halted(w.opts.Dir)
		ref := w.stale("raw/a", "u1")
		w.store.staysListed(ref, true)
		w.store.onAbort = func(Ref) error { return PutHalt(w.opts.Dir, aHalt()) }
		o := w.want(w.run(nil), ref, NotVerified)
		if w.store.called("Abort") != 1 || !strings.Contains(o.Err, "halted by ana@ops1") {
			t.Errorf("%d aborts, %s", w.store.called("Abort"), o.Err)
		}
	})
}

// TestHalt_ReadersNeverSeeHalfOfIt holds that a halt has its text from the moment on
// that it holds, and that one of many who halt at once is named.
func TestHalt_ReadersNeverSeeHalfOfIt(t *testing.T) {
	dir := t.TempDir()
	halted := Halted(dir)
	var wg sync.WaitGroup
	var put atomic.Int64
	for range 8 {
		wg.Go(func() {
			if err := PutHalt(dir, aHalt()); err == nil {
				put.Add(1)
			} else if !errors.Is(err, ErrHalted) {
				t.Error(err)
			}
		})
		wg.Go(func() {
			for range 200 {
				if err := halted(); err != nil && !strings.HasPrefix(err.Error(), "halted by ana@ops1") {
					t.Error(err)
					return
				}
			}
		})
	}
	wg.Wait()
	if put.Load() != 1 {
		t.Errorf("%d of 8 put it", put.Load())
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) != 1 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

// TestHalt_HaltsWithoutLinks holds that a disk on which the file cannot be written
// beside and linked halts all the same.
func TestHalt_HaltsWithoutLinks(t *testing.T) {
	name := filepath.Join(t.TempDir(), "halt")
	if err := writeNew(name, []byte(`{"reason":"x","by":"ana@ops1","since":"2026-03-14T09:26:53Z"}`)); err != nil {
		t.Fatal(err)
	}
	if err := Halted(filepath.Dir(name))(); !errors.Is(err, ErrHalted) || !strings.Contains(err.Error(), "by ana@ops1") {
		t.Error(err)
	}
	if err := writeNew(name, nil); !errors.Is(err, fs.ErrExist) {
		t.Errorf("it was overwritten: %v", err)
	}
}

// BenchmarkHalted is what each abort pays for the kill switch.
func TestHaltSaysWhatLiftsIt(t *testing.T) {
	for dir, want := range map[string]string{
		".offcut":            "offcut halt -lift",
		"./.offcut":          "offcut halt -lift",
		"/srv/janitor/state": "offcut halt -lift -data-dir /srv/janitor/state",
		"my state":           `offcut halt -lift -data-dir 'my state'`,
	} {
		if got := liftCommand(dir); got != want {
			t.Errorf("%s: %s, want %s", dir, got, want)
		}
	}
}

func BenchmarkHalted(b *testing.B) {
	halted := Halted(b.TempDir())
	for b.Loop() {
		if err := halted(); err != nil {
			b.Fatal(err)
		}
	}
}
