package emulator_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"offcut/engine/emulator"
)

// A tool is somebody else's program, run in a directory and an environment of
// its own.
type tool struct {
	*testing.T
	program, dir string
	args         []string // before those of each command
	env          []string
}

// newTool finds a program, the distribution's before any other in PATH. Where
// there is none, the test is skipped.
func newTool(t *testing.T, name string) *tool {
	t.Helper()
	program, err := exec.LookPath("/usr/bin/" + name)
	if err != nil {
		if program, err = exec.LookPath(name); err != nil {
			t.Skipf("%s is not installed", name)
		}
	}
	dir := t.TempDir()
	return &tool{T: t, program: program, dir: dir, env: []string{
		"HOME=" + dir, "PATH=/usr/bin:/bin", "LC_ALL=C.UTF-8", "PYTHONDONTWRITEBYTECODE=1",
	}}
}

// run runs a command that must succeed and gives what it prints.
func (c *tool) run(args ...string) string {
	c.Helper()
	out, err := c.try(args...)
	if err != nil {
		c.Fatalf("%s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return out
}

func (c *tool) try(args ...string) (string, error) {
	ctx, cancel := context.WithTimeout(c.Context(), 2*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, c.program, append(append([]string{}, c.args...), args...)...)
	cmd.Dir, cmd.Env, cmd.WaitDelay = c.dir, c.env, time.Second
	var said bytes.Buffer
	cmd.Stderr = &said
	out, err := cmd.Output()
	if err != nil {
		out = append(out, said.Bytes()...)
	}
	return strings.TrimSpace(string(out)), err
}

// says runs a command and expects words in what it prints.
func (c *tool) says(want string, args ...string) {
	c.Helper()
	if out := c.run(args...); !strings.Contains(out, want) {
		c.Errorf("%s: no %q in\n%s", strings.Join(args, " "), want, out)
	}
}

// file makes a file in the tool's directory.
func (c *tool) file(name string, data []byte) string {
	c.Helper()
	path := filepath.Join(c.dir, name)
	if err := os.WriteFile(path, data, 0o600); err != nil {
		c.Fatal(err)
	}
	return path
}

// holds compares a file in the tool's directory with what it must hold.
func (c *tool) holds(name string, want []byte) {
	c.Helper()
	if data := got(os.ReadFile(filepath.Join(c.dir, name)))(c); sha256.Sum256(data) != sha256.Sum256(want) {
		c.Errorf("%s has %d other bytes than the %d that were sent", name, len(data), len(want))
	}
}

// newAWS is the AWS command line at a server.
func newAWS(t *testing.T, w *watch) *tool {
	t.Helper()
	c := newTool(t, "aws")
	c.args = []string{"--endpoint-url", w.url, "--region", "BEIJING", "--output", "text"}
	c.env = append(
		c.env, "AWS_ACCESS_KEY_ID=offcut", "AWS_SECRET_ACCESS_KEY=offcut-secret", "AWS_EC2_METADATA_DISABLED=true",
		"AWS_PAGER=", "PAGER=", "AWS_MAX_ATTEMPTS=1",
	)
	return c
}

func TestAWSCommandLineMovesFiles(t *testing.T) {
	t.Parallel()
	w := watched(t, emulator.Options{})
	c, data := newAWS(t, w), noise(20*mebi+1)
	c.file("from.mp4", data)
	c.run("s3", "cp", "--no-progress", "from.mp4", "s3://media/raw/a b.mp4")
	c.run("s3", "mv", "s3://media/raw/a b.mp4", "s3://media/raw/moved.mp4")
	c.says("moved.mp4", "s3", "ls", "s3://media/raw/")
	c.run("s3", "cp", "--no-progress", "s3://media/raw/moved.mp4", "to.mp4")
	c.holds("to.mp4", data)
	c.run("s3", "rm", "--recursive", "s3://media/raw/")
	same(t, "what is left", c.run("s3", "ls", "s3://media/"), "")
	same(t, "uploads left open", openUploads(t, w.url), 0)
	for _, action := range []string{"UploadPart", "UploadPartCopy", "CompleteMultipartUpload", "GetObject", "DeleteObject"} {
		if w.times(action) == 0 {
			t.Errorf("it never asked for %s: the files were too small", action)
		}
	}
}

func TestAWSCommandLineUploadsByHand(t *testing.T) {
	t.Parallel()
	w := watched(t, emulator.Options{})
	c, data := newAWS(t, w), noise(5*mebi)
	c.file("part", data)
	on := []string{"--bucket", "media", "--key", "raw/夜 1.mp4"}
	api := func(verb string, more ...string) []string {
		return append(append([]string{"s3api", verb}, on...), more...)
	}
	id := c.run(api("create-multipart-upload", "--query", "UploadId")...)
	stale := c.run(api("create-multipart-upload", "--query", "UploadId")...)
	one := c.run(api("upload-part", "--upload-id", id, "--part-number", "1", "--body", "part", "--query", "ETag")...)
	c.run("s3api", "put-object", "--bucket", "media", "--key", "source", "--body", "part")
	two := c.run(api("upload-part-copy", "--upload-id", id, "--part-number", "2",
		"--copy-source", "media/source", "--copy-source-range", "bytes=0-9", "--query", "CopyPartResult.ETag")...)
	c.says("5242880", api("list-parts", "--upload-id", id, "--page-size", "1", "--query", "Parts[].Size")...)
	c.says(stale, "s3api", "list-multipart-uploads", "--bucket", "media", "--query", "Uploads[].UploadId")
	c.run(api("abort-multipart-upload", "--upload-id", stale)...)
	out, err := c.try(api("abort-multipart-upload", "--upload-id", stale)...)
	if err == nil || !strings.Contains(out, "NoSuchUpload") {
		t.Errorf("a second abort: %v %s", err, out)
	}
	c.says(`-2"`, api("complete-multipart-upload", "--upload-id", id, "--multipart-upload",
		`{"Parts":[{"PartNumber":1,"ETag":`+one+`},{"PartNumber":2,"ETag":`+two+`}]}`, "--query", "ETag")...)
	c.run(api("get-object", "to")...)
	c.holds("to", append(data[:len(data):len(data)], data[:10]...))
}

func TestAWSCommandLineTurnsSettings(t *testing.T) {
	t.Parallel()
	w := watched(t, emulator.Options{})
	c := newAWS(t, w)
	c.run("s3", "mb", "s3://walked")
	c.run("s3", "rb", "s3://walked")
	c.says("BEIJING", "s3api", "get-bucket-location", "--bucket", "media")
	c.run("s3api", "put-bucket-acl", "--bucket", "media", "--acl", "public-read")
	c.says("AllUsers", "s3api", "get-bucket-acl", "--bucket", "media")
	c.run("s3api", "put-bucket-policy", "--bucket", "media", "--policy", mediaPolicy)
	c.says("krn:ksc:ks3:::media", "s3api", "get-bucket-policy", "--bucket", "media")
	c.run("s3api", "delete-bucket-policy", "--bucket", "media")
	c.run("s3api", "put-bucket-lifecycle-configuration", "--bucket", "media", "--lifecycle-configuration",
		`{"Rules":[{"ID":"stale","Status":"Enabled","Filter":{"Prefix":"raw/"},"AbortIncompleteMultipartUpload":{"DaysAfterInitiation":7}}]}`)
	c.says("stale", "s3api", "get-bucket-lifecycle-configuration", "--bucket", "media")
	c.run("s3api", "delete-bucket-lifecycle", "--bucket", "media")
}

func TestAWSCommandLineHandlesObjects(t *testing.T) {
	t.Parallel()
	w := watched(t, emulator.Options{})
	c := newAWS(t, w)
	c.file("from", []byte("hello"))
	on := []string{"--bucket", "media", "--key", "raw/夜 +1"}
	api := func(verb string, more ...string) []string {
		return append(append([]string{"s3api", verb}, on...), more...)
	}
	c.run(api("put-object", "--body", "from", "--content-type", "text/plain", "--metadata", "owner=alice", "--tagging", "a=1")...)
	// It takes the names of metadata as they are on the wire.
	c.says("alice", api("head-object", "--query", "Metadata.owner")...)
	c.run(api("put-object-tagging", "--tagging", `{"TagSet":[{"Key":"夜","Value":"x y"}]}`)...)
	c.says("x y", api("get-object-tagging", "--query", "TagSet[0].Value")...)
	c.run(api("put-object-acl", "--acl", "public-read")...)
	c.says("AllUsers", api("get-object-acl")...)
	c.run("s3api", "copy-object", "--bucket", "media", "--key", "copy", "--copy-source", "media/raw/夜 +1")
	for _, version := range []string{"list-objects", "list-objects-v2"} {
		c.says("raw/夜 +1", "s3api", version, "--bucket", "media", "--page-size", "1", "--query", "Contents[].Key")
	}
	link := got(url.Parse(c.run("s3", "presign", "s3://media/copy")))(t)
	_, body := fetch(t, http.MethodGet, link, "", http.StatusOK)
	same(t, "the object of the link", body, "hello")
	c.run("s3api", "delete-objects", "--bucket", "media", "--delete", `{"Objects":[{"Key":"copy"},{"Key":"raw/夜 +1"}]}`)
	same(t, "keys left", c.run("s3api", "list-objects-v2", "--bucket", "media", "--no-paginate", "--query", "KeyCount"), "0")
}
