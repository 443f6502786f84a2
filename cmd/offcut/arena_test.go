package main

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"modernc.org/sqlite" // the ledger is read as anybody could
	sqlite3 "modernc.org/sqlite/lib"

	"offcut/engine"
	"offcut/engine/emulator"
	"offcut/engine/ledger"
	"offcut/engine/objectstore"
	"offcut/rules"
)

// An arena is a directory with a rule file, a KS3 server that takes down every
// abort that reaches it, and processes of offcut that work against it.
type arena struct {
	testing.TB
	dir        string
	server     *emulator.Server
	front      *httptest.Server
	client     *objectstore.Client
	targets    map[engine.Ref]bool // what the rule finds stale
	bystanders map[engine.Ref]bool // all other uploads

	// onRequest is called with each request of offcut before the server sees it; it and
	// what it returns may be nil. Set by watch.
	onRequest atomic.Pointer[watcher]

	mu     sync.Mutex
	aborts map[engine.Ref]int // that the server carried out or refused
}

const arenaRules = `
provider "ks3" {
  requests_per_second = 100000
}

rule "stale" {
  scan {
    buckets  = ["media"]
    prefixes = ["raw/"]
  }

  stale {
    older_than = "7d"
  }
}
`

// openArena makes an arena with n stale uploads, and uploads and objects beside
// them that nobody may touch. The caller closes it.
func openArena(t testing.TB, n int) *arena {
	t.Helper()
	a := &arena{TB: t, targets: map[engine.Ref]bool{}, bystanders: map[engine.Ref]bool{}, aborts: map[engine.Ref]int{}}
	var err error
	a.dir, err = os.MkdirTemp("", "offcut-arena-")
	a.must(err)
	a.put("offcut.hcl", arenaRules)
	a.server, err = emulator.Open(emulator.Options{Access: a.access})
	a.must(err)
	a.front = httptest.NewServer(http.HandlerFunc(a.serve))
	a.client, err = objectstore.Open(t.Context(), rules.Provider{
		Address: "ks3", Kind: "ks3", Region: "BEIJING", Endpoint: a.front.URL, RequestsPerSecond: 100_000,
	}, objectstore.Settings{
		Getenv:      func(string) string { return "" },
		Credentials: &objectstore.Credentials{AccessKeyID: "offcut", SecretAccessKey: "offcut-secret", Source: "test"},
	})
	a.must(err)
	a.seed(n)
	return a
}

func (a *arena) close() {
	a.client.Close()
	a.front.Close()
	if err := errors.Join(a.server.Close(), os.RemoveAll(a.dir)); err != nil {
		a.Error(err)
	}
}

func (a *arena) must(err error) {
	a.Helper()
	if err != nil {
		a.Fatal(err)
	}
}

func (a *arena) put(name, text string) {
	a.Helper()
	a.must(os.WriteFile(filepath.Join(a.dir, name), []byte(text), 0o600))
}

// seed fills the server. Beside every tenth target there are a fresh upload of the
// same key, one of another prefix and one of another bucket, both old.
func (a *arena) seed(n int) {
	a.Helper()
	var all []emulator.SeedUpload
	add := func(to map[engine.Ref]bool, bucket, key string, age time.Duration) {
		ref := engine.Ref{Bucket: bucket, Key: key, ID: fixedID(bucket, key, age.String())}
		to[ref] = true
		all = append(all, emulator.SeedUpload{
			Bucket: bucket, Key: key, ID: ref.ID, Age: age,
			Parts: []emulator.SeedPart{{Number: 1, Size: 5 << 20, Age: age}},
		})
	}
	const day = 24 * time.Hour
	for i := range n {
		key := fmt.Sprintf("raw/%06d.mp4", i)
		add(a.targets, "media", key, 30*day)
		if i%10 == 0 {
			add(a.bystanders, "media", key, time.Hour)
			add(a.bystanders, "media", "tmp/"+key, 30*day)
			add(a.bystanders, "prod", key, 30*day)
		}
	}
	a.must(a.server.Seed(a.Context(), slices.Values(all)))
	// An object whose key holds a stale upload, too.
	ref := engine.Ref{Bucket: "media", Key: "raw/000000.mp4"}
	var err error
	ref.ID, err = a.client.Initiate(a.Context(), ref.Bucket, ref.Key, http.Header{})
	a.must(err)
	etag, err := a.client.UploadPart(a.Context(), ref, 1, []byte("an object"))
	a.must(err)
	a.must(a.client.Complete(a.Context(), ref, []string{etag}))
}

