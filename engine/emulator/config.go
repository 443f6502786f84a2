package emulator

import (
	"context"
	"crypto/md5" // It only names uploads.
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"iter"
	"reflect"
	"strconv"
	"strings"
	"time"

	"offcut/engine/emulator/switches"
)

// A Config is what a *.emulator.hcl file asks for; see the package's
// documentation for its grammar.
type Config struct {
	Users   []User
	Buckets []BucketSpec
	Seeds   []SeedSpec

	Switches switches.Set // quirks, faults and the rate limit to begin with
}

// A SeedSpec describes many uploads of one shape.
type SeedSpec struct {
	Bucket       string
	Count        int
	Key          string // "raw/%06d.mp4": the upload's number, from 0
	Age, Idle    time.Duration
	Parts        int // of each upload, metadata only
	PartSize     int64
	StorageClass string
	StaleEvery   int // each so-many-th upload has StaleAge; 0: none
	StaleAge     time.Duration
}

// Options returns o with the users and the switches of the config, if it has any.
func (c Config) Options(o Options) Options {
	if !reflect.ValueOf(c.Switches).IsZero() {
		o.Switches = c.Switches
	}
	if len(c.Users) > 0 {
		o.Users = c.Users
	}
	return o
}

// Apply makes the config's buckets and stores its seeds in a server that was
// opened with its users. A seed that a durable server has stored before is left
// as it has become since: what was aborted stays aborted.
func (c Config) Apply(ctx context.Context, s *Server) error {
	for _, b := range c.Buckets {
		if err := s.CreateBucketFrom(b); err != nil {
			return err
		}
	}
	seen := map[SeedSpec]int{}
	for _, spec := range c.Seeds {
		name := fmt.Sprintf("%#v %d", spec, seen[spec])
		seen[spec]++
		if err := s.seedOnce(ctx, spec, sha256.Sum256([]byte(name))); err != nil {
			return err
		}
	}
	return nil
}

// seedOnce stores a seed unless its mark says that it has been. After a process
// that ended half-way the rest is added: a seed's upload ids are always the same.
func (s *Server) seedOnce(ctx context.Context, spec SeedSpec, mark [32]byte) error {
	done := false
	err := s.store.view(func(t tables) error {
		done = t.seeds.Get(mark[:]) != nil
		return nil
	})
	if err != nil || done {
		return err
	}
	if err := s.seed(ctx, spec.uploads(hex.EncodeToString(mark[:])), true); err != nil {
		return err
	}
	return s.store.change(func(t tables) error { return t.seeds.Put(mark[:], []byte{recordVersion}) })
}

// uploads makes the uploads of a seed; their ids are derived from its mark.
func (spec SeedSpec) uploads(mark string) iter.Seq[SeedUpload] {
	return func(yield func(SeedUpload) bool) {
		for i := range spec.Count {
			id := md5.Sum([]byte(mark + strconv.Itoa(i)))
			u := SeedUpload{
				Bucket: spec.Bucket, Key: numbered(spec.Key, i), ID: hex.EncodeToString(id[:]),
				Age: spec.Age, StorageClass: spec.StorageClass,
			}
			idle := spec.Idle
			if spec.StaleEvery > 0 && i%spec.StaleEvery == 0 {
				u.Age, idle = spec.StaleAge, spec.StaleAge
			}
			for n := range spec.Parts {
				u.Parts = append(u.Parts, SeedPart{Number: n + 1, Size: spec.PartSize, Age: idle})
			}
			if !yield(u) {
				return
			}
		}
	}
}

// numbered puts a number in the place of %d or %06d. Any other per cent sign
// stands for itself.
func numbered(key string, n int) string {
	before, width, after, ok := cutVerb(key)
	if !ok {
		return key
	}
	digits := strconv.Itoa(n)
	return before + strings.Repeat("0", max(width-len(digits), 0)) + digits + after
}

// cutVerb finds the first %d or %0Nd, with N of one or two digits.
func cutVerb(key string) (before string, width int, after string, ok bool) {
	for i := range len(key) {
		rest, found := strings.CutPrefix(key[i:], "%")
		if !found {
			continue
		}
		digits, after, found := strings.Cut(rest, "d")
		if !found {
			return "", 0, "", false
		}
		if digits == "" {
			return key[:i], 0, after, true
		}
		n, err := strconv.ParseUint(digits, 10, 8)
		if err == nil && digits[0] == '0' && len(digits) <= 3 && n < 100 {
			return key[:i], int(n), after, true
		}
	}
	return "", 0, "", false
}
