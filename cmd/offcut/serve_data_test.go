package main

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"offcut/engine/emulator"
)

// A bucketWorld is a server whose bucket list can be refused, and can leave a bucket out.
type bucketWorld struct {
	server *emulator.Server
	denied atomic.Bool
	hidden atomic.Value // name of a bucket, a string
}

// startBucketWorld serves buckets with a stale upload each, and returns what offcut needs
// to find it.
func startBucketWorld(t *testing.T, buckets ...string) (w *bucketWorld, env map[string]string) {
	t.Helper()
	server, err := emulator.Open(emulator.Options{})
	if err != nil {
		t.Fatal(err)
	}
	w = &bucketWorld{server: server}
	w.hidden.Store("none")
	front := httptest.NewServer(w)
	t.Cleanup(func() {
		front.Close()
		if err := server.Close(); err != nil {
			t.Error(err)
		}
	})
	for _, name := range buckets {
		w.add(t, name)
	}
	return w, map[string]string{
		"KS3_ENDPOINT": front.URL, "KS3_REGION": "BEIJING",
		"KS3_ACCESS_KEY_ID": "offcut", "KS3_ACCESS_KEY_SECRET": "offcut-secret",
	}
}

// add makes a bucket with one upload that is ten days old.
func (w *bucketWorld) add(t *testing.T, bucket string) {
	t.Helper()
	const age = 10*24*time.Hour + 6*time.Hour + 30*time.Minute
	upload := emulator.SeedUpload{
		Bucket: bucket, Key: "raw/a", ID: fixedID(bucket), Age: age, StorageClass: "STANDARD",
		Parts: []emulator.SeedPart{{Number: 1, Size: 5 << 20, Age: age}},
	}
	if err := w.server.Seed(t.Context(), slices.Values([]emulator.SeedUpload{upload})); err != nil {
		t.Fatal(err)
	}
}

func (w *bucketWorld) ServeHTTP(rw http.ResponseWriter, r *http.Request) {
	if r.URL.Path != "/" {
		w.server.Handler().ServeHTTP(rw, r)
		return
	}
	if w.denied.Load() {
		rw.WriteHeader(http.StatusForbidden)
		_, _ = rw.Write([]byte(`<Error><Code>AccessDenied</Code><Message>no</Message></Error>`))
		return
	}
	answer := httptest.NewRecorder()
	w.server.Handler().ServeHTTP(answer, r)
	name, _ := w.hidden.Load().(string)
	body := bytes.ReplaceAll(answer.Body.Bytes(), []byte("<Name>"+name+"</Name>"), []byte("<Name>elsewhere</Name>"))
	for key, values := range answer.Header() {
		rw.Header()[key] = values
	}
	rw.Header().Set("Content-Length", strconv.Itoa(len(body)))
	rw.WriteHeader(answer.Code)
	_, _ = rw.Write(body)
}

const dataOfServe = `
provider "ks3" {
  requests_per_second = 100000
}

data "buckets" "media" {
  name_glob   = "media-*"
  allow_empty = true
}
`

// oneRule looks at all buckets that are found; aFamily has an instance for each.
const (
	oneRule = dataOfServe + `
rule "media" {
  schedule = "@every 1s"
  mode     = "apply"
  scan {
    buckets      = data.buckets.media.names
    whole_bucket = true
    allow_empty  = true
  }
  stale {
    older_than = "7d"
  }
}
`
	aFamily = dataOfServe + `
rule "media" {
  for_each = toset(data.buckets.media.names)
  schedule = "@every 1s"
  mode     = "apply"
  scan {
    buckets      = [each.key]
    whole_bucket = true
    allow_empty  = true
  }
  stale {
    older_than = "7d"
  }
}
`
)

func beginServe(t *testing.T, env map[string]string, text string, args ...string) *process {
	t.Helper()
	dir := t.TempDir()
	writeFile(t, filepath.Join(dir, "offcut.hcl"), text)
	args = append([]string{"serve", "-listen", "127.0.0.1:0", "-data-dir", filepath.Join(dir, "data")}, args...)
	return begin(t, env, append(args, dir)...)
}

func metricsOf(t *testing.T, p *process) string {
	t.Helper()
	stdout := p.stdout.await(t, "/metrics\n", 1)
	at := strings.Index(stdout, "http://127.0.0.1")
	return fetch(t, strings.Fields(stdout[at:])[0])
}