// A watcher looks at a request, and returns what to call before the answer leaves.
type watcher func(r *http.Request) (answered func())

// watch calls w with each request from now on.
func (a *arena) watch(w watcher) { a.onRequest.Store(&w) }

// serve lets the test look on.
func (a *arena) serve(w http.ResponseWriter, r *http.Request) {
	var answered func()
	if w := a.onRequest.Load(); w != nil {
		answered = (*w)(r)
	}
	if answered == nil {
		a.server.Handler().ServeHTTP(w, r)
		return
	}
	answer := httptest.NewRecorder()
	a.server.Handler().ServeHTTP(answer, r)
	answered()
	send(w, answer)
}

func (a *arena) access(e emulator.Access) {
	if e.Action == "AbortMultipartUpload" {
		a.mu.Lock()
		defer a.mu.Unlock()
		a.aborts[engine.Ref{Bucket: e.Bucket, Key: e.Key, ID: e.UploadID}]++
	}
}

// A running is one process of offcut.
type running struct {
	*exec.Cmd
	stdout, stderr bytes.Buffer
	dead           chan struct{} // closed when it has ended
}

// start starts offcut in the arena's directory.
func (a *arena) start(args ...string) *running {
	a.Helper()
	return a.startAs(append([]string{"offcut"}, args...)...)
}

// startAs starts a command that becomes offcut.
func (a *arena) startAs(args ...string) *running {
	a.Helper()
	p := &running{Cmd: exec.CommandContext(context.Background(), args[0], args[1:]...), dead: make(chan struct{})}
	p.Dir = a.dir
	p.Env = []string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + a.dir, "NO_COLOR=1",
		"KS3_ENDPOINT=" + a.front.URL, "KS3_REGION=BEIJING", "KS3_ACCESS_KEY_ID=offcut", "KS3_ACCESS_KEY_SECRET=offcut-secret",
	}
	p.Stdout, p.Stderr = &p.stdout, &p.stderr
	a.must(p.Start())
	go func() {
		_ = p.Wait() // the exit code says it
		close(p.dead)
	}()
	return p
}

// kill ends the process as a power failure would, and returns when it is gone.
func (p *running) kill() {
	_ = p.Process.Kill() // it may have ended by itself
	<-p.dead
}

// exit waits for the end and returns the exit code; -1 after a kill.
func (p *running) exit() int {
	<-p.dead
	return p.ProcessState.ExitCode()
}

func (p *running) said() string { return p.stdout.String() + p.stderr.String() }

// run runs offcut to its end.
func (a *arena) run(want int, args ...string) *running {
	a.Helper()
	p := a.start(args...)
	if code := p.exit(); code != want {
		a.Fatalf("offcut %v: exit code %d, want %d\n%s", args, code, want, p.said())
	}
	return p
}

// apply runs an apply to its end.
func (a *arena) apply(want int, flags ...string) *running {
	a.Helper()
	return a.run(want, append([]string{"apply", "-auto-approve"}, flags...)...)
}

// left lists the uploads that the server still has.
func (a *arena) left() map[engine.Ref]bool {
	a.Helper()
	left := map[engine.Ref]bool{}
	for _, bucket := range []string{"media", "prod"} {
		for page, err := range a.client.ListUploads(a.Context(), bucket, "") {
			a.must(err)
			for _, u := range page.Uploads {
				left[engine.Ref{Bucket: bucket, Key: u.Key, ID: u.ID}] = true
			}
		}
	}
	return left
}

