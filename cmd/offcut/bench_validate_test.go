//go:build linux

package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"strings"
	"testing"
)

// BenchmarkValidate runs "offcut validate" on 500 rules in 50 files; the bar is 500 ms.
// It begins in run, as main does: starting the process takes some milliseconds more.
func BenchmarkValidate(b *testing.B) {
	for _, c := range []struct {
		name, mistake string
		exit          int
	}{
		{"valid", "", exitOK},
		{"a mistake in every rule", "  older_then = \"7d\"\n", exitError},
	} {
		b.Run("rules=500/files=50/"+c.name, func(b *testing.B) {
			dir := b.TempDir()
			writeTeams(b, dir, c.mistake)
			b.ReportAllocs()
			for b.Loop() {
				var stderr bytes.Buffer
				if code := run(context.Background(), world{
					args: []string{"validate", dir}, stdin: strings.NewReader(""), stdout: io.Discard, stderr: &stderr,
					getenv: func(string) string { return "" },
				}); code != c.exit {
					b.Fatalf("exit %d: %s", code, stderr.String())
				}
			}
		})
	}
}

// writeTeams writes the rules of 500 teams, ten to a file, and what they share.
func writeTeams(b *testing.B, dir, mistake string) {
	b.Helper()
	var shared strings.Builder
	shared.WriteString("variable \"older_than\" {\n  type    = string\n  default = \"7d\"\n}\n\nlocals {\n")
	for file := range 50 {
		var text strings.Builder
		for i := file * 10; i < file*10+10; i++ {
			fmt.Fprintf(&shared, "  prefix_%03[1]d = format(\"team-%%03d/\", %[1]d)\n", i)
			fmt.Fprintf(&text, `
rule "team_%03[1]d" {
  description = "Abandoned uploads of team %[1]d"
  schedule    = "%[2]d 3 * * *"
  timezone    = "Asia/Shanghai"

  scan {
    buckets  = ["team-%03[1]d-raw", "team-%03[1]d-tmp"]
    prefixes = [local.prefix_%03[1]d, "tmp/${var.older_than}/"]
    exclude  = ["**/keep/**"]
  }

  stale {
    older_than = var.older_than
    idle_for   = "2d"
%[3]s  }

  limits {
    max_uploads = 1000 * 10
    max_bytes   = "1TiB"
  }
}
`, i, i%60, mistake)
		}
		write(b, dir, fmt.Sprintf("team-%02d.hcl", file), text.String())
	}
	write(b, dir, "shared.hcl", shared.String()+"}\n")
}
