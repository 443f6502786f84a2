package main

import (
	"bytes"
	"context"
	"io"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/klauspost/compress/zstd"
	"github.com/rogpeppe/go-internal/testscript"

	"offcut/engine/emulator"
)

// damageCommand is the script command "damage KIND HOW FILE OUT": it copies FILE with
// one byte flipped at a fraction of its length (flip 0.5), its last bytes left out
// (cut 10), or a text behind it (add x).
func damageCommand(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 4 {
		ts.Fatalf("usage: damage flip|cut|add HOW FILE OUT")
	}
	text := []byte(ts.ReadFile(args[2]))
	how, err := strconv.ParseFloat(args[1], 64)
	switch args[0] {
	case "flip":
		ts.Check(err)
		text[int(how*float64(len(text)))] ^= 1
	case "cut":
		ts.Check(err)
		text = text[:len(text)-int(how)]
	case "add":
		text = append(text, args[1]...)
	default:
		ts.Fatalf("damage %s: no such kind", args[0])
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[3]), text, 0o600))
}

// unpackCommand is the script command "unpack FILE OUT": it writes the lines of a plan
// file to OUT.
func unpackCommand(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: unpack FILE OUT")
	}
	z, err := zstd.NewReader(strings.NewReader(ts.ReadFile(args[0])))
	ts.Check(err)
	defer z.Close()
	text, err := io.ReadAll(z)
	ts.Check(err)
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), text, 0o600))
}

// A desk is a server with two accounts that have one upload each, rules, a data
// directory, and a clock that the test sets.
type desk struct {
	t      *testing.T
	dir    string
	env    map[string]string
	ahead  atomic.Int64 // of the system's clock
	writes atomic.Int64 // aborts
	stdin  io.Reader
}

const everythingPolicy = `{"Version": "2015-11-01", "Statement": [{"Effect": "Allow", "Action": ["ks3:*"], "Resource": ["*"]}]}`

