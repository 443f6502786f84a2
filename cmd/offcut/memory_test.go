//go:build linux && !race

package main

import (
	"bytes"
	"context"
	"fmt"
	"net/http/httptest"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"offcut/engine/emulator"
)

// 100,000 uploads, of which each hundredth is stale, planned and aborted by a process
// of its own: the most memory that it ever had resident is bounded.
func TestPromise11_AHundredThousandUploadsUnderALimit(t *testing.T) {
	if testing.Short() {
		t.Skip("lists 100,000 uploads")
	}
	const uploads, stale, limit = 100_000, 1_000, 80 << 20
	server, err := emulator.Open(emulator.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := server.Close(); err != nil {
			t.Error(err)
		}
	})
	err = server.Seed(t.Context(), func(yield func(emulator.SeedUpload) bool) {
		for i := range uploads {
			u := emulator.SeedUpload{Bucket: "media", Key: fmt.Sprintf("raw/camera/segment-%08d.mp4", i), Age: 2 * time.Hour}
			if i%(uploads/stale) == 0 {
				u.Age = 40 * 24 * time.Hour
				u.Parts = []emulator.SeedPart{{Number: 1, Size: 5 << 20, Age: u.Age}}
			}
			if !yield(u) {
				return
			}
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	front := httptest.NewServer(server.Handler())
	t.Cleanup(front.Close)

	dir := t.TempDir()
	writeRules(t, dir, `prefixes = ["raw/"]`)
	env := []string{
		"HOME=" + t.TempDir(), "AWS_EC2_METADATA_DISABLED=true", "AWS_ENDPOINT_URL=" + front.URL,
		"AWS_REGION=us-east-1", "AWS_ACCESS_KEY_ID=offcut", "AWS_SECRET_ACCESS_KEY=offcut-secret", "TMPDIR=" + t.TempDir(),
	}
	args := []string{"apply", "-auto-approve", "-limit", "1", "-data-dir", t.TempDir(), dir}
	stdout, resident := runResident(t.Context(), t, env, args...)
	expectIn(t, stdout, "Apply: 1,000 aborted", "99,000 kept (99,000 young)")
	t.Logf("%.1f MiB resident", float64(resident)/(1<<20))
	if resident > limit {
		t.Errorf("%d bytes resident at the most, the limit is %d", resident, limit)
	}
}

// runResident runs this binary as offcut and returns its output and the most bytes
// that it had resident by its own account: what the system tells its parent begins
// with the parent's.
func runResident(ctx context.Context, t *testing.T, env []string, args ...string) (stdout string, resident int64) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	var out, errs bytes.Buffer
	cmd := exec.CommandContext(ctx, self, args...)
	cmd.Args[0] = measuredCommand // see TestMain
	cmd.Env, cmd.Stdout, cmd.Stderr = env, &out, &errs
	if err := cmd.Run(); err != nil {
		t.Fatalf("%s: %v\n%s%s", strings.Join(args, " "), err, &out, &errs)
	}
	for line := range strings.Lines(errs.String()) {
		var kib int64
		if _, err := fmt.Sscanf(line, "VmHWM: %d kB", &kib); err == nil {
			return out.String(), kib << 10
		}
	}
	t.Fatalf("the system does not tell how much was resident:\n%s", &errs)
	return "", 0
}