// checkBystanders looks whether everything is there that was not to be touched, and
// whether every abort that reached the server was of a target.
func (a *arena) checkBystanders() error {
	left := a.left()
	var wrongs []error
	for ref := range a.bystanders {
		if !left[ref] {
			wrongs = append(wrongs, fmt.Errorf("%v is gone, and nobody planned to abort it", ref))
		}
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	for ref := range a.aborts {
		if !a.targets[ref] {
			wrongs = append(wrongs, fmt.Errorf("an abort of %v was sent", ref))
		}
	}
	if o, err := a.client.Head(a.Context(), "media", "raw/000000.mp4"); err != nil || o.Size != int64(len("an object")) {
		wrongs = append(wrongs, fmt.Errorf("the object is %+v: %w", o, err))
	}
	return errors.Join(wrongs...)
}

// A memory is what the ledger of a data directory holds: outcomes by run and upload.
type memory map[string]map[engine.Ref][]engine.Result

// query reads a ledger as anybody could, with plain SQL, and changes nothing. A ledger that was never made,
// or whose making was killed, has no rows.
func (a *arena) query(dataDir, text string, each func(scan func(...any) error) error) (err error) {
	a.Helper()
	file := filepath.Join(a.dir, dataDir, ledger.FileName)
	if _, err := os.Stat(file); errors.Is(err, os.ErrNotExist) {
		return nil
	}
	db, err := sql.Open("sqlite", "file:"+file+"?mode=ro")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	var tables int
	err = db.QueryRowContext(a.Context(), "SELECT count(*) FROM sqlite_schema").Scan(&tables)
	var failure *sqlite.Error
	if errors.As(err, &failure) && failure.Code() == sqlite3.SQLITE_READONLY_ROLLBACK {
		return nil // a writer has to undo what the killed one began
	}
	if err != nil || tables == 0 {
		return err
	}
	rows, err := db.QueryContext(a.Context(), text)
	if err != nil {
		return err
	}
	for rows.Next() {
		if err := each(rows.Scan); err != nil {
			return errors.Join(err, rows.Close())
		}
	}
	return rows.Err()
}

// remember reads all outcomes. Every planned upload must have exactly one, and every
// run must have an end.
func (a *arena) remember(dataDir string) (memory, error) {
	a.Helper()
	m := memory{}
	var wrongs []error
	err := a.query(dataDir, `
		SELECT runs.plan, runs.finished IS NOT NULL, buckets.bucket, items.key, items.upload_id, coalesce(outcomes.result, '')
		FROM runs JOIN items ON items.run = runs.id JOIN buckets ON buckets.id = items.bucket
		LEFT JOIN outcomes ON outcomes.item = items.id`, func(scan func(...any) error) error {
		var run string
		var result engine.Result
		var ended bool
		var ref engine.Ref
		if err := scan(&run, &ended, &ref.Bucket, &ref.Key, &ref.ID, &result); err != nil {
			return err
		}
		if m[run] == nil {
			m[run] = map[engine.Ref][]engine.Result{}
		}
		m[run][ref] = append(m[run][ref], result)
		if result == "" || !ended || len(m[run][ref]) > 1 {
			wrongs = append(wrongs, fmt.Errorf("run %s (ended %t): %v has the outcomes %q", run, ended, ref, m[run][ref]))
		}
		return nil
	})
	return m, errors.Join(append(wrongs[:min(len(wrongs), 5)], err)...)
}

// of collects what became of every upload over all runs.
func (m memory) of(ref engine.Ref) []engine.Result {
	var all []engine.Result
	for _, run := range slices.Sorted(maps.Keys(m)) {
		all = append(all, m[run][ref]...)
	}
	return all
}
