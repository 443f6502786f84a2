package emulator

import (
	"bufio"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
)

// A fileID names the file that holds a part's bytes. It is random, so that no
// key ever becomes a file name and no two parts share a file.
type fileID [16]byte

func newFileID() fileID {
	var id fileID
	rand.Read(id[:]) // It never fails: it ends the process instead.
	return id
}

func (id fileID) name() string { return hex.EncodeToString(id[:]) }

// parseFileID reads a name that name made.
func parseFileID(name string) (id fileID, ok bool) {
	raw, err := hex.DecodeString(name)
	if err != nil || len(raw) != len(id) {
		return id, false
	}
	return fileID(raw), true
}

// partFiles is the directory of part files. A file that is being read is not
// removed before its last reader is done.
type partFiles struct {
	dir, tmp string
	flush    func(*os.File) error // waits until a file, or the names in a directory, are on disk

	mu      sync.Mutex
	pins    map[fileID]int
	doomed  map[fileID]bool
	shelves map[string]bool // directories whose own names are on disk
}

func openPartFiles(dir string, syncFiles bool) (*partFiles, error) {
	f := &partFiles{
		dir: filepath.Join(dir, "parts"), tmp: filepath.Join(dir, "tmp"),
		flush: func(*os.File) error { return nil },
		pins:  map[fileID]int{}, doomed: map[fileID]bool{}, shelves: map[string]bool{},
	}
	if syncFiles {
		f.flush = (*os.File).Sync
	}
	if err := clearUnfinished(f.tmp); err != nil {
		return nil, fmt.Errorf("clear the directory of unfinished parts: %w", err)
	}
	for _, d := range [...]string{f.dir, f.tmp} {
		if err := os.MkdirAll(d, 0o700); err != nil {
			return nil, fmt.Errorf("make the directory of parts: %w", err)
		}
	}
	if err := f.flushDir(dir); err != nil {
		return nil, fmt.Errorf("write the data directory to the disk: %w", err)
	}
	return f, nil
}

// clearUnfinished removes what an earlier process was receiving, which was never
// acknowledged. Where there is anything else, the directory is somebody's, and
// nothing is removed.
func clearUnfinished(dir string) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return ignoreMissing(err)
	}
	for _, e := range entries {
		if _, ok := parseFileID(e.Name()); !ok || !e.Type().IsRegular() {
			return notOurs(filepath.Join(dir, e.Name()))
		}
	}
	for _, e := range entries {
		if err := os.Remove(filepath.Join(dir, e.Name())); err != nil {
			return err
		}
	}
	return nil
}

func notOurs(path string) error {
	return fmt.Errorf("%s is no part of this server: is the data directory shared with something else?", path)
}

func (f *partFiles) path(id fileID) string {
	name := id.name()
	return filepath.Join(f.dir, name[:2], name)
}

// receive stores what fill writes under a new id. Nothing stays behind when fill
// fails.
func (f *partFiles) receive(fill func(io.Writer) error) (id fileID, err error) {
	id = newFileID()
	tmp, err := os.OpenFile(filepath.Join(f.tmp, id.name()), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return id, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, ignoreMissing(os.Remove(tmp.Name())), ignoreMissing(os.Remove(f.path(id))))
		}
	}()
	w := bufio.NewWriterSize(tmp, 128<<10)
	err = fill(w)
	if err == nil {
		err = w.Flush()
	}
	if err == nil {
		err = f.flush(tmp)
	}
	if closed := tmp.Close(); err == nil {
		err = closed
	}
	if err == nil {
		err = f.publish(tmp.Name(), id)
	}
	return id, err
}

// publish gives a file its name for good.
func (f *partFiles) publish(from string, id fileID) error {
	to := f.path(id)
	shelf := filepath.Dir(to)
	if err := f.makeShelf(shelf); err != nil {
		return err
	}
	if err := os.Rename(from, to); err != nil {
		return err
	}
	return f.flushDir(shelf)
}

// makeShelf makes a directory for files. One that is there already may have been
// made a moment ago, or by a process that was killed: whoever uses it first waits
// until its name is on disk.
func (f *partFiles) makeShelf(shelf string) error {
	f.mu.Lock()
	kept := f.shelves[shelf]
	f.mu.Unlock()
	if kept {
		return nil
	}
	if err := os.Mkdir(shelf, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	if err := f.flushDir(f.dir); err != nil {
		return err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.shelves[shelf] = true
	return nil
}

func (f *partFiles) flushDir(name string) error {
	d, err := os.Open(name)
	if err != nil {
		return err
	}
	err = f.flush(d)
	if closed := d.Close(); err == nil {
		err = closed
	}
	return err
}

// pin keeps files readable until unpin.
func (f *partFiles) pin(pieces []piece) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, p := range pieces {
		f.pins[p.file]++
	}
}

func (f *partFiles) unpin(pieces []piece) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	var errs []error
	for _, p := range pieces {
		f.pins[p.file]--
		if f.pins[p.file] > 0 {
			continue
		}
		delete(f.pins, p.file)
		if f.doomed[p.file] {
			delete(f.doomed, p.file)
			errs = append(errs, ignoreMissing(os.Remove(f.path(p.file))))
		}
	}
	return errors.Join(errs...)
}

// remove deletes files that no metadata names any more.
func (f *partFiles) remove(ids []fileID) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	var errs []error
	for _, id := range ids {
		if f.pins[id] > 0 {
			f.doomed[id] = true
			continue
		}
		errs = append(errs, ignoreMissing(os.Remove(f.path(id))))
	}
	return errors.Join(errs...)
}

// sweep removes every file that known does not know: what was stored when the
// process ended before its metadata was, and what was given up but not yet removed.
func (f *partFiles) sweep(known func(fileID) bool) error {
	return filepath.WalkDir(f.dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		id, ok := parseFileID(d.Name())
		if !ok {
			return notOurs(path)
		}
		if known(id) {
			return nil
		}
		return os.Remove(path)
	})
}

func ignoreMissing(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}
