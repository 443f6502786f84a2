package engine

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// A Sight is what a data block found, when a plan was made.
type Sight struct {
	Rules   string    `json:"rules"`   // absolute path of the rule files
	Data    string    `json:"data"`    // address of the data block: "data.buckets.media"
	Realm   string    `json:"realm"`   // namespace of the buckets' names
	At      time.Time `json:"at"`      // when the plan was made
	Buckets []string  `json:"buckets"` // names, sorted
}

// A BucketChange is how a data block's buckets differ from those of the plan before.
type BucketChange struct {
	Since    time.Time // when that plan was made
	Appeared []string  // names, sorted
	Gone     []string  // likewise
}

// sightFormat is the version of the files that keep sights.
const sightFormat = 1

// maxSight bounds what is read of such a file: a hundred thousand names fit.
const maxSight = 16 << 20

type sightFile struct {
	Format int `json:"format"`
	Sight
}

// Compare says how the buckets of now differ from those that the same data block of the
// same rules found at the plan before, as the data directory dir remembers it: nil
// where nothing is remembered or nothing differs. It changes nothing.
func (now *Sight) Compare(dir string) (*BucketChange, error) {
	before, err := now.recall(dir)
	if err != nil || before == nil {
		return nil, err
	}
	change := &BucketChange{Since: before.At, Appeared: missingIn(before.Buckets, now.Buckets), Gone: missingIn(now.Buckets, before.Buckets)}
	if len(change.Appeared)+len(change.Gone) == 0 {
		return nil, nil
	}
	return change, nil
}

// missingIn lists the names that are not in list.
func missingIn(list, names []string) []string {
	known := map[string]bool{}
	for _, name := range list {
		known[name] = true
	}
	var missing []string
	for _, name := range names {
		if !known[name] {
			missing = append(missing, name)
		}
	}
	slices.Sort(missing)
	return missing
}

// Remember keeps a sight for the next plan's Compare. Each data block has a file of its
// own that is replaced as a whole, so that several processes may do so at once: the
// last one is remembered.
func (now *Sight) Remember(dir string) error {
	text, err := json.Marshal(sightFile{Format: sightFormat, Sight: *now})
	if err == nil {
		err = replaceFile(now.path(dir), append(text, '\n'))
	}
	if err != nil {
		return fmt.Errorf("remember the buckets of %s for the next plan: %w", now.Data, err)
	}
	return nil
}

// path is the file of a data block in a data directory.
func (now *Sight) path(dir string) string {
	sum := sha256.Sum256([]byte(strings.Join([]string{now.Rules, now.Data, now.Realm}, "\x00")))
	return filepath.Join(dir, "discoveries", hex.EncodeToString(sum[:16])+".json")
}

// recall reads what is remembered of the same data block, or returns nil.
func (now *Sight) recall(dir string) (*Sight, error) {
	path := now.path(dir)
	before, err := readSight(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, nil
	case err != nil:
		return nil, fmt.Errorf("whether buckets of %s appeared or vanished since the last plan is not known: %s: %w", now.Data, path, err)
	case before.Rules != now.Rules || before.Data != now.Data || before.Realm != now.Realm:
		return nil, fmt.Errorf("whether buckets of %s appeared or vanished since the last plan is not known: %s is about %s of %s", now.Data, path, before.Data, before.Rules)
	}
	return before, nil
}

func readSight(path string) (*Sight, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, errors.New("it is not a regular file")
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }() // it was only read
	text, err := io.ReadAll(io.LimitReader(f, maxSight+1))
	if err != nil {
		return nil, err
	}
	var s sightFile
	d := json.NewDecoder(bytes.NewReader(text))
	switch err := d.Decode(&s); {
	case len(text) > maxSight:
		return nil, fmt.Errorf("it is larger than %d MiB", maxSight>>20)
	case err != nil:
		return nil, fmt.Errorf("it is damaged: %w", err)
	case s.Format != sightFormat:
		return nil, fmt.Errorf("its format is %d, and this offcut reads %d", s.Format, sightFormat)
	}
	return &s.Sight, nil
}

// replaceFile puts a file in the place of another one, which is there as a whole until
// the new one is. Its directory is made when missing.
func replaceFile(path string, text []byte) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+"-*") // mode 0600
	if err != nil {
		return err
	}
	_, err = f.Write(text)
	err = errors.Join(err, f.Sync(), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		return errors.Join(err, os.Remove(f.Name()))
	}
	return nil
}