func TestServe_ABucketThatAppearsNeedsNoRestart(t *testing.T) {
	w, env := startBucketWorld(t, "media-a")
	p := beginServe(t, env, oneRule)
	p.stdout.await(t, "Apply: 1 aborted", 1)
	w.add(t, "media-b")
	stdout := p.stdout.await(t, "Apply: 1 aborted", 2)
	expectIn(t, stdout, "data.buckets.media: 2 buckets (media-a, media-b).", "media-b appeared since the plan of ")
	if code := p.interrupt(t); code != exitOK {
		t.Errorf("exit %d after a signal, want 0", code)
	}
}

func TestServe_ATickThatCannotHaveTheBucketListFailsAlone(t *testing.T) {
	for name, text := range map[string]string{"one rule": oneRule, "a family": aFamily} {
		t.Run(name, func(t *testing.T) {
			w, env := startBucketWorld(t, "media-a")
			p := beginServe(t, env, text)
			p.stdout.await(t, "Apply: 1 aborted", 1)
			w.denied.Store(true)
			p.stderr.await(t, "needs the bucket list of provider ks3, and it was refused", 1)
			w.denied.Store(false)
			w.add(t, "media-b")
			p.stdout.await(t, "Apply: 1 aborted", 2)
			metrics := metricsOf(t, p)
			if strings.Contains(metrics, `offcut_runs_total{result="error",rule="rule.media"} 0`) {
				t.Errorf("the tick that failed is not counted:\n%s", metrics)
			}
			if code := p.interrupt(t); code != exitOK {
				t.Errorf("exit %d after a signal, want 0", code)
			}
		})
	}
}

func TestServe_InstancesAreThoseOfTheTick(t *testing.T) {
	w, env := startBucketWorld(t) // none at the start
	p := beginServe(t, env, aFamily)
	p.stdout.await(t, "rule.media has no instance that may act: nothing was looked at.", 1)
	w.add(t, "media-a")
	w.add(t, "media-b")
	p.stdout.await(t, `media-b  raw/a`, 1)
	p.stdout.await(t, "data.buckets.media: 2 buckets", 3) // so that a tick with both is over
	expectIn(t, metricsOf(t, p),
		`offcut_uploads_total{outcome="aborted",rule="rule.media[\"media-a\"]"} 1`,
		`offcut_uploads_total{outcome="aborted",rule="rule.media[\"media-b\"]"} 1`,
		`offcut_stale_uploads{rule="rule.media[\"media-b\"]"} 0`,
		`offcut_runs_total{result="error",rule="rule.media"} 0`,
	)

	w.hidden.Store("media-b")
	p.stdout.await(t, "data.buckets.media: 1 bucket (media-a).", 3)
	metrics := metricsOf(t, p)
	expectIn(t, metrics, `offcut_runs_total{result="error",rule="rule.media"} 0`, `offcut_stale_uploads{rule="rule.media[\"media-a\"]"} 0`)
	if strings.Contains(metrics, `offcut_stale_uploads{rule="rule.media[\"media-b\"]"}`) {
		t.Error("a gauge of an instance that is gone is still told")
	}
	if code := p.interrupt(t); code != exitOK {
		t.Errorf("exit %d after a signal, want 0", code)
	}
}

func TestServe_ExcludedInstancesNeverTick(t *testing.T) {
	w, env := startBucketWorld(t, "media-a", "media-keep")
	p := beginServe(t, env, aFamily, "-exclude", `rule.media["media-keep"]`)
	p.stdout.await(t, "Apply: 1 aborted", 1)
	w.add(t, "media-b")
	stdout := p.stdout.await(t, "Apply: 1 aborted", 2)
	if strings.Contains(stdout, "media-keep  raw/a") {
		t.Errorf("the excluded instance acted:\n%s", stdout)
	}
	if code := p.interrupt(t); code != exitOK {
		t.Errorf("exit %d after a signal, want 0", code)
	}
}

// The log stays JSON lines, whatever there is to say about the rules.
func TestServe_AMistakeThatFollowsFromBucketsIsInTheLog(t *testing.T) {
	w, env := startBucketWorld(t, "media-a")
	p := beginServe(t, env, strings.Replace(oneRule, "allow_empty = true", "", 1))
	p.stdout.await(t, "Apply: 1 aborted", 1)
	w.hidden.Store("media-a")
	p.stderr.await(t, "No bucket found", 1)
	w.hidden.Store("none")
	p.stdout.await(t, "data.buckets.media: 1 bucket (media-a).", 2)
	if code := p.interrupt(t); code != exitOK {
		t.Errorf("exit %d after a signal, want 0", code)
	}
	expectJSONLog(t, p.stderr.String(), "No bucket on the list of provider ks3 fits data.buckets.media")
}