func newDesk(t *testing.T) *desk {
	t.Helper()
	d := &desk{t: t, dir: t.TempDir(), stdin: strings.NewReader("")}
	server, err := emulator.Open(emulator.Options{
		Users: []emulator.User{
			{ID: "7300", Name: "ours", AccessKeyID: "ours", SecretAccessKey: "our-secret-key"},
			{ID: "hand", Account: "7300", AccessKeyID: "hand", SecretAccessKey: "hand-secret-key", Policies: []string{everythingPolicy}},
			{ID: "8400", Name: "theirs", AccessKeyID: "theirs", SecretAccessKey: "their-secret-key"},
		},
		Access: func(a emulator.Access) {
			if a.Action == "AbortMultipartUpload" {
				d.writes.Add(1)
			}
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	front := httptest.NewServer(server.Handler())
	t.Cleanup(func() {
		front.Close()
		if err := server.Close(); err != nil {
			t.Error(err)
		}
	})
	for bucket, owner := range map[string]string{"media": "7300", "other": "8400"} {
		if err := server.CreateBucketFrom(emulator.BucketSpec{Name: bucket, Owner: owner}); err != nil {
			t.Fatal(err)
		}
	}
	if err := server.Seed(t.Context(), slices.Values([]emulator.SeedUpload{{Bucket: "media", Key: "raw/a", Age: 240 * time.Hour}})); err != nil {
		t.Fatal(err)
	}
	d.env = map[string]string{
		"KS3_ENDPOINT": front.URL, "KS3_REGION": "BEIJING", "KS3_ACCESS_KEY_ID": "ours", "KS3_ACCESS_KEY_SECRET": "our-secret-key",
	}
	d.write("offcut.hcl", `
rule "stale" {
  scan {
    buckets  = ["media"]
    prefixes = ["raw/"]
  }
  stale {
    older_than = "7d"
  }
}
`)
	return d
}

func (d *desk) write(name, text string) {
	d.t.Helper()
	if err := os.WriteFile(filepath.Join(d.dir, name), []byte(text), 0o600); err != nil {
		d.t.Fatal(err)
	}
}

// run runs a command in the desk's directory, at the desk's time.
func (d *desk) run(args ...string) (code int, stdout, stderr string) {
	d.t.Helper()
	p := &process{stdout: newOutput(), stderr: newOutput()}
	w := p.world(d.env, append(args, "-chdir", d.dir, "-data-dir", "data"))
	w.stdin = d.stdin
	w.now = func() time.Time { return time.Now().Add(time.Duration(d.ahead.Load())) }
	code = run(context.Background(), w)
	return code, p.stdout.String(), p.stderr.String()
}

// refused runs a command that must end with exit code 1 and a message, and abort
// nothing.
func (d *desk) refused(says string, args ...string) {
	d.t.Helper()
	code, stdout, stderr := d.run(args...)
	if code != exitError || !strings.Contains(stderr, says) {
		d.t.Errorf("%v: exit code %d, want 1 and %q\n%s%s", args, code, says, stdout, stderr)
	}
	if n := d.writes.Load(); n > 0 {
		d.t.Errorf("%v: %d aborts were sent", args, n)
	}
}

// planned saves a plan of one upload.
func (d *desk) planned() {
	d.t.Helper()
	code, stdout, stderr := d.run("plan", "-out", "stale.plan")
	if code != exitOK || !strings.Contains(stdout, "Plan: 1 to abort") {
		d.t.Fatalf("plan: exit code %d\n%s%s", code, stdout, stderr)
	}
}

// applied applies the plan, which must work.
func (d *desk) applied() {
	d.t.Helper()
	code, stdout, stderr := d.run("apply", "-auto-approve", "stale.plan")
	if code != exitOK || !strings.Contains(stdout, "Apply: 1 aborted") || d.writes.Load() != 1 {
		d.t.Errorf("apply: exit code %d, %d aborts\n%s%s", code, d.writes.Load(), stdout, stderr)
	}
}

func TestPromise9_SavedPlanPastItsTimeIsRefused(t *testing.T) {
	d := newDesk(t)
	d.planned()
	d.ahead.Store(int64(time.Hour))
	d.refused("the plan has expired: it was made at ", "apply", "-auto-approve", "stale.plan")
	code, stdout, _ := d.run("show", "stale.plan")
	if code != exitOK || !strings.Contains(stdout, "Expired: it could be applied until ") || !strings.Contains(stdout, "Plan: 1 to abort") {
		t.Errorf("show: exit code %d\n%s", code, stdout)
	}
	d.ahead.Store(int64(-10 * time.Minute))
	d.refused("set the clock", "apply", "-auto-approve", "stale.plan")
	d.ahead.Store(int64(59 * time.Minute))
	d.applied()
}

// A lateAnswer says yes once the clock has moved on.
type lateAnswer struct {
	d     *desk
	after time.Duration
	text  *bytes.Reader
}

func (l lateAnswer) Read(p []byte) (int, error) {
	l.d.ahead.Store(int64(l.after))
	return l.text.Read(p)
}

func TestPromise9_SavedPlanThatExpiresAtThePromptIsRefused(t *testing.T) {
	d := newDesk(t)
	d.write("ttl.hcl", "offcut {\n  plan_ttl = \"5m\"\n}\n")
	d.planned()
	d.stdin = lateAnswer{d, 5 * time.Minute, bytes.NewReader([]byte("yes\n"))}
	d.refused("the plan has expired", "apply", "stale.plan")
	d.ahead.Store(0)
	d.stdin = lateAnswer{d, 4 * time.Minute, bytes.NewReader([]byte("yes\n"))}
	code, stdout, stderr := d.run("apply", "stale.plan")
	if code != exitOK || !strings.Contains(stdout, "Apply: 1 aborted") {
		t.Errorf("in time: exit code %d\n%s%s", code, stdout, stderr)
	}
}

func TestPromise9_SavedPlanForAnotherAccountIsRefused(t *testing.T) {
	d := newDesk(t)
	d.planned()
	d.env["KS3_ACCESS_KEY_ID"], d.env["KS3_ACCESS_KEY_SECRET"] = "theirs", "their-secret-key"
	d.refused("the plan was made for another endpoint or account: ks3: the plan's buckets belong to account NzMwMA==, those of these credentials to ODQwMA==", "apply", "-auto-approve", "stale.plan")
	d.env["KS3_ACCESS_KEY_ID"], d.env["KS3_ACCESS_KEY_SECRET"] = "ours", "our-secret-key"
	d.applied()
	d.writes.Store(0)
	d.refused("this plan was applied before", "apply", "-auto-approve", "stale.plan")
	d.refused("offcut history show", "apply", "stale.plan") // before anybody is asked
}

// Who applies a plan of somebody else's is told so, and is whom the ledger names.
func TestSavedPlanIsAppliedInOnesOwnName(t *testing.T) {
	d := newDesk(t)
	d.planned()
	d.env["KS3_ACCESS_KEY_ID"], d.env["KS3_ACCESS_KEY_SECRET"] = "hand", "hand-secret-key"
	d.stdin = strings.NewReader("yes\n")
	code, stdout, stderr := d.run("apply", "stale.plan")
	if code != exitOK {
		t.Fatalf("exit code %d\n%s%s", code, stdout, stderr)
	}
	expectIn(t, stdout, " (BEIJING) as hand (environment KS3_ACCESS_KEY_ID); the plan was made as ours (environment KS3_ACCESS_KEY_ID).\n")
	_, runs, _ := d.run("history", "-json")
	_, id, _ := strings.Cut(runs, `"run":"`)
	code, stdout, stderr = d.run("history", "show", id[:8])
	if code != exitOK {
		t.Fatalf("exit code %d\n%s%s", code, stdout, stderr)
	}
	expectIn(t, stdout, " (BEIJING) as hand, account NzMwMA== (7300)\n")
}

// TestPromise12_PlanFileHoldsNoSecret looks for the secret key in the file, and for
// values of the environment that no rule declares.
func TestPromise12_PlanFileHoldsNoSecret(t *testing.T) {
	d := newDesk(t)
	d.env["OFFCUT_VAR_undeclared"], d.env["OFFCUT_VAR_declared"] = "nobody's-business", "everybody's-business"
	d.write("vars.hcl", "variable \"declared\" {}\n")
	d.planned()
	code, stdout, stderr := d.run("show", "-json", "stale.plan")
	if code != exitOK {
		t.Fatalf("exit code %d\n%s", code, stderr)
	}
	expectIn(t, stdout, "everybody's-business")
	for _, secret := range []string{"our-secret-key", "nobody's-business"} {
		if strings.Contains(stdout, secret) {
			t.Errorf("%q stands in the plan", secret)
		}
	}
}
