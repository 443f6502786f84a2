package engine

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

var holder = Holder{PID: 4711, Host: "ops1", User: "ann", Command: "offcut apply", Since: epoch}

func TestPromise10_TwoAppliesNeverRunFromOneDirectory(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	first, err := AcquireLock(dir, holder)
	if err != nil {
		t.Fatal(err)
	}
	second, err := AcquireLock(dir, Holder{PID: 1})
	if second != nil || !errors.Is(err, ErrLocked) {
		t.Fatalf("the second lock is %v, %v", second, err)
	}
	for _, want := range []string{"process 4711", "user ann", "host ops1", `"offcut apply"`, "since 2026-03-14 12:00:00 UTC", dir} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("the error does not say %q: %v", want, err)
		}
	}
	if err := first.Release(); err != nil {
		t.Fatal(err)
	}
	third, err := AcquireLock(dir, Holder{PID: 3})
	if err != nil {
		t.Fatalf("after Release: %v", err)
	}
	// A second Release of the first lock must not free the third.
	if err := first.Release(); err != nil {
		t.Fatal(err)
	}
	if _, err := AcquireLock(dir, Holder{PID: 4}); !errors.Is(err, ErrLocked) || !strings.Contains(err.Error(), "process 3") {
		t.Errorf("while the third lock is held: %v", err)
	}
	if err := third.Release(); err != nil {
		t.Fatal(err)
	}
}

func TestLockOfAHolderWithoutANote(t *testing.T) {
	dir := t.TempDir()
	first, err := AcquireLock(dir, holder)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := first.Release(); err != nil {
			t.Error(err)
		}
	})
	for _, note := range []string{"", "{", "\x00"} {
		if err := os.WriteFile(first.note, []byte(note), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := AcquireLock(dir, holder); !errors.Is(err, ErrLocked) || !strings.Contains(err.Error(), "another process") {
			t.Errorf("with the note %q: %v", note, err)
		}
	}
}

const lockDirVariable = "OFFCUT_TEST_LOCK_DIR"

// TestLockOfAnotherProcess is the child of the test below; alone it does nothing.
func TestLockOfAnotherProcess(t *testing.T) {
	dir := os.Getenv(lockDirVariable)
	if dir == "" {
		t.Skip("runs as the child of another test")
	}
	if _, err := AcquireLock(dir, holder); err != nil {
		t.Fatal(err)
	}
	fmt.Println("locked")
	_, err := io.ReadAll(os.Stdin)
	t.Fatalf("the child outlived its test: %v", err)
}

func TestPromise10_AKilledHolderLeavesNoLock(t *testing.T) {
	dir := t.TempDir()
	child := exec.Command(os.Args[0], "-test.run=^TestLockOfAnotherProcess$")
	child.Env = append(os.Environ(), lockDirVariable+"="+dir)
	if _, err := child.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	out, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	if line != "locked\n" {
		t.Errorf("the child says %q, %v", line, err)
	}
	if _, err := AcquireLock(dir, holder); !errors.Is(err, ErrLocked) {
		t.Errorf("while the child holds the lock: %v", err)
	}
	if err := child.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	if child.Wait() == nil {
		t.Error("the child ended by itself")
	}
	lock, err := AcquireLock(dir, holder)
	if err != nil {
		t.Fatalf("after the kill: %v", err)
	}
	if err := lock.Release(); err != nil {
		t.Fatal(err)
	}
}
