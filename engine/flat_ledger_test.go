//go:build linux

package engine_test

import (
	"context"
	"fmt"
	"iter"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"offcut/engine"
	"offcut/engine/ledger"
	"offcut/rules"
)

// A wideStore lists any number of stale uploads until the first abort, and none
// after it. It remembers none of them.
type wideStore struct {
	uploads int
	aborted atomic.Bool
}

func (s *wideStore) Identity() engine.Identity {
	return engine.Identity{Kind: "ks3", Endpoint: "https://ks3.test", ListingProves: true}
}

func (s *wideStore) Head(context.Context, string, string) (engine.Object, error) {
	return engine.Object{}, engine.ErrNoSuchKey
}

func (s *wideStore) Requests() int64 { return 0 }

func (s *wideStore) ListBuckets(context.Context) ([]engine.Bucket, error) {
	return []engine.Bucket{{Name: "media"}}, nil
}

func (s *wideStore) ListUploads(context.Context, string, string) iter.Seq2[engine.UploadPage, error] {
	return func(yield func(engine.UploadPage, error) bool) {
		const pageSize = 1000
		for at := 0; at < s.uploads && !s.aborted.Load(); at += pageSize {
			page := engine.UploadPage{Date: time.Now()}
			for n := at; n < min(at+pageSize, s.uploads); n++ {
				page.Uploads = append(page.Uploads, rules.Upload{
					Bucket: "media", Key: stubKey(n), ID: stubID(n), Initiated: time.Now().Add(-1000 * time.Hour), StorageClass: "STANDARD",
				})
			}
			if !yield(page, nil) {
				return
			}
		}
		if s.aborted.Load() {
			yield(engine.UploadPage{Date: time.Now()}, nil)
		}
	}
}

func (s *wideStore) ListParts(context.Context, engine.Ref) (engine.PartsAnswer, error) {
	return engine.PartsAnswer{RequestID: "0123456789abcdef"}, nil
}

func (s *wideStore) Abort(context.Context, engine.Ref, time.Time) (engine.Receipt, error) {
	s.aborted.Store(true)
	return engine.Receipt{Status: 204, RequestID: "0123456789abcdef"}, nil
}

// wideUploads is the environment variable that makes the test binary apply a plan of
// so many uploads and tell its memory.
const wideUploads = "OFFCUT_WIDE_UPLOADS"

// TestWideProcess is no test: TestPromise11_MemoryOfApplyWithALedger starts this binary
// again, so that the memory is that of one apply alone, SQLite's included.
func TestWideProcess(t *testing.T) {
	text := os.Getenv(wideUploads)
	if text == "" {
		t.Skip("is a process of another test")
	}
	uploads, err := strconv.Atoi(text)
	if err != nil {
		t.Fatal(err)
	}
	l, err := ledger.Open(t.Context(), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	cfg := &rules.Config{
		MinimumAge: 24 * time.Hour,
		Providers:  []rules.Provider{{Address: "ks3", Kind: "ks3"}},
		Rules: []rules.Rule{{
			Address: "rule.raw", Name: "raw", Provider: "ks3",
			Scan:   rules.Scan{Buckets: []string{"media"}, Prefixes: []string{"raw/"}},
			Stale:  rules.Stale{OlderThan: 7 * 24 * time.Hour, IdleFor: 24 * time.Hour},
			Limits: rules.Limits{MaxUploads: 1 << 40},
		}},
	}
	stores, opts := engine.Stores{"ks3": &wideStore{uploads: uploads}}, engine.Options{Dir: t.TempDir(), Journal: l}
	plan, err := engine.Build(t.Context(), stores, cfg, opts)
	if err != nil {
		t.Fatal(err)
	}
	report, err := engine.Apply(t.Context(), stores, cfg, plan, opts)
	if err != nil {
		t.Fatal(err)
	}
	if n := report.Results[engine.Aborted].Uploads; n != int64(uploads) || report.Unrecorded != nil {
		t.Fatalf("%d of %d aborted: %+v, %v", n, uploads, report.Results, report.Unrecorded)
	}
	for _, c := range []interface{ Close() error }{report, plan, l} {
		if err := c.Close(); err != nil {
			t.Error(err)
		}
	}
	fmt.Println("applied")
}

// A plan and an apply with a ledger take a fixed amount of memory, and for each upload
// not much more than the 8 bytes that stand for it until it is proven gone.
func TestPromise11_MemoryOfApplyWithALedger(t *testing.T) {
	if testing.Short() {
		t.Skip("aborts 400,000 uploads")
	}
	const few, many, limit = 100_000, 300_000, 40
	base, most := residentOfApply(t, few), residentOfApply(t, many)
	each := (most - base) << 10 / (many - few)
	t.Logf("%d KiB for %d uploads, %d KiB for %d: %d bytes for each further one", base, few, most, many, each)
	if each > limit {
		t.Errorf("%d bytes for each further upload, want at most %d", each, limit)
	}
}

// residentOfApply applies a plan in a process of its own and tells the most memory
// that it had resident, in KiB.
func residentOfApply(t *testing.T, uploads int) int64 {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestWideProcess$")
	cmd.Env = append(os.Environ(), wideUploads+"="+strconv.Itoa(uploads))
	out, err := cmd.CombinedOutput()
	if err != nil || !strings.Contains(string(out), "applied") {
		t.Fatalf("apply of %d uploads: %v\n%s", uploads, err, out)
	}
	use, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage)
	if !ok {
		t.Skip("this system does not tell the memory of a process")
	}
	return use.Maxrss
}
