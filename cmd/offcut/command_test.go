package main

import (
	"bytes"
	"context"
	"os"
	"strings"
	"sync"
	"testing"
	"time"
)

// An output is a writer that a test can wait on.
type output struct {
	mu      sync.Mutex
	text    bytes.Buffer
	written chan struct{} // closed and replaced at each write
	onWrite func(all string)
}

func newOutput() *output { return &output{written: make(chan struct{})} }

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	o.text.Write(p)
	all := o.text.String()
	close(o.written)
	o.written = make(chan struct{})
	o.mu.Unlock()
	if o.onWrite != nil {
		o.onWrite(all)
	}
	return len(p), nil
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.String()
}

// await waits until text was written n times.
func (o *output) await(t *testing.T, text string, n int) string {
	t.Helper()
	deadline := time.After(time.Minute)
	for {
		o.mu.Lock()
		all, written := o.text.String(), o.written
		o.mu.Unlock()
		if strings.Count(all, text) >= n {
			return all
		}
		select {
		case <-written:
		case <-deadline:
			t.Fatalf("%q was not written %d times within a minute:\n%s", text, n, all)
		}
	}
}

// A process is a command line that runs beside the test.
type process struct {
	stdout, stderr *output
	signals        chan os.Signal
	ended          chan int
	signalled      sync.Once
}

// begin runs a command line in the background, with an environment of its own. It
// is interrupted at the end of the test.
func begin(t *testing.T, env map[string]string, args ...string) *process {
	t.Helper()
	p := &process{stdout: newOutput(), stderr: newOutput(), signals: make(chan os.Signal, 2), ended: make(chan int, 1)}
	go func() { p.ended <- run(context.Background(), p.world(env, args)) }()
	t.Cleanup(func() { p.interrupt(t) })
	return p
}

func (p *process) world(env map[string]string, args []string) world {
	var environ []string
	for name, value := range env {
		environ = append(environ, name+"="+value)
	}
	return world{
		args: args, stdin: strings.NewReader(""), stdout: p.stdout, stderr: p.stderr,
		getenv: func(name string) string { return env[name] }, environ: environ, signals: p.signals,
	}
}

// interrupt sends a signal and waits for the end. A second call does nothing and
// returns 0.
func (p *process) interrupt(t *testing.T) (code int) {
	t.Helper()
	p.signalled.Do(func() {
		p.signals <- os.Interrupt
		select {
		case code = <-p.ended:
		case <-time.After(time.Minute):
			t.Errorf("the command did not end within a minute of a signal:\n%s", p.stderr)
		}
	})
	return code
}

// invoke runs a command line to its end.
func invoke(t *testing.T, env map[string]string, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	p := &process{stdout: newOutput(), stderr: newOutput()}
	code = run(t.Context(), p.world(env, args))
	return code, p.stdout.String(), p.stderr.String()
}

// expectIn fails for every text that is not in all.
func expectIn(t *testing.T, all string, texts ...string) {
	t.Helper()
	for _, text := range texts {
		if !strings.Contains(all, text) {
			t.Errorf("%q is missing in:\n%s", text, all)
		}
	}
}

// expectEmptyDir fails when something is in a directory.
func expectEmptyDir(t *testing.T, dir string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		t.Errorf("%s was left behind in %s", e.Name(), dir)
	}
}
