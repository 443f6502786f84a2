//go:build unix

package rules

import (
	"io"
	"runtime"
	"syscall"
	"testing"
	"time"
)

// TestLoad_TimeGrowsWithTheText holds that four times the text takes about four times
// as long, and not sixteen times: what is looked at once for each of its neighbours
// does. Times are those of the processor, the least of several, and what takes next to
// none is not compared: idle processors that help to collect garbage count too.
func TestLoad_TimeGrowsWithTheText(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes half a minute")
	}
	const (
		large, small = 256 << 10, 64 << 10
		most         = 8 // times as long
		noise        = 800 * time.Millisecond
	)
	smaller := worstSources(t, small)
	for name, src := range worstSources(t, large) {
		t.Run(name, func(t *testing.T) {
			long, short := time.Duration(1<<62), time.Duration(1<<62)
			for range 5 {
				if long = min(long, loadTime(t, src)); long < noise {
					return
				}
				if short = min(short, loadTime(t, smaller[name])); long < most*short {
					return
				}
			}
			t.Errorf("%d KiB take %v, and %d KiB %v", small>>10, short, large>>10, long)
		})
	}
}

// loadTime is the processor's time that it takes to read a source and to write what is
// wrong with it.
func loadTime(tb testing.TB, src Source) time.Duration {
	tb.Helper()
	runtime.GC()
	started := processorTime(tb)
	_, d := Load(src, Values{})
	if err := d.WriteText(io.Discard, 80, false); err != nil {
		tb.Fatal(err)
	}
	if err := d.WriteJSON(io.Discard); err != nil {
		tb.Fatal(err)
	}
	return processorTime(tb) - started
}

func processorTime(tb testing.TB) time.Duration {
	tb.Helper()
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		tb.Fatal(err)
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}
