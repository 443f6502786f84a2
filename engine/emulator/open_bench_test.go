package emulator

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
)

// Starting over a directory with a million uploads, or with a hundred thousand
// part files: the state is read through, and each file looked up.
func BenchmarkOpen(b *testing.B) {
	b.Run("uploads=1000000", func(b *testing.B) {
		if testing.Short() {
			b.Skip("it stores a million uploads")
		}
		benchmarkOpen(b, func(s *Server) error {
			return s.Seed(b.Context(), func(yield func(SeedUpload) bool) {
				for i := range 1_000_000 {
					if !yield(SeedUpload{Bucket: "my-bucket", Key: rateKey(i)}) {
						return
					}
				}
			})
		})
	})
	b.Run("files=100000", func(b *testing.B) {
		benchmarkOpen(b, func(s *Server) error { return putManyFiles(s, 100_000) })
	})
}

func benchmarkOpen(b *testing.B, fill func(*Server) error) {
	b.Helper()
	dir := b.TempDir()
	s, err := Open(Options{Dir: dir, Users: killUsers()})
	if err != nil {
		b.Fatal(err)
	}
	if err := errors.Join(fill(s), s.Close()); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if s, err = Open(Options{Dir: dir, Users: killUsers()}); err != nil {
			b.Fatal(err)
		}
		if err := s.Close(); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Milliseconds())/float64(b.N), "ms/open")
}

func putManyFiles(s *Server, n int) error {
	return s.store.change(func(t tables) error {
		for range n {
			id := newFileID()
			name := s.files.path(id)
			err := errors.Join(os.MkdirAll(filepath.Dir(name), 0o700), os.WriteFile(name, nil, 0o600), t.files.Put(id[:], []byte{recordVersion}))
			if err != nil {
				return err
			}
		}
		return nil
	})
}
