package planfile

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// CheckTarget says why no plan can be saved at path, or returns nil. It is for asking
// before the work of planning begins. Only a plan may be replaced: any other file that
// is there was named by mistake.
func CheckTarget(path string) error {
	if path == "" {
		return errors.New("the name of the file is empty")
	}
	dir := filepath.Dir(path)
	switch info, err := os.Stat(dir); {
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("there is no directory %s: make it first", dir)
	case err != nil:
		return err
	case !info.IsDir():
		return fmt.Errorf("%s is not a directory", dir)
	}
	switch info, err := os.Lstat(path); {
	case errors.Is(err, fs.ErrNotExist):
		return checkWritable(dir)
	case err != nil:
		return err
	case info.IsDir():
		return fmt.Errorf("%s is a directory: give the name of a file in it", path)
	case !info.Mode().IsRegular():
		return fmt.Errorf("%s is not a regular file: give another name", path)
	case info.Size() > 0 && !isPlan(path):
		return fmt.Errorf("%s is there already and is no saved plan: give another name, or remove it first", path)
	}
	return checkWritable(dir)
}

// checkWritable tries whether a file can be made in a directory.
func checkWritable(dir string) error {
	f, err := os.CreateTemp(dir, ".offcut-plan-*")
	if err != nil {
		return fmt.Errorf("no file can be made in its directory: %w", reason(err))
	}
	return errors.Join(f.Close(), os.Remove(f.Name()))
}

// reason is an error without the name of a temporary file, which tells nobody
// anything.
func reason(err error) error {
	var inner *fs.PathError
	if errors.As(err, &inner) {
		return inner.Err
	}
	return err
}

// isPlan reports whether a file begins as a plan file does.
func isPlan(path string) bool {
	f, err := os.Open(path)
	if err != nil {
		return false
	}
	defer func() { _ = f.Close() }() // it was only read
	var start [len(magic)]byte
	_, err = io.ReadFull(f, start[:])
	return err == nil && string(start[:]) == magic
}

// replace writes a file at path, in one step as others see it: they find the whole new
// file or what was there before, also after a power cut.
func replace(path string, write func(io.Writer) error) (err error) {
	f, err := os.CreateTemp(filepath.Dir(path), ".offcut-plan-*") // its mode is 0600
	if err != nil {
		return fmt.Errorf("make a file in its directory: %w", reason(err))
	}
	defer func() {
		if err != nil {
			_ = os.Remove(f.Name()) // it may not be there any more
		}
	}()
	if err := errors.Join(write(f), f.Sync(), f.Close()); err != nil {
		return reason(err)
	}
	if err := os.Rename(f.Name(), path); err != nil {
		return err
	}
	return syncDir(filepath.Dir(path))
}

// syncDir has the names in a directory survive a power cut.
func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
