//go:build unix

package engine_test

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"sync"
	"syscall"
	"testing"
	"time"

	"offcut/engine"
	"offcut/engine/ks3"
	"offcut/engine/objectstore"
	"offcut/rules"
)

// The benchmarks below set the engine on its real client beside a bare net/http
// loop that does the same to the same store, in turns and in one run, so that a
// machine's speed cancels out. The store is a process of its own: CPU is that of
// the client's process alone, kernel included. Reported are medians over the
// iterations; use -benchtime 5x or more.

const benchSecret = "SKEXAMPLE"

// A bench is what one benchmark works with.
type bench struct {
	*testing.B
	url       string
	client    *objectstore.Client
	transport *http.Transport // the bare loop's
	scratch   string
}

func newBench(b *testing.B, latency time.Duration, parallel int) *bench {
	b.Helper()
	address := startStub(b, latency)
	client, err := objectstore.Open(b.Context(), rules.Provider{Address: "ks3", Kind: "ks3", Endpoint: address, RequestsPerSecond: 1e9},
		objectstore.Settings{MaxConnections: parallel, Credentials: &objectstore.Credentials{AccessKeyID: "AKEXAMPLE", SecretAccessKey: benchSecret, Source: "the benchmark"}})
	if err != nil {
		b.Fatal(err)
	}
	transport := &http.Transport{MaxConnsPerHost: parallel, MaxIdleConnsPerHost: parallel, DisableCompression: true, ReadBufferSize: 32 << 10}
	b.Cleanup(func() { client.Close(); transport.CloseIdleConnections() })
	return &bench{B: b, url: address, client: client, transport: transport, scratch: b.TempDir()}
}

// build plans one bucket of the stub.
func (b *bench) build(bucket string, parallel int) (*engine.Plan, *rules.Config, engine.Options) {
	b.Helper()
	cfg := &rules.Config{
		MinimumAge: 24 * time.Hour,
		Providers:  []rules.Provider{{Address: "ks3", Kind: "ks3"}},
		Rules: []rules.Rule{{
			Address: "rule.raw", Name: "raw", Provider: "ks3",
			Scan:   rules.Scan{Buckets: []string{bucket}, Prefixes: []string{"raw/"}},
			Stale:  rules.Stale{OlderThan: 7 * 24 * time.Hour, IdleFor: 24 * time.Hour},
			Limits: rules.Limits{MaxUploads: 1 << 40},
		}},
	}
	opts := engine.Options{Dir: b.scratch, Parallelism: parallel}
	plan, err := engine.Build(b.Context(), b.stores(), cfg, opts)
	if err != nil {
		b.Fatal(err)
	}
	if !plan.Whole() {
		b.Fatalf("%+v", plan.Scopes)
	}
	return plan, cfg, opts
}

func (b *bench) stores() engine.Stores { return engine.Stores{"ks3": ownHost{b.client}} }

// An ownHost is a store like one of KS3's own hosts, whose listings prove that an
// upload is gone; the client does not believe that of an address like the stub's.
type ownHost struct{ *objectstore.Client }

func (h ownHost) Identity() engine.Identity {
	id := h.Client.Identity()
	id.ListingProves = true
	return id
}

// get is a bare, signed request with a GET; buffer holds the body afterwards.
func (b *bench) get(buffer *bytes.Buffer, path string, query url.Values) error {
	resp, err := b.send(http.MethodGet, path, query)
	if err != nil {
		return err
	}
	defer resp.Body.Close() //nolint:errcheck // what matters was read
	buffer.Reset()
	if _, err := buffer.ReadFrom(resp.Body); err != nil {
		return err
	}
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("%s: %s", resp.Status, buffer)
	}
	return nil
}

func (b *bench) send(method, path string, query url.Values) (*http.Response, error) {
	req, err := http.NewRequestWithContext(context.Background(), method, b.url+path+"?"+ks3.CanonicalQuery(query), nil)
	if err != nil {
		return nil, err
	}
	date := ks3.FormatDate(time.Now())
	req.Header.Set("Date", date)
	toSign := ks3.StringToSignV2(ks3.Native, method, req.Header, date, ks3.ResourceV2("", false, path, query))
	req.Header.Set("Authorization", "KSS AKEXAMPLE:"+ks3.SignV2(benchSecret, toSign))
	return b.transport.RoundTrip(req)
}

// A cost is what something took.
type cost struct{ wall, cpu time.Duration }

// measure runs f and tells what it cost this process.
func (b *bench) measure(f func() error) cost {
	b.Helper()
	start, used := time.Now(), b.used()
	if err := f(); err != nil {
		b.Fatal(err)
	}
	return cost{wall: time.Since(start), cpu: b.used() - used}
}

// used is the CPU time of this process so far.
func (b *bench) used() time.Duration {
	var use syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &use); err != nil {
		b.Fatal(err)
	}
	return time.Duration(use.Utime.Nano() + use.Stime.Nano())
}

// A series holds the figures of all iterations, by unit.
type series map[string][]float64

func (s series) add(unit string, value float64) { s[unit] = append(s[unit], value) }

// report gives the medians instead of the time of an iteration, which holds both
// sides.
func (s series) report(b *testing.B) {
	for unit, values := range s {
		slices.Sort(values)
		b.ReportMetric(values[len(values)/2], unit)
	}
	b.ReportMetric(0, "ns/op")
}

