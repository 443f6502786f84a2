//go:build linux

package main

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/dustin/go-humanize"
)

// BenchmarkPlanMemory runs "offcut plan" against "offcut emulator", both built
// from this tree, over uploads of which each hundredth is stale, and reports the
// most memory that the plan's process ever had resident. With -short it leaves
// out the largest number, which takes a minute.
func BenchmarkPlanMemory(b *testing.B) {
	binary := filepath.Join(b.TempDir(), "offcut")
	if out, err := exec.CommandContext(b.Context(), "go", "build", "-o", binary, ".").CombinedOutput(); err != nil {
		b.Fatalf("build: %v\n%s", err, out)
	}
	for _, uploads := range []int{100_000, 1_000_000, 10_000_000} {
		b.Run(fmt.Sprintf("uploads=%d", uploads), func(b *testing.B) {
			if testing.Short() && uploads > 1_000_000 {
				b.Skip("takes a minute")
			}
			dir := b.TempDir()
			export := startSeeded(b, binary, dir, uploads)
			var most int64
			for b.Loop() {
				most = max(most, planResident(b, binary, dir, export, uploads))
			}
			b.ReportMetric(float64(most)/(1<<20), "MiB-RSS")
			b.ReportMetric(b.Elapsed().Seconds()/float64(b.N), "s/plan")
			b.ReportMetric(0, "ns/op")
		})
	}
}

// startSeeded starts a server with uploads of its own and returns the variables
// that it says to export.
func startSeeded(b *testing.B, binary, dir string, uploads int) []string {
	b.Helper()
	write(b, dir, "seeded.emulator.hcl", fmt.Sprintf(`
seed "media" {
  count       = %d
  key         = "raw/camera/segment-%%08d.mp4"
  age         = "2h"
  parts       = 3
  part_size   = "64MiB"
  stale_every = 100
  stale_age   = "45d"
}
`, uploads))
	server := exec.CommandContext(b.Context(), binary, "emulator", "-listen", "127.0.0.1:0", "-admin", "", "-config", "seeded.emulator.hcl", "-log-level", "error")
	server.Dir, server.Stderr = dir, os.Stderr
	server.Cancel = func() error { return server.Process.Signal(os.Interrupt) }
	server.WaitDelay = 10 * time.Second
	stdout, err := server.StdoutPipe()
	if err != nil {
		b.Fatal(err)
	}
	if err := server.Start(); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		if err := server.Process.Signal(os.Interrupt); err != nil {
			b.Error(err)
		}
		_ = server.Wait() // interrupted, as it was asked to
	})
	return exported(b, stdout)
}

// exported reads the export lines of a server's first words. The rest of them is
// thrown away as it comes.
func exported(b *testing.B, stdout io.Reader) []string {
	b.Helper()
	var variables []string
	lines := bufio.NewScanner(stdout)
	for lines.Scan() {
		variable, found := strings.CutPrefix(lines.Text(), "export ")
		switch {
		case found:
			variables = append(variables, variable)
		case len(variables) > 0:
			go func() { _, _ = io.Copy(io.Discard, stdout) }()
			return variables
		}
	}
	b.Fatal("the server ended before it was ready")
	return nil
}

// planResident runs one plan and returns the most memory it had resident, in
// bytes.
func planResident(b *testing.B, binary, dir string, export []string, uploads int) int64 {
	b.Helper()
	write(b, dir, "rules/offcut.hcl", `
provider "ks3" {
  requests_per_second = 1000000
}

rule "raw" {
  provider = ks3

  scan {
    buckets  = ["media"]
    prefixes = ["raw/"]
  }

  stale {
    older_than = "7d"
  }

  limits {
    max_uploads = 1000000
  }
}
`)
	plan := exec.CommandContext(b.Context(), binary, "plan", "-limit", "1", "-data-dir", "data", "rules")
	plan.Dir, plan.Env = dir, append(os.Environ(), export...)
	var out, errs bytes.Buffer
	plan.Stdout, plan.Stderr = &out, &errs
	if err := plan.Run(); err != nil {
		b.Fatalf("plan: %v\n%s%s", err, out.String(), errs.String())
	}
	if want := fmt.Sprintf("Plan: %s to abort", humanize.Comma(int64(uploads/100))); !strings.Contains(out.String(), want) {
		b.Fatalf("%q is not in the output:\n%s", want, out.String())
	}
	use, ok := plan.ProcessState.SysUsage().(*syscall.Rusage)
	if !ok {
		b.Skip("this system does not tell the memory of a process")
	}
	return use.Maxrss << 10
}

func write(b *testing.B, dir, name, text string) {
	b.Helper()
	name = filepath.Join(dir, name)
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		b.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
		b.Fatal(err)
	}
}
