package emulator

import (
	"bytes"
	"context"
	"fmt"
	"iter"
	"slices"
	"time"

	bolt "go.etcd.io/bbolt"
)

// A SeedUpload is an upload that Seed puts into the store without a request.
type SeedUpload struct {
	Bucket, Key  string
	ID           string        // made when empty
	Age          time.Duration // Initiated = now - Age; below zero is in the future
	StorageClass string        // by the bucket's type when empty
	Initiator    string        // user id, known or not; the bucket's owner when empty
	Parts        []SeedPart    // metadata only: no bytes are stored, and Complete refuses them
}

// A SeedPart is a part of a SeedUpload.
type SeedPart struct {
	Number int
	Size   int64
	Age    time.Duration // LastModified = now - Age
}

// How many uploads go into one transaction.
const seedBatch = 100_000

// A seedRow is an upload on its way into the store.
type seedRow struct{ key, value []byte }

// A seeding collects uploads into sorted transactions.
type seeding struct {
	s       *Server
	now     int64
	known   map[string]string // buckets that are there, and their default storage class
	rows    []seedRow
	last    uint64 // serial
	replays bool   // an upload that is there already is left as it is
}

// Seed stores uploads in large transactions, each on disk before the next; their
// buckets are made when missing. With an error, or when ctx ends, those of earlier
// transactions stay.
func (s *Server) Seed(ctx context.Context, uploads iter.Seq[SeedUpload]) error {
	return s.seed(ctx, uploads, false)
}

func (s *Server) seed(ctx context.Context, uploads iter.Seq[SeedUpload], replays bool) error {
	in := &seeding{s: s, now: millis(s.now()), known: map[string]string{}, replays: replays}
	for u := range uploads {
		if err := ctx.Err(); err != nil {
			return fmt.Errorf("seed uploads: %w", err)
		}
		if err := in.add(u); err != nil {
			return fmt.Errorf("seed upload %q of %q/%q: %w", u.ID, u.Bucket, u.Key, err)
		}
		if len(in.rows) == seedBatch {
			if err := in.write(); err != nil {
				return err
			}
		}
	}
	return in.write()
}

func (in *seeding) add(su SeedUpload) error {
	class, err := in.bucket(su.Bucket)
	if err != nil {
		return err
	}
	switch {
	case su.Key == "" || len(su.Key) > maxKeyLength:
		return fmt.Errorf("a key has 1 to %d bytes", maxKeyLength)
	case len(su.ID) > maxUploadIDLength:
		return fmt.Errorf("an upload id has at most %d bytes", maxUploadIDLength)
	}
	if su.ID == "" {
		su.ID = randomID()
	}
	u := upload{initiated: in.now - su.Age.Milliseconds(), initiator: su.Initiator}
	u.class = su.StorageClass
	if u.class == "" {
		u.class = class
	}
	parts := slices.Clone(su.Parts)
	slices.SortFunc(parts, func(a, b SeedPart) int { return a.Number - b.Number })
	for i, p := range parts {
		if p.Number < 1 || p.Number > maxPartNumber || p.Size < 0 || i > 0 && parts[i-1].Number == p.Number {
			return fmt.Errorf("part %d of %d bytes: numbers are 1..%d, each once, and sizes not below zero", p.Number, p.Size, maxPartNumber)
		}
		u.seeded = appendSeeded(u.seeded, part{number: p.Number, size: p.Size, modified: in.now - p.Age.Milliseconds()})
	}
	if u.serial, err = in.serial(); err != nil {
		return err
	}
	in.rows = append(in.rows, seedRow{uploadKey(su.Bucket, su.Key, su.ID), u.encode()})
	return nil
}

// bucket makes a bucket unless it is known to be there, and gives the storage
// class of uploads that name none.
func (in *seeding) bucket(name string) (class string, err error) {
	if class, ok := in.known[name]; ok {
		return class, nil
	}
	if err := in.s.CreateBucket(name, ""); err != nil {
		return "", err
	}
	err = in.s.store.view(func(t tables) error {
		b, _, err := t.bucket(name)
		in.known[name] = b.defaultClass()
		return err
	})
	return in.known[name], err
}

// serial hands out serial numbers; those of a whole transaction are taken at once.
func (in *seeding) serial() (uint64, error) {
	if len(in.rows) == 0 {
		err := in.s.store.db.Update(func(tx *bolt.Tx) error {
			uploads := tablesOf(tx).uploads
			in.last = uploads.Sequence()
			return uploads.SetSequence(in.last + seedBatch)
		})
		if err != nil {
			return 0, err
		}
	}
	in.last++
	return in.last, nil
}

// write stores what was collected, in the order of the rows: neighbours share
// pages, which is what makes a million of them quick.
func (in *seeding) write() error {
	slices.SortFunc(in.rows, func(a, b seedRow) int { return bytes.Compare(a.key, b.key) })
	err := in.s.store.db.Update(func(tx *bolt.Tx) error {
		t := tablesOf(tx)
		uploads, scope := t.uploads, []byte(nil)
		uploads.FillPercent = 0.9
		for _, row := range in.rows {
			// A bucket may have been deleted since its first upload was read.
			if next := row.key[:1+row.key[0]]; !bytes.Equal(next, scope) {
				if scope = next; t.buckets.Get(scope[1:]) == nil {
					return fmt.Errorf("seed uploads: the bucket %q was deleted meanwhile", scope[1:])
				}
			}
			if uploads.Get(row.key) != nil {
				if in.replays {
					continue
				}
				return fmt.Errorf("seed uploads: two have the bucket, key and id of %s", rowText(row.key))
			}
			if err := uploads.Put(row.key, row.value); err != nil {
				return err
			}
		}
		return nil
	})
	in.rows = in.rows[:0]
	return err
}

// rowText writes an upload's row for people.
func rowText(row []byte) string {
	bucket := row[1 : 1+row[0]]
	key, id, err := splitRow(row, row[:1+row[0]])
	if err != nil {
		return fmt.Sprintf("%q", row)
	}
	return fmt.Sprintf("%q of %q/%q", id, bucket, key)
}