// BenchmarkListingOfAPlan plans a bucket in which nothing is old enough to have its
// parts read: all the work is in the listing. Beside it are two bare loops over the
// same pages: one finds key, id and instant of each upload by looking for their
// tags, one only counts uploads.
func BenchmarkListingOfAPlan(b *testing.B) {
	w := newBench(b, 0, 16)
	figures := series{}
	for b.Loop() {
		ours := w.measure(func() error {
			plan, _, _ := w.build("media-00-young", 16)
			if plan.Listed != stubPages*stubPageSize || plan.Abort.Uploads != 0 {
				return fmt.Errorf("listed %d, planned %d", plan.Listed, plan.Abort.Uploads)
			}
			return plan.Close()
		})
		scan := w.measure(func() error { return w.list(findUploads) })
		read := w.measure(func() error { return w.list(countUploads) })
		figures.add("cpu-us/page", float64(ours.cpu.Microseconds())/stubPages)
		figures.add("cpu-x-scan", float64(ours.cpu)/float64(scan.cpu))
		figures.add("cpu-x-read", float64(ours.cpu)/float64(read.cpu))
		figures.add("wall-x-scan", float64(ours.wall)/float64(scan.wall))
	}
	figures.report(b)
}

// list walks over a bucket's pages with a bare loop.
func (b *bench) list(look func(page []byte) int) error {
	var page bytes.Buffer
	query := url.Values{"uploads": {""}, "max-uploads": {"1000"}, "encoding-type": {"url"}, "prefix": {"raw/"}}
	for n := 0; ; {
		if err := b.get(&page, "/media-00-young/", query); err != nil {
			return err
		}
		n += look(page.Bytes())
		if string(between(page.Bytes(), "<IsTruncated>")) == "false" {
			if n != stubPages*stubPageSize {
				return fmt.Errorf("counted %d uploads", n)
			}
			return nil
		}
		query.Set("key-marker", string(between(page.Bytes(), "<NextKeyMarker>")))
		query.Set("upload-id-marker", string(between(page.Bytes(), "<NextUploadIdMarker>")))
	}
}

func countUploads(page []byte) int { return bytes.Count(page, []byte("<Upload>")) }

// findUploads counts the uploads in which key, id and instant were found.
func findUploads(page []byte) int {
	n := 0
	for {
		_, rest, found := bytes.Cut(page, []byte("<Upload>"))
		if !found {
			return n
		}
		if len(between(rest, "<Key>")) > 0 && len(between(rest, "<UploadId>")) > 0 && len(between(rest, "<Initiated>")) == len("2026-01-02T15:04:05.000Z") {
			n++
		}
		page = rest
	}
}

// between is the text after a tag, up to the next one.
func between(text []byte, tag string) []byte {
	_, rest, _ := bytes.Cut(text, []byte(tag))
	value, _, _ := bytes.Cut(rest, []byte("<"))
	return value
}

// BenchmarkAbortStage applies a plan, proof and report included. Beside it a bare
// loop sends the same pairs of list-parts and abort, signed, with as many at once,
// and looks at nothing but the status.
func BenchmarkAbortStage(b *testing.B) {
	for _, latency := range []time.Duration{0, 5 * time.Millisecond} {
		b.Run(fmt.Sprintf("latency=%s", latency), func(b *testing.B) { abortStage(b, latency) })
	}
}

func abortStage(b *testing.B, latency time.Duration) {
	const parallel, pairs = 64, stalePages * stubPageSize
	w := newBench(b, latency, parallel)
	figures := series{}
	for round := 0; b.Loop(); round++ {
		plan, cfg, opts := w.build(stubBucket(round%stubBuckets), parallel)
		ours := w.measure(func() error {
			report, err := engine.Apply(b.Context(), w.stores(), cfg, plan, opts)
			if err != nil {
				return err
			}
			if n := report.Results[engine.Aborted].Uploads; n != pairs {
				return fmt.Errorf("aborted %d of %d", n, pairs)
			}
			return report.Close()
		})
		bare := w.measure(func() error { return w.abort(stubBucket(round%stubBuckets), pairs, parallel) })
		if err := plan.Close(); err != nil {
			b.Fatal(err)
		}
		figures.add("of-bare", float64(bare.wall)/float64(ours.wall))
		figures.add("cpu-x-bare", float64(ours.cpu)/float64(bare.cpu))
		figures.add("pairs/s", pairs/ours.wall.Seconds())
		figures.add("cpu-us/pair", float64(ours.cpu.Microseconds())/pairs)
	}
	figures.report(b)
}

// abort sends pairs with a bare loop, many at once.
func (b *bench) abort(bucket string, pairs, parallel int) error {
	numbers := make(chan int)
	errs := make(chan error, parallel)
	var group sync.WaitGroup
	for range parallel {
		group.Go(func() {
			var body bytes.Buffer
			for n := range numbers {
				if err := b.pair(&body, "/"+bucket+"/"+stubKey(n), stubID(n)); err != nil {
					errs <- err
					return
				}
			}
		})
	}
	for n := range pairs {
		select {
		case numbers <- n:
		case err := <-errs:
			close(numbers)
			return err
		}
	}
	close(numbers)
	group.Wait()
	select {
	case err := <-errs:
		return err
	default:
		return nil
	}
}

// pair reads an upload's parts and aborts it.
func (b *bench) pair(body *bytes.Buffer, path, id string) error {
	query := url.Values{"uploadId": {id}, "max-parts": {"1000"}, "encoding-type": {"url"}}
	if err := b.get(body, path, query); err != nil {
		return err
	}
	resp, err := b.send(http.MethodDelete, path, url.Values{"uploadId": {id}})
	if err != nil {
		return err
	}
	if resp.StatusCode != http.StatusNoContent {
		return fmt.Errorf("abort %s: %s", path, resp.Status)
	}
	return resp.Body.Close()
}
