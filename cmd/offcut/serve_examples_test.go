package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// exampleUploads are for the examples beside quickstart: in each place one upload
// that is stale, and one that a rule leaves alone.
const exampleUploads = `
seed "camera-ingest" {
  count       = 2
  key         = "incoming/%d.mp4"
  age         = "1d"
  stale_every = 2
  stale_age   = "10d"
}
seed "ingest-maps" {
  count       = 2
  key         = "tmp/render/%d.tif"
  age         = "20d"
  stale_every = 2
  stale_age   = "40d"
}
seed "ingest-video" {
  count       = 2
  key         = "upload/%d.mp4"
  age         = "8d"
  stale_every = 2
  stale_age   = "12d"
}
bucket "ingest-photos" {}
bucket "nightly-exports" {}
seed "media-prod" {
  count       = 2
  key         = "tmp/%d.mov"
  age         = "2d"
  stale_every = 2
  stale_age   = "8d"
}
seed "uploads" {
  count       = 2
  key         = "incoming/%d"
  age         = "30h"
  stale_every = 2
  stale_age   = "3d"
}
`

// A MinIO finds nothing under a prefix, and says nothing of it: the example for one
// must not look for any.
func TestTheExampleForMinIOFindsUploadsOnAMinIO(t *testing.T) {
	config := filepath.Join(t.TempDir(), "minio.emulator.hcl")
	writeFile(t, config, exampleUploads+`
switches {
  profile = "minio"
}
`)
	p, env := startEmulator(t, "-config", config)
	expectIn(t, p.stdout.String(), "this server may lie", "# curl "+adminOf(p)+"/-/switches\n")
	t.Setenv("AWS_ACCESS_KEY_ID", "offcut")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "offcut-secret")
	t.Setenv("AWS_EC2_METADATA_DISABLED", "true")
	dir := exampleAt(t, "minio-localhost", env["KS3_ENDPOINT"])
	code, stdout, stderr := invoke(t, env, "plan", "-data-dir", filepath.Join(t.TempDir(), "data"), dir)
	if code != exitOK {
		t.Errorf("exit %d\n%s", code, stderr)
	}
	expectIn(t, stdout, "Plan: 1 to abort")
}

// TestEveryExampleRuns runs the examples beside quickstart, which the demo runs,
// on a server that has what they look for.
func TestEveryExampleRuns(t *testing.T) {
	config := filepath.Join(t.TempDir(), "examples.emulator.hcl")
	writeFile(t, config, exampleUploads)
	_, env := startEmulator(t, "-config", config)
	// The AWS chain looks into the process's environment.
	t.Setenv("AWS_ACCESS_KEY_ID", "offcut")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "offcut-secret")
	t.Setenv("AWS_EC2_METADATA_DISABLED", "true")

	tests := []struct {
		example string
		args    []string
		want    []string
	}{
		{"several-buckets", []string{"plan"}, []string{"Plan: 2 to abort", "2 kept (2 young)", "tmp/render/0.tif", "upload/0.mp4"}},
		{"minio-localhost", []string{"plan"}, []string{"Plan: 1 to abort", "1 kept (1 young)", "signature aws4"}},
		{"scheduled-cleanup", []string{"serve", "-once"}, []string{"Apply: 1 aborted", "only plans", "Plan: nothing to abort"}},
		{"every-10s", []string{"serve", "-once"}, []string{"Apply: 1 aborted", "1 kept (1 young)"}},
	}
	for _, tt := range tests {
		t.Run(tt.example, func(t *testing.T) {
			dir := exampleAt(t, tt.example, env["KS3_ENDPOINT"])
			code, stdout, stderr := invoke(t, env, append(tt.args, "-data-dir", filepath.Join(t.TempDir(), "data"), dir)...)
			if code != exitOK {
				t.Errorf("exit %d\n%s", code, stderr)
			}
			expectIn(t, stdout, tt.want...)
		})
	}
}

// exampleAt copies an example, with the endpoint that it may name replaced by the
// server's.
func exampleAt(t *testing.T, name, endpoint string) (dir string) {
	t.Helper()
	dir = t.TempDir()
	files, err := filepath.Glob(filepath.Join("../../examples", name, "*.hcl"))
	if err != nil || len(files) == 0 {
		t.Fatalf("examples/%s: %d files, %v", name, len(files), err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		writeFile(t, filepath.Join(dir, filepath.Base(file)), strings.ReplaceAll(string(text), `"http://127.0.0.1:9000"`, `"`+endpoint+`"`))
	}
	return dir
}
