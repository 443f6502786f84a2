package planfile

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestCheckTarget(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		return path
	}
	link := filepath.Join(dir, "link")
	if err := os.Symlink(write("old.plan", magic+"..."), link); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ path, says string }{
		{"", "is empty"},
		{filepath.Join(dir, "missing", "stale.plan"), "there is no directory"},
		{filepath.Join(write("file", "x"), "stale.plan"), "not a directory"},
		{dir, "is a directory"},
		{link, "not a regular file"},
		{os.DevNull, "not a regular file"},
		{write("offcut.hcl", "rule {}"), "is no saved plan"},
		{write("short", "x"), "is no saved plan"},
		{write("empty", ""), ""},
		{filepath.Join(dir, "old.plan"), ""},
		{filepath.Join(dir, "new.plan"), ""},
	} {
		err := CheckTarget(c.path)
		if c.says == "" && err != nil || c.says != "" && (err == nil || !strings.Contains(err.Error(), c.says)) {
			t.Errorf("CheckTarget(%q) = %v, want %q", c.path, err, c.says)
		}
	}
	if _, err := os.Stat(filepath.Join(dir, "new.plan")); err == nil {
		t.Error("looking at a target made it")
	}
	expectNoTemporaryFiles(t, dir)
}

func TestPromise9_FailedWriteLeavesTheOldFileWhole(t *testing.T) {
	path := saved(t, testPlan(t, typical(3)))
	before, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	err = replace(path, func(w io.Writer) error {
		if _, err := io.WriteString(w, "half of a plan"); err != nil {
			return err
		}
		return errBroken
	})
	if err == nil || !strings.Contains(err.Error(), errBroken.Error()) {
		t.Errorf("the error is %v, want %v", err, errBroken)
	}
	after, err := os.ReadFile(path)
	if err != nil || string(after) != string(before) {
		t.Errorf("the old file was changed (%v)", err)
	}
	expectNoTemporaryFiles(t, filepath.Dir(path))
}

func TestWriteReplacesAnOlderPlan(t *testing.T) {
	path := saved(t, testPlan(t, typical(3)))
	if err := Write(path, testHeader(), testPlan(t, typical(7))); err != nil {
		t.Fatal(err)
	}
	if n := len(itemsOf(t, opened(t, path).Plan)); n != 7 {
		t.Errorf("%d items, want 7", n)
	}
}

func expectNoTemporaryFiles(t *testing.T, dir string) {
	t.Helper()
	left, err := filepath.Glob(filepath.Join(dir, ".offcut-plan-*"))
	if err != nil || len(left) > 0 {
		t.Errorf("left behind: %v (%v)", left, err)
	}
}
