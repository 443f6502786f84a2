package objectstore

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"offcut/engine"
	"offcut/rules"
)

// The benchmarks below print ratios to a bare loop over the same server in the
// same run: a machine's speed cancels out.

// benchServer answers pages, lists of parts and aborts from memory.
func benchServer(b *testing.B, pages int) (*httptest.Server, *Client) {
	b.Helper()
	const parts = `<ListPartsResult><Bucket>b</Bucket><Key>k</Key><UploadId>u</UploadId><IsTruncated>false</IsTruncated>` +
		`<Part><PartNumber>1</PartNumber><LastModified>2024-03-01T00:00:00.000Z</LastModified><ETag>"e"</ETag><Size>1</Size></Part></ListPartsResult>`
	bodies := make([]string, pages)
	for i := range bodies {
		bodies[i] = benchListing(i, i < pages-1)
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.Method == http.MethodDelete:
			w.WriteHeader(http.StatusNoContent)
		case r.URL.Query().Has("uploads"):
			var n int
			if _, err := fmt.Sscanf(r.URL.Query().Get("key-marker"), "k%d/", &n); err == nil {
				n++
			}
			io.WriteString(w, bodies[n]) //nolint:errcheck // a broken answer fails the client
		default:
			io.WriteString(w, parts) //nolint:errcheck // a broken answer fails the client
		}
	}))
	b.Cleanup(server.Close)
	c, err := Open(b.Context(), rules.Provider{Kind: kindKS3, Endpoint: server.URL, RequestsPerSecond: 1e9},
		Settings{MaxConnections: 16, Credentials: &Credentials{AccessKeyID: "AKEXAMPLE", SecretAccessKey: "SKEXAMPLE"}})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(c.Close)
	return server, c
}

// benchListing is page n of a listing.
func benchListing(n int, more bool) string {
	var b strings.Builder
	fmt.Fprintf(&b, "<ListMultipartUploadsResult><Bucket>b</Bucket><IsTruncated>%t</IsTruncated><NextKeyMarker>k%04d/0999</NextKeyMarker>"+
		"<NextUploadIdMarker>u</NextUploadIdMarker>", more, n)
	for i := range 1000 {
		fmt.Fprintf(&b, `<Upload><Key>k%04d/%04d</Key><UploadId>%032x</UploadId><Initiator><ID>NzMzOTgzMzQ=</ID><DisplayName>NzMzOTgzMzQ=</DisplayName></Initiator>`+
			`<Owner><ID>NzMzOTgzMzQ=</ID><DisplayName>NzMzOTgzMzQ=</DisplayName></Owner><StorageClass>STANDARD</StorageClass>`+
			`<Initiated>2024-03-01T00:00:00.000Z</Initiated></Upload>`, n, i, i)
	}
	return strings.Replace(b.String(), "Marker>u<", fmt.Sprintf("Marker>%032x<", 999), 1) + "</ListMultipartUploadsResult>"
}

// cpu is what the process has used so far, the server's share included.
func cpu() time.Duration {
	var use syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &use) != nil {
		return 0
	}
	return time.Duration(use.Utime.Nano() + use.Stime.Nano())
}

// BenchmarkListing walks over 20,000 uploads. The bare loop reads the same pages
// and scans them, without signatures, checks or pacing.
func BenchmarkListing(b *testing.B) {
	const pages = 20
	server, c := benchServer(b, pages)
	var ours, bare time.Duration
	for b.Loop() {
		start := cpu()
		uploads := 0
		for page, err := range c.ListUploads(b.Context(), "b", "") {
			if err != nil {
				b.Fatal(err)
			}
			uploads += len(page.Uploads)
		}
		middle := cpu()
		marker := ""
		for range pages {
			body, err := bareGet(c, server.URL+"/b/?uploads=&key-marker="+marker)
			if err != nil {
				b.Fatal(err)
			}
			p, err := scanUploads(body, &names{})
			if err != nil {
				b.Fatal(err)
			}
			marker = p.nextKey
		}
		if ours, bare = ours+middle-start, bare+cpu()-middle; uploads != pages*1000 {
			b.Fatal(uploads)
		}
	}
	b.ReportMetric(float64(ours)/float64(bare), "cpu/bare")
}

// BenchmarkListPartsAndAbort sends pairs of list-parts and abort with 16
// workers. The bare loop sends the same requests unsigned over the same transport.
func BenchmarkListPartsAndAbort(b *testing.B) {
	const pairs, workers = 2000, 16
	server, c := benchServer(b, 1)
	ref := engine.Ref{Bucket: "b", Key: "k", ID: "u"}
	var ours, bare time.Duration
	for b.Loop() {
		runtime.GC()
		start := time.Now()
		spread(b, pairs, workers, func() error {
			if parts, err := c.ListParts(b.Context(), ref); err != nil || parts.Foreign {
				return fmt.Errorf("parts: %+v, %w", parts, err)
			}
			_, err := c.Abort(b.Context(), ref, time.Now().Add(10*time.Second))
			return err
		})
		middle := time.Now()
		spread(b, pairs, workers, func() error {
			if _, err := bareGet(c, server.URL+"/b/k?uploadId=u"); err != nil {
				return err
			}
			return bareDelete(c.transport, server.URL+"/b/k?uploadId=u")
		})
		ours, bare = ours+middle.Sub(start), bare+time.Since(middle)
	}
	b.ReportMetric(float64(bare)/float64(ours), "rate/bare")
	b.ReportMetric(float64(pairs*b.N)/ours.Seconds(), "pairs/s")
}

// spread does work n times on some goroutines.
func spread(b *testing.B, n, workers int, work func() error) {
	b.Helper()
	var group sync.WaitGroup
	for range workers {
		group.Go(func() {
			for range n / workers {
				if err := work(); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	group.Wait()
}

func bareGet(c *Client, url string) (string, error) {
	req, err := http.NewRequestWithContext(context.Background(), http.MethodGet, url, nil)
	if err != nil {
		return "", err
	}
	resp, err := c.transport.RoundTrip(req)
	if err != nil {
		return "", err
	}
	return c.readAll(resp, answerLimit)
}

func bareDelete(transport *http.Transport, url string) error {
	req, err := http.NewRequestWithContext(context.Background(), http.MethodDelete, url, nil)
	if err != nil {
		return err
	}
	resp, err := transport.RoundTrip(req)
	if err != nil {
		return err
	}
	return resp.Body.Close()
}
