package emulator

import (
	"errors"
	"fmt"
	"path/filepath"

	bolt "go.etcd.io/bbolt"
	berrors "go.etcd.io/bbolt/errors"
)

// tables are the top-level buckets of the state file. settings holds a bucket's
// policy and lifecycle, gone the ids of aborted uploads while a switch asks for
// them, files the names of all part files that something refers to.
type tables struct {
	buckets, settings, uploads, parts, gone, objects, files, seeds *bolt.Bucket
}

func tablesOf(tx *bolt.Tx) tables {
	at := func(name string) *bolt.Bucket { return tx.Bucket([]byte(name)) }
	return tables{
		at("buckets"), at("settings"), at("uploads"), at("parts"), at("gone"), at("objects"), at("files"), at("seeds"),
	}
}

// A store is the metadata: an ordered key space in one file, in which every
// change is one transaction.
type store struct {
	db      *bolt.DB
	changes committer
}

func openStore(dir string, syncWrites bool) (*store, error) {
	name := filepath.Join(dir, stateName)
	if err := inspect(name); err != nil {
		return nil, err
	}
	db, err := bolt.Open(name, 0o600, &bolt.Options{
		Timeout:         lockPatience,
		NoFreelistSync:  true,
		FreelistType:    bolt.FreelistMapType,
		InitialMmapSize: 64 << 20,
		NoSync:          !syncWrites,
		NoGrowSync:      !syncWrites,
		NoStatistics:    true,
	})
	if errors.Is(err, berrors.ErrTimeout) {
		return nil, fmt.Errorf("open %s: another process has it open: stop that one, or choose another directory", name)
	}
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", name, err)
	}
	st := &store{db: db}
	st.changes.transact, st.changes.view = db.Update, db.View
	if err := db.Update(func(tx *bolt.Tx) error { return prepare(tx, !syncWrites) }); err != nil {
		return nil, errors.Join(fmt.Errorf("prepare %s: %w", name, err), db.Close())
	}
	return st, nil
}

// prepare makes what is missing of the tables, and notes whether the directory may
// be removed once its server is gone.
func prepare(tx *bolt.Tx, temporary bool) error {
	meta, err := tx.CreateBucketIfNotExists([]byte("meta"))
	if err != nil {
		return err
	}
	if err := meta.Put([]byte("schema"), []byte(schema)); err != nil {
		return err
	}
	if temporary {
		err = meta.Put([]byte("temporary"), []byte("yes"))
	} else {
		err = meta.Delete([]byte("temporary"))
	}
	if err != nil {
		return err
	}
	for _, name := range [...]string{"buckets", "settings", "uploads", "parts", "gone", "objects", "files", "seeds"} {
		if _, err := tx.CreateBucketIfNotExists([]byte(name)); err != nil {
			return err
		}
	}
	return nil
}

func (st *store) view(fn func(tables) error) error {
	return st.db.View(func(tx *bolt.Tx) error { return fn(tablesOf(tx)) })
}

// change changes the state, see committer.do.
func (st *store) change(fn func(tables) error) error { return st.changes.do(fn) }

// bucket reads a bucket; found is false where there is none.
func (t tables) bucket(name string) (b bucket, found bool, err error) {
	row := t.buckets.Get([]byte(name))
	if row == nil {
		return bucket{}, false, nil
	}
	b, err = decodeBucket(name, row)
	return b, true, err
}

func (t tables) upload(bucket, key, id string) (u upload, found bool, err error) {
	if id == "" || len(key) > maxKeyLength || len(id) > maxUploadIDLength {
		return upload{}, false, nil
	}
	row := t.uploads.Get(uploadKey(bucket, key, id))
	if row == nil {
		return upload{}, false, nil
	}
	u, err = decodeUpload(row)
	return u, true, err
}

// partsOf reads the parts of an upload in ascending order, those after a number.
// A part that was stored takes the place of a seeded one.
func (t tables) partsOf(u upload, after int) ([]part, error) {
	seeded, err := decodeSeeded(u.seeded)
	if err != nil {
		return nil, err
	}
	for len(seeded) > 0 && seeded[0].number <= after {
		seeded = seeded[1:]
	}
	var parts []part
	prefix := partKey(u.serial, 0)[:8]
	c := t.parts.Cursor()
	for k, v := c.Seek(partKey(u.serial, after+1)); hasPrefix(k, prefix); k, v = c.Next() {
		p, err := decodePart(partNumber(k), v)
		if err != nil {
			return nil, err
		}
		for len(seeded) > 0 && seeded[0].number <= p.number {
			if seeded[0].number < p.number {
				parts = append(parts, seeded[0])
			}
			seeded = seeded[1:]
		}
		parts = append(parts, p)
	}
	return append(parts, seeded...), nil
}

// hasPrefix reports whether a cursor stands on a row, and the row begins with prefix.
func hasPrefix(key, prefix []byte) bool {
	return key != nil && len(key) >= len(prefix) && string(key[:len(prefix)]) == string(prefix)
}

// dropUpload removes an upload, its parts and its mark, and returns the files of parts
// that keep does not ask for.
func (t tables) dropUpload(row []byte, u upload, keep map[fileID]bool) ([]fileID, error) {
	var files []fileID
	prefix := partKey(u.serial, 0)[:8]
	c := t.parts.Cursor()
	for k, v := c.Seek(prefix); hasPrefix(k, prefix); k, v = c.Seek(prefix) {
		p, err := decodePart(partNumber(k), v)
		if err != nil {
			return nil, err
		}
		if !keep[p.file] {
			files = append(files, p.file)
		}
		if err := c.Delete(); err != nil {
			return nil, err
		}
	}
	if err := t.forget(files); err != nil {
		return nil, err
	}
	if err := t.gone.Delete(row); err != nil {
		return nil, err
	}
	return files, t.uploads.Delete(row)
}

// forget takes files out of the list of known ones.
func (t tables) forget(files []fileID) error {
	for _, f := range files {
		if err := t.files.Delete(f[:]); err != nil {
			return err
		}
	}
	return nil
}
