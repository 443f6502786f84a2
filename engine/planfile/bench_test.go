//go:build linux

package planfile

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// writeFor is the variable that tells TestWriteMillion where to save its plan.
const writeFor = "OFFCUT_TEST_PLANFILE"

const million = 1_000_000

// BenchmarkMillion saves a plan of one million uploads in one process, shows it with
// "offcut show" in another, and reports the most memory that each ever had resident,
// the CPU time of each, and the bytes that an item takes on disk.
func BenchmarkMillion(b *testing.B) {
	dir := b.TempDir()
	binary, path := filepath.Join(dir, "offcut"), filepath.Join(dir, "stale.plan")
	if out, err := exec.CommandContext(b.Context(), "go", "build", "-o", binary, "offcut/cmd/offcut").CombinedOutput(); err != nil {
		b.Fatalf("build: %v\n%s", err, out)
	}
	var write, show spent
	for b.Loop() {
		write.run(b, exec.CommandContext(b.Context(), os.Args[0], "-test.run", "^TestWriteMillion$"), "PASS", writeFor+"="+path)
		show.run(b, exec.CommandContext(b.Context(), binary, "show", "-limit", "1", "-data-dir", dir, path), "Plan: 1,000,000 to abort")
	}
	info, err := os.Stat(path)
	if err != nil {
		b.Fatal(err)
	}
	b.ReportMetric(float64(write.resident)/(1<<20), "MiB-RSS-write")
	b.ReportMetric(float64(show.resident)/(1<<20), "MiB-RSS-show")
	b.ReportMetric(write.seconds/float64(b.N), "cpu-s/write")
	b.ReportMetric(show.seconds/float64(b.N), "cpu-s/show")
	b.ReportMetric(float64(info.Size())/million, "bytes/item")
	b.ReportMetric(0, "ns/op")
}

// A spent is what a process took: the most memory of all runs, in bytes, and the CPU
// time of all.
type spent struct {
	resident int64
	seconds  float64
}

func (s *spent) run(b *testing.B, command *exec.Cmd, says string, env ...string) {
	b.Helper()
	command.Env = append(os.Environ(), env...)
	var out bytes.Buffer
	command.Stdout, command.Stderr = &out, &out
	if err := command.Run(); err != nil || !strings.Contains(out.String(), says) {
		b.Fatalf("%v: %v\n%s", command.Args, err, out.String())
	}
	use, ok := command.ProcessState.SysUsage().(*syscall.Rusage)
	if !ok {
		b.Fatal("this system does not tell the memory of a process")
	}
	s.resident = max(s.resident, use.Maxrss<<10)
	s.seconds += (command.ProcessState.UserTime() + command.ProcessState.SystemTime()).Seconds()
}

// TestWriteMillion is the first half of BenchmarkMillion, in a process of its own: it
// does nothing without the variable.
func TestWriteMillion(t *testing.T) {
	path := os.Getenv(writeFor)
	if path == "" {
		return
	}
	if err := Write(path, testHeader(), testPlan(t, typical(million))); err != nil {
		t.Fatal(err)
	}
}
