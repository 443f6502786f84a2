package ledger

import (
	"runtime"
	"syscall"
	"testing"
	"time"

	"offcut/engine"
)

func cpu(b *testing.B) time.Duration {
	b.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// BenchmarkBegin writes planned items.
func BenchmarkBegin(b *testing.B) {
	l := openHere(b, b.TempDir())
	list := items(b.N)
	runtime.GC()
	b.ResetTimer()
	before := cpu(b)
	begin(b, l, aRun("run-1"), list)
	b.ReportMetric(float64((cpu(b)-before).Nanoseconds())/1e3/float64(b.N), "cpu-us/item")
}

// BenchmarkConclude takes an item from its intent over an answer to its outcome.
func BenchmarkConclude(b *testing.B) {
	for _, answers := range []string{"together", "apart"} {
		b.Run("answers="+answers, func(b *testing.B) {
			l := openHere(b, b.TempDir())
			list := items(b.N)
			log := begin(b, l, aRun("run-1"), list)
			outcomes := make([]*engine.Outcome, b.N)
			for i := range list {
				outcomes[i] = anOutcome(i, list[i], engine.Aborted)
			}
			runtime.GC()
			b.ResetTimer()
			before := cpu(b)
			for i := range list {
				if err := log.Intend("ks3", int64(i)); err != nil {
					b.Fatal(err)
				}
				log.Answered(int64(i), engine.Receipt{RequestID: outcomes[i].RequestID}, epoch)
				if answers == "together" {
					log.Conclude(outcomes[i])
				}
			}
			for i := 0; answers == "apart" && i < b.N; i++ {
				log.Conclude(outcomes[i])
			}
			finish(b, log, engine.RunEnd{Finished: epoch})
			b.ReportMetric(float64((cpu(b)-before).Nanoseconds())/1e3/float64(b.N), "cpu-us/item")
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "rows/s")
		})
	}
}
