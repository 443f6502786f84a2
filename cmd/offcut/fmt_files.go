package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"offcut/cmd/offcut/view"
)

// formattable lists the files that path stands for. Beside an error it returns
// those that it found nevertheless.
func formattable(path string, recursive bool) ([]string, error) {
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, noSuchFile(path)
	}
	if err != nil {
		return nil, fileError("fmt: read", path, err)
	}
	switch {
	case info.IsDir():
		return filesBelow(path, recursive)
	case !strings.HasSuffix(path, ".hcl"):
		return nil, fmt.Errorf("fmt: %s is no *.hcl file", view.Text(path))
	case !info.Mode().IsRegular():
		return nil, irregular(path)
	}
	return []string{path}, nil
}

// noSuchFile says that nothing is at a path.
func noSuchFile(path string) error {
	return fmt.Errorf("there is no file or directory %s", view.Text(path))
}

// filesBelow lists the *.hcl files of a directory, and with recursive those of the
// directories in it. A link counts as what it leads to, but the walk does not
// follow it into a directory. What begins with a dot is left alone.
func filesBelow(dir string, recursive bool) (files []string, err error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, fileError("fmt: read", dir, err)
	}
	var problems []error
	for _, entry := range entries {
		name := filepath.Join(dir, entry.Name())
		isRule := strings.HasSuffix(name, ".hcl")
		switch {
		case strings.HasPrefix(entry.Name(), "."):
		case entry.IsDir() && recursive:
			below, err := filesBelow(name, recursive)
			files, problems = append(files, below...), append(problems, err)
		case isRule && !entry.IsDir():
			info, err := os.Stat(name)
			switch {
			case err != nil:
				problems = append(problems, fileError("fmt: read", name, err))
			case info.Mode().IsRegular():
				files = append(files, name)
			case !info.IsDir():
				problems = append(problems, irregular(name))
			}
		}
	}
	return files, errors.Join(problems...)
}

// irregular refuses a pipe, a socket or a device: reading one might never end, and
// writing would put a file in its place.
func irregular(name string) error {
	return fmt.Errorf("fmt: %s is no regular file and was left as it is", view.Text(name))
}

// fileError says what could not be done with a file, with its name on one line.
func fileError(verb, name string, err error) error {
	var inner *fs.PathError
	var moved *os.LinkError
	switch { // without the names in them, which may hold anything
	case errors.As(err, &inner):
		err = inner.Err
	case errors.As(err, &moved):
		err = moved.Err
	}
	return fmt.Errorf("%s %s: %w", verb, view.Text(name), err)
}

// replaceFile puts new content in place of a file at once: a reader sees the old
// text or the new one. A link stays a link; the mode stays the mode. A file that
// its owner may not write is refused, though its directory would allow it.
func replaceFile(name string, content []byte) (err error) {
	const verb = "fmt: write"
	real, err := filepath.EvalSymlinks(name)
	if err != nil {
		return fileError(verb, name, err)
	}
	info, err := os.Stat(real)
	if err != nil {
		return fileError(verb, name, err)
	}
	if info.Mode().Perm()&0o200 == 0 {
		return fmt.Errorf("fmt: %s is read-only and was left as it is: make it writable first", view.Text(name))
	}
	temp, err := os.CreateTemp(filepath.Dir(real), ".offcut-fmt-*")
	if err != nil {
		return fileError(verb, name, err)
	}
	defer func() {
		if err != nil {
			err = errors.Join(fileError(verb, name, err), os.Remove(temp.Name()))
		}
	}()
	_, err = temp.Write(content)
	err = errors.Join(err, temp.Chmod(info.Mode().Perm()), temp.Sync(), temp.Close())
	if err != nil {
		return err
	}
	return os.Rename(temp.Name(), real)
}
