package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"

	"offcut/cmd/offcut/view"
	"offcut/engine/ledger"
)

// A chainHead is a row of a chain with its hash, as somebody noted it.
type chainHead struct {
	number int64
	hash   string
}

var headForm = regexp.MustCompile(`^([1-9][0-9]{0,17}):([0-9a-f]{64})$`)

// parseHead reads NUMBER:HASH; without the flag there is none.
func parseHead(text string, given bool) (*chainHead, error) {
	if !given {
		return nil, nil //nolint:nilnil // no head is no error
	}
	m := headForm.FindStringSubmatch(strings.ToLower(strings.TrimSpace(text)))
	if m == nil {
		return nil, fmt.Errorf(`-head is %q: give NUMBER:HASH as "audit verify" prints it, such as 12:9f86…, the hash with 64 hex digits`, text)
	}
	number, err := strconv.ParseInt(m[1], 10, 64)
	return &chainHead{number, m[2]}, err
}

// compare says how a chain disagrees with the head; nil when it does not, or when
// there is none. look finds the hash of the head's row.
func (h *chainHead) compare(c *ledger.Chain, look func() (string, error)) (*ledger.Break, error) {
	switch {
	case h == nil:
		return nil, nil //nolint:nilnil // nothing to compare with
	case h.number > c.Last:
		return h.broken("was noted and is missing: the chain ends with row %d", c.Last), nil
	case h.number < c.First:
		return nil, fmt.Errorf("row %d, whose hash was noted, is not in the chain any more, which begins with row %d: nothing can be compared with it", h.number, c.First)
	}
	hash := c.Head
	if h.number != c.Last {
		var err error
		if hash, err = look(); err != nil {
			return nil, err
		}
	}
	switch hash {
	case h.hash:
		return nil, nil //nolint:nilnil // they agree
	case "":
		return h.broken("was noted and is missing"), nil
	}
	return h.broken("is not the one that was noted: its hash is %s, and %s was noted; the chain was made anew, or another head was noted", hash, h.hash), nil
}

func (h *chainHead) broken(format string, args ...any) *ledger.Break {
	return &ledger.Break{Number: h.number, What: fmt.Sprintf("row %d ", h.number) + fmt.Sprintf(format, args...)}
}

// hashInExport finds the hash of a row; empty where it is missing.
func hashInExport(path string, number int64) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", fileError("read", path, err)
	}
	defer f.Close() //nolint:errcheck // it was only read
	lines := json.NewDecoder(bufio.NewReader(f))
	for {
		var row struct {
			Number int64  `json:"number"`
			Hash   string `json:"hash"`
		}
		err := lines.Decode(&row)
		switch {
		case errors.Is(err, io.EOF):
			return "", nil
		case err != nil:
			return "", fileError("read", path, err)
		case row.Number == number:
			return row.Hash, nil
		}
	}
}

// writeNew writes a file that must not be there yet, mode 0600, whole or not at all.
func writeNew(path string, write func(io.Writer) error) (err error) {
	if _, err := os.Lstat(path); !errors.Is(err, fs.ErrNotExist) {
		if err == nil {
			err = fs.ErrExist
		}
		return fileError("write", path, err)
	}
	f, err := os.CreateTemp(filepath.Dir(path), ".offcut-*")
	if err != nil {
		return fmt.Errorf("write %s: %w", view.Text(path), err)
	}
	defer func() {
		if err != nil {
			err = errors.Join(fmt.Errorf("write %s: %w", view.Text(path), err), os.Remove(f.Name()))
		}
	}()
	buffered := bufio.NewWriter(f)
	if err = write(buffered); err == nil {
		err = buffered.Flush()
	}
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}
