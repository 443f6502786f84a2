package main

import (
	"fmt"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/johannesboyne/gofakes3"
	"github.com/johannesboyne/gofakes3/backend/s3mem"

	"offcut/engine"
	"offcut/engine/objectstore"
	"offcut/rules"
)

// independentStore is gofakes3, which shares no line with this project, with a
// bucket "media" and a clock that the test sets. Environment and client lead to it.
func independentStore(t *testing.T) (clock gofakes3.TimeSourceAdvancer, client *objectstore.Client, env map[string]string) {
	t.Helper()
	clock = gofakes3.FixedTimeSource(time.Now())
	backend := s3mem.New(s3mem.WithTimeSource(clock))
	if err := backend.CreateBucket("media"); err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(gofakes3.New(backend, gofakes3.WithTimeSource(clock), gofakes3.WithTimeSkewLimit(0)).Server())
	t.Cleanup(server.Close)
	client, err := objectstore.Open(t.Context(),
		rules.Provider{Address: "s3", Kind: "s3", Region: "us-east-1", Endpoint: server.URL, RequestsPerSecond: 1e6},
		objectstore.Settings{Credentials: &objectstore.Credentials{AccessKeyID: "key", SecretAccessKey: "secret", Source: "test"}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(client.Close)
	return clock, client, map[string]string{
		"HOME": t.TempDir(), "AWS_EC2_METADATA_DISABLED": "true", "AWS_ENDPOINT_URL": server.URL,
		"AWS_REGION": "us-east-1", "AWS_ACCESS_KEY_ID": "key", "AWS_SECRET_ACCESS_KEY": "secret",
	}
}

// A server that is not ours: 1,200 stale uploads of one key over the edge of a page,
// a fresh one of the same key, one that was begun long ago and got a part just now,
// and one outside the prefix. Exactly the stale ones go.
func TestLies_AnIndependentServer(t *testing.T) {
	clock, client, env := independentStore(t)
	begin := func(key string, parts int) engine.Ref {
		t.Helper()
		id, err := client.Initiate(t.Context(), "media", key, nil)
		if err != nil {
			t.Fatal(err)
		}
		ref := engine.Ref{Bucket: "media", Key: key, ID: id}
		for n := range parts {
			if _, err := client.UploadPart(t.Context(), ref, n+1, []byte("a part")); err != nil {
				t.Fatal(err)
			}
		}
		return ref
	}
	clock.Advance(-10 * 24 * time.Hour)
	for range 1200 {
		begin("raw/cam.mp4", 0)
	}
	begin("raw/dog.mp4", 2)
	stays := []engine.Ref{begin("keep/b.bin", 1), begin("raw/active.mp4", 1)}
	clock.Advance(10*24*time.Hour - time.Hour)
	if _, err := client.UploadPart(t.Context(), stays[1], 2, []byte("another part")); err != nil {
		t.Fatal(err)
	}
	stays = append(stays, begin("raw/cam.mp4", 1))

	dir := t.TempDir()
	writeRules(t, dir, `prefixes = ["raw/"]`)
	args := []string{"-data-dir", t.TempDir(), "-limit", "2", dir}
	code, stdout, stderr := invoke(t, env, append([]string{"plan"}, args...)...)
	if code != exitOK {
		t.Fatalf("plan: exit %d\n%s%s", code, stdout, stderr)
	}
	expectIn(t, stdout, "Plan: 1,201 to abort", "2 kept (1 active, 1 young)")
	code, stdout, stderr = invoke(t, env, append([]string{"apply", "-auto-approve"}, args...)...)
	if code != exitOK {
		t.Fatalf("apply: exit %d\n%s%s", code, stdout, stderr)
	}
	expectIn(t, stdout, "Apply: 1,201 aborted")

	left := map[engine.Ref]bool{}
	for page, err := range client.ListUploads(t.Context(), "media", "") {
		if err != nil {
			t.Fatal(err)
		}
		for _, u := range page.Uploads {
			left[engine.Ref{Bucket: u.Bucket, Key: strings.Clone(u.Key), ID: strings.Clone(u.ID)}] = true
		}
	}
	for _, ref := range stays {
		if !left[ref] {
			t.Errorf("%v is gone", ref)
		}
	}
	if len(left) != len(stays) {
		t.Errorf("%d uploads are left, want %d: %v", len(left), len(stays), left)
	}
}

// It answers NoSuchUpload for a bucket that has none, which is no error and no proof;
// a bucket that is missing is an error.
func TestLies_AnIndependentServerWithoutUploads(t *testing.T) {
	_, _, env := independentStore(t)
	dir := t.TempDir()
	writeRules(t, dir, `prefixes = ["raw/"]`)
	code, stdout, stderr := invoke(t, env, "plan", "-data-dir", t.TempDir(), dir)
	if code != exitOK {
		t.Fatalf("exit %d\n%s%s", code, stdout, stderr)
	}
	expectIn(t, stdout, "Plan: nothing to abort", "the bucket is there", "this is no proof")
	if code, stdout, stderr = invoke(t, env, "scan", "s3://missing"); code != exitError {
		t.Errorf("a missing bucket: exit %d\n%s%s", code, stdout, stderr)
	}
	expectIn(t, stdout+stderr, "404 NoSuchBucket")
}

// writeRules writes one rule about the bucket "media" of an S3 store.
func writeRules(t *testing.T, dir, where string) {
	t.Helper()
	text := fmt.Sprintf(`
provider "s3" {
  requests_per_second = 100000
}

rule "stale" {
  provider = s3

  scan {
    buckets = ["media"]
    %s
  }

  stale {
    older_than = "7d"
  }
}
`, where)
	if err := os.WriteFile(filepath.Join(dir, "rules.hcl"), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// A rule file that is huge, or nested without end, is refused with a place and a
// sentence, and nothing is sent.
func TestLies_HugeAndDeepRuleFiles(t *testing.T) {
	tests := map[string]struct{ text, said string }{
		"a long line": {"locals {\n  a = " + strings.Repeat("[", 100_000) + strings.Repeat("]", 100_000) + "\n}\n", "Line too long"},
		"a huge file": {"locals {\n" + strings.Repeat("  # "+strings.Repeat("x", 1000)+"\n", 20_000) + "}\n", "File too large"},
		"deep lists":  {"locals {\n  a = " + strings.Repeat("[\n", 5_000) + strings.Repeat("]", 5_000) + "\n}\n", "deep"},
		"deep calls":  {"locals {\n  a = " + strings.Repeat("upper(", 5_000) + `"x"` + strings.Repeat(")", 5_000) + "\n}\n", "deep"},
		"deep blocks": {strings.Repeat("rule \"a\" {\n", 5_000) + strings.Repeat("}\n", 5_000), "deep"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			if err := os.WriteFile(filepath.Join(dir, "rules.hcl"), []byte(tt.text), 0o600); err != nil {
				t.Fatal(err)
			}
			for _, command := range []string{"validate", "plan", "apply"} {
				code, stdout, stderr := invoke(t, map[string]string{"HOME": t.TempDir()}, command, dir)
				if code != exitError {
					t.Errorf("%s: exit %d", command, code)
				}
				expectIn(t, stdout+stderr, tt.said, "rules.hcl")
				if len(stdout)+len(stderr) > 4096 {
					t.Errorf("%s: %d bytes of output", command, len(stdout)+len(stderr))
				}
			}
		})
	}
}
