//go:build unix

package engine_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"offcut/engine"
	"offcut/engine/emulator"
	"offcut/engine/ledger"
	"offcut/engine/objectstore"
	"offcut/rules"
)

// BenchmarkLedger applies plans with a ledger and without one, in turns and in one
// run: of-without is the rate with a ledger, its audit chain included, divided by
// the rate without. The stores are the stub, which costs next to nothing, and the
// KS3 server, whose aborts are on disk before they are answered.
func BenchmarkLedger(b *testing.B) {
	for _, latency := range []time.Duration{0, 5 * time.Millisecond} {
		b.Run(fmt.Sprintf("store=stub/latency=%s", latency), func(b *testing.B) {
			w := newBench(b, latency, 64)
			round := 0
			withAndWithout(w, stalePages*stubPageSize, func() string { round++; return stubBucket(round % stubBuckets) })
		})
		b.Run(fmt.Sprintf("store=server/latency=%s", latency), func(b *testing.B) {
			const uploads = 5000
			w, server := newServerBench(b, latency, 64)
			round := 0
			withAndWithout(w, uploads, func() string {
				round++
				bucket := fmt.Sprintf("media-%d", round)
				seedStale(b, server, bucket, uploads)
				return bucket
			})
		})
	}
}

// withAndWithout applies plans of n uploads, each of a bucket that next names.
func withAndWithout(w *bench, n int64, next func() string) {
	figures := series{}
	for round := 0; w.Loop(); round++ {
		var costs [2]cost // without, with
		for i := range costs {
			with := (i + round) % 2 // neither always comes first
			costs[with] = w.applyWith(next(), n, with == 1)
		}
		figures.add("of-without", float64(costs[0].wall)/float64(costs[1].wall))
		figures.add("cpu-x-without", float64(costs[1].cpu)/float64(costs[0].cpu))
		figures.add("pairs/s", float64(n)/costs[1].wall.Seconds())
	}
	figures.report(w.B)
}

// applyWith plans a bucket and applies the plan.
func (b *bench) applyWith(bucket string, n int64, journal bool) cost {
	b.Helper()
	plan, cfg, opts := b.build(bucket, 64)
	if journal {
		l, err := ledger.Open(b.Context(), b.TempDir())
		if err != nil {
			b.Fatal(err)
		}
		defer l.Close() //nolint:errcheck // what it holds is of no interest
		opts.Journal = l
	}
	took := b.measure(func() error {
		report, err := engine.Apply(b.Context(), b.stores(), cfg, plan, opts)
		if err != nil {
			return err
		}
		if report.Results[engine.Aborted].Uploads != n || report.Unrecorded != nil {
			return fmt.Errorf("aborted %d of %d; %w", report.Results[engine.Aborted].Uploads, n, report.Unrecorded)
		}
		return report.Close()
	})
	if err := plan.Close(); err != nil {
		b.Fatal(err)
	}
	return took
}

// newServerBench is a bench on a KS3 server in this process.
func newServerBench(b *testing.B, latency time.Duration, parallel int) (*bench, *emulator.Server) {
	b.Helper()
	server, err := emulator.Open(emulator.Options{Dir: b.TempDir()})
	if err != nil {
		b.Fatal(err)
	}
	front := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		time.Sleep(latency)
		server.Handler().ServeHTTP(w, r)
	}))
	client, err := objectstore.Open(b.Context(), rules.Provider{Address: "ks3", Kind: "ks3", Region: "BEIJING", Endpoint: front.URL, RequestsPerSecond: 1e9},
		objectstore.Settings{MaxConnections: parallel, Credentials: &objectstore.Credentials{AccessKeyID: "offcut", SecretAccessKey: "offcut-secret", Source: "the benchmark"}})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		client.Close()
		front.Close()
		if err := server.Close(); err != nil {
			b.Error(err)
		}
	})
	return &bench{B: b, client: client, scratch: b.TempDir()}, server
}

// seedStale fills a bucket with stale uploads.
func seedStale(b *testing.B, server *emulator.Server, bucket string, n int) {
	b.Helper()
	const age = 1000 * time.Hour
	err := server.Seed(b.Context(), func(yield func(emulator.SeedUpload) bool) {
		for i := range n {
			if !yield(emulator.SeedUpload{Bucket: bucket, Key: stubKey(i), Age: age, Parts: []emulator.SeedPart{{Number: 1, Size: 5 << 20, Age: age}}}) {
				return
			}
		}
	})
	if err != nil {
		b.Fatal(err)
	}
}
