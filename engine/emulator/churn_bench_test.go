package emulator

import (
	"os"
	"sync"
	"testing"
)

// The state file under churn: uploads come and go, and the file must not grow
// with how many there have been.
func BenchmarkChurn(b *testing.B) {
	if testing.Short() {
		b.Skip("it commits two million changes")
	}
	const callers, standing = 64, 1000
	s := openDurably(b)
	b.ReportMetric(0, "ns/op")
	churn := func(rounds int) {
		var wg sync.WaitGroup
		for caller := range callers {
			wg.Go(func() {
				for i := range rounds {
					row := uploadKey("my-bucket", rateKey(i%standing*callers+caller), randomID())
					err := s.store.change(func(t tables) error { return t.uploads.Put(row, upload{initiated: 1}.encode()) })
					if err == nil {
						err = s.store.change(func(t tables) error { return t.uploads.Delete(row) })
					}
					if err != nil {
						b.Error(err)
					}
				}
			})
		}
		wg.Wait()
	}
	for b.Loop() {
		churn(1_000_000 / callers)
	}
	info, err := os.Stat(s.store.db.Path())
	if err != nil {
		b.Fatal(err)
	}
	b.ReportMetric(float64(info.Size()>>20), "MiB-file")
}
