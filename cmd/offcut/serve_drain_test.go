package main

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"offcut/engine/emulator"
)

// A gate is a KS3 server that holds the first abort until it is released.
type gate struct {
	*httptest.Server
	begun   chan struct{} // closed when an abort has arrived
	release chan struct{} // closing it answers
}

// startGate makes a server with stale uploads in the bucket ingest.
func startGate(t *testing.T, uploads int) *gate {
	t.Helper()
	server, err := emulator.Open(emulator.Options{})
	if err != nil {
		t.Fatal(err)
	}
	seed := func(yield func(emulator.SeedUpload) bool) {
		for i := range uploads {
			u := emulator.SeedUpload{Bucket: "ingest", Key: fmt.Sprintf("raw/%02d.mp4", i), Age: 20 * 24 * time.Hour}
			if !yield(u) {
				return
			}
		}
	}
	if err := server.Seed(t.Context(), seed); err != nil {
		t.Fatal(err)
	}
	g := &gate{begun: make(chan struct{}), release: make(chan struct{})}
	first := sync.OnceFunc(func() { close(g.begun) })
	api := server.Handler()
	g.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodDelete {
			first()
			<-g.release
		}
		api.ServeHTTP(w, r)
	}))
	t.Cleanup(func() {
		g.CloseClientConnections()
		g.Close()
		if err := server.Close(); err != nil {
			t.Error(err)
		}
	})
	return g
}

// serveGate runs serve against the gate until the first abort is in hand, sends a
// signal, and lets go once the command has noticed, as its stderr tells.
func serveGate(t *testing.T, noticed string, args ...string) (code int, p *process) {
	t.Helper()
	g := startGate(t, 12)
	env := map[string]string{"KS3_ENDPOINT": g.URL, "KS3_ACCESS_KEY_ID": "offcut", "KS3_ACCESS_KEY_SECRET": "offcut-secret"}
	dir := t.TempDir()
	writeFile(t, filepath.Join(dir, "offcut.hcl"),
		ruleFile(`older_than = "7d"`, `buckets = ["ingest"]`, "  schedule = \"@every 1s\"\n  mode = \"apply\"\n"))
	args = append([]string{"serve", "-parallelism", "1", "-data-dir", filepath.Join(dir, "data")}, args...)
	p = begin(t, env, append(args, dir)...)
	<-g.begun
	p.signalled.Do(func() { p.signals <- os.Interrupt })
	p.stderr.await(t, noticed, 1)
	close(g.release)
	select {
	case code = <-p.ended:
	case <-time.After(time.Minute):
		t.Fatalf("it did not end:\n%s", p.stderr)
	}
	return code, p
}

func TestServeFinishesWhatIsInHandAfterASignal(t *testing.T) {
	code, p := serveGate(t, "draining", "-listen", "127.0.0.1:0")
	if code != exitOK {
		t.Errorf("exit %d after a signal, want 0\n%s", code, p.stderr)
	}
	expectIn(t, p.stdout.String(), "Plan: 12 to abort", "not attempted", "Apply: ")
	expectIn(t, p.stderr.String(), `"result":"aborted"`, `"result":"not-attempted"`, `"result":"incomplete"`)
}

func TestServeOnceTellsThatItWasInterrupted(t *testing.T) {
	code, p := serveGate(t, "Interrupt received", "-once")
	if code != exitInterrupted {
		t.Errorf("exit %d after a signal, want %d\n%s", code, exitInterrupted, p.stderr)
	}
	expectIn(t, p.stdout.String(), "not attempted")
	expectIn(t, p.stderr.String(), "interrupted before everything was done")
}
