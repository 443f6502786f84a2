package engine

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
	"unicode"
)

// haltName is the kill switch's file in a data directory.
const haltName = "halt"

// A Halt is the kill switch of a data directory: while its file is there, nothing
// is aborted from that directory, whatever the file holds.
type Halt struct {
	Reason string    `json:"reason"`
	By     string    `json:"by"` // "user@host"
	Since  time.Time `json:"since"`
}

// ErrHalted is what errors match that say that nothing may be aborted because of a
// Halt.
var ErrHalted = errors.New("halted")

// errLifted is what somebody sees who puts a halt just when another is lifted.
var errLifted = errors.New("and it was lifted at this very moment: try again")

// PutHalt halts a data directory, which is made when missing. It holds from the
// moment on that the file exists; an error afterwards says that it does. Where a
// halt is there already it stays as it is, and the error, which matches ErrHalted,
// says whose it is.
func PutHalt(dir string, h Halt) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("halt %s: %w", dir, err)
	}
	text, err := json.Marshal(h)
	if err != nil {
		return fmt.Errorf("halt %s: %w", dir, err)
	}
	name := filepath.Join(dir, haltName)
	err = linkFile(name, append(text, '\n'))
	if err != nil && !errors.Is(err, fs.ErrExist) {
		// On a full disk, or one without links, a file that says nothing halts too.
		err = writeNew(name, append(text, '\n'))
	}
	if err == nil {
		err = syncDir(dir)
	}
	switch {
	case errors.Is(err, fs.ErrExist):
		return alreadyHalted(dir)
	case err != nil && Halted(dir)() == nil:
		return fmt.Errorf("halt %s: it is NOT halted: %w", dir, err)
	case err != nil:
		return fmt.Errorf("halt %s: it is halted now, but why could not be kept on disk: %w", dir, err)
	}
	return nil
}

// alreadyHalted says whose halt is there, to somebody who meant to put one.
func alreadyHalted(dir string) error {
	if h, err := ReadHalt(dir); err == nil && h != nil {
		return fmt.Errorf("%s is already %w %s; its reason was kept: %s", dir, ErrHalted, h.who(), h.why())
	}
	return fmt.Errorf("halt %s: it is there already: %w", dir, cmp.Or(Halted(dir)(), errLifted))
}

// linkFile makes a file that has all of its text from the moment on that it exists.
func linkFile(name string, text []byte) error {
	f, err := os.CreateTemp(filepath.Dir(name), haltName+"-*") // mode 0600
	if err != nil {
		return err
	}
	defer os.Remove(f.Name()) //nolint:errcheck // what is left of it halts nothing
	_, err = f.Write(text)
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	return os.Link(f.Name(), name)
}

// writeNew makes a file that may exist before its text does.
func writeNew(name string, text []byte) error {
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(text)
	return errors.Join(err, f.Sync(), f.Close())
}

// ReadHalt returns the halt of a data directory, or nil where there is none. An
// error means that it is halted, or may be, and that who did it is not known.
func ReadHalt(dir string) (*Halt, error) {
	name := filepath.Join(dir, haltName)
	text, err := readHaltFile(name)
	switch {
	case errors.Is(err, fs.ErrNotExist) && !dangles(name):
		return nil, nil
	case err != nil:
		return nil, fmt.Errorf("whether aborts are halted cannot be read, so that they are: %w", err)
	}
	h := &Halt{}
	if err := json.Unmarshal(text, h); err != nil || h.By == "" || h.Since.IsZero() {
		return nil, fmt.Errorf("%s is there and its text is damaged, so that nobody can say who halted the aborts and why", name)
	}
	return h, nil
}

// maxHalt is the size of the largest halt file that is read.
const maxHalt = 1 << 20

// readHaltFile reads a halt file. What is not a file, or too large to be one of ours,
// is not read: a pipe would hold up who only asks whether to stop.
func readHaltFile(name string) ([]byte, error) {
	info, err := os.Stat(name)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() || info.Size() > maxHalt {
		return nil, fmt.Errorf("%s is no file that offcut wrote", name)
	}
	return os.ReadFile(name)
}

// dangles reports whether name is there although it cannot be read: a link to
// nothing. Who put it there meant something by it.
func dangles(name string) bool {
	_, err := os.Lstat(name)
	return !errors.Is(err, fs.ErrNotExist)
}

// LiftHalt ends the halt of a data directory and returns it; nil where there was
// none. One whose text is damaged is lifted too, and comes back empty.
func LiftHalt(dir string) (*Halt, error) {
	h, err := ReadHalt(dir)
	if h == nil && err == nil {
		return nil, nil
	}
	if h == nil {
		h = &Halt{}
	}
	if err := os.Remove(filepath.Join(dir, haltName)); err != nil {
		return nil, fmt.Errorf("lift the halt of %s: %w", dir, err)
	}
	if err := syncDir(dir); err != nil {
		return h, fmt.Errorf("lift the halt of %s: it may come back after a power cut: %w", dir, err)
	}
	return h, nil
}

// Halted makes the function for Options.Halted: it looks for the halt of a data
// directory, by one stat as long as there is none. Its error matches ErrHalted.
func Halted(dir string) func() error {
	name := filepath.Join(dir, haltName)
	return func() error {
		if _, err := os.Lstat(name); errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		h, err := ReadHalt(dir)
		switch {
		case err != nil:
			return fmt.Errorf("%w: %w: look at %s, and lift the halt with \"%s\"", ErrHalted, err, dir, liftCommand(dir))
		case h == nil: // it was lifted in between
			return nil
		}
		return fmt.Errorf("%w %s (%s): when that is over, lift it with \"%s\"", ErrHalted, h.who(), h.why(), liftCommand(dir))
	}
}

// liftCommand is what lifts the halt of a data directory; ".offcut" is the one that
// needs no name.
func liftCommand(dir string) string {
	const lift = "offcut halt -lift"
	switch {
	case filepath.Clean(dir) == ".offcut":
		return lift
	case strings.ContainsFunc(dir, needsQuotes) && !strings.ContainsRune(dir, '\''):
		dir = "'" + dir + "'"
	case strings.ContainsFunc(dir, needsQuotes):
		dir = strconv.Quote(dir)
	}
	return lift + " -data-dir " + dir
}

func needsQuotes(r rune) bool {
	return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune("/._-+:@", r)
}

func (h *Halt) who() string {
	return fmt.Sprintf("by %s since %s", h.By, stamp(h.Since))
}

func (h *Halt) why() string {
	if reason := strings.Join(strings.Fields(h.Reason), " "); reason != "" {
		return reason
	}
	return "no reason was given"
}

// syncDir brings the names in a directory to the disk.
func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
