package emulator

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"offcut/engine/ks3"
)

// rateUploads is how many requests BenchmarkInitiateAndAbort sends of each kind.
const rateUploads = 10_000

// Initiates and aborts over real connections, each acknowledged only when it is
// on disk. Client and server share the cores, so the client is as lean as can be:
// it signs beforehand and reads no more of an answer than it needs.
func BenchmarkInitiateAndAbort(b *testing.B) {
	for _, signature := range []string{"V2", "V4"} {
		for _, connections := range []int{1, 64} {
			b.Run(fmt.Sprintf("signature=%s/connections=%d", signature, connections), func(b *testing.B) {
				_, address := listenDurably(b)
				run := rate{B: b, address: address, connections: connections, sign: rateSigners()[signature]}
				for b.Loop() {
					run.once()
				}
				b.ReportMetric(float64(run.uploads)/run.initiating.Seconds(), "initiates/s")
				b.ReportMetric(float64(run.uploads)/run.aborting.Seconds(), "aborts/s")
				b.ReportMetric(float64(run.uploads)/run.refusing.Seconds(), "refusals/s")
				b.ReportMetric(0, "ns/op")
			})
		}
	}
}

// A rate measures one number of connections.
type rate struct {
	*testing.B
	address     string
	connections int
	sign        func(method, path, query, host string) []byte

	uploads                        int
	initiating, aborting, refusing time.Duration
}

// once initiates uploads, aborts them, and asks for what is gone then.
func (r *rate) once() {
	ids := make([]string, rateUploads*min(r.connections, 4)/4)
	abort := func(i int) []byte { return r.sign("DELETE", "/my-bucket/"+rateKey(i), "uploadId="+ids[i], r.address) }
	r.initiating += r.sendAll(len(ids), 200, func(i int) []byte {
		return r.sign("POST", "/my-bucket/"+rateKey(i), "uploads", r.address)
	}, func(i int, answer []byte) { ids[i] = between(string(answer), "<UploadId>", "<") })
	r.aborting += r.sendAll(len(ids), 204, abort, func(int, []byte) {})
	r.refusing += r.sendAll(len(ids), 404, abort, func(int, []byte) {})
	r.uploads += len(ids)
}

func rateKey(i int) string { return fmt.Sprintf("raw/camera-%02d/%05d.mp4", i%17, i) }

// listenDurably serves a directory that is synced, on a port of its own.
func listenDurably(tb testing.TB) (s *Server, address string) {
	tb.Helper()
	s, err := Open(Options{Dir: tb.TempDir(), Users: killUsers()})
	if err != nil {
		tb.Fatal(err)
	}
	if err := s.CreateBucket("my-bucket", ""); err != nil {
		tb.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		tb.Fatal(err)
	}
	web := s.HTTPServer()
	go web.Serve(l) //nolint:errcheck // It ends with Close.
	tb.Cleanup(func() {
		if err := errors.Join(web.Close(), s.Close()); err != nil {
			tb.Error(err)
		}
	})
	return s, l.Addr().String()
}

// rateSigners write whole requests without a body.
func rateSigners() map[string]func(method, path, query, host string) []byte {
	return map[string]func(method, path, query, host string) []byte{
		"V2": func(method, path, query, host string) []byte {
			date := ks3.FormatDate(time.Now())
			sum := ks3.SignV2(vectorSecret, method+"\n\n\n"+date+"\n"+path+"?"+query)
			return fmt.Appendf(nil, "%s %s?%s HTTP/1.1\r\nHost: %s\r\nDate: %s\r\nAuthorization: KSS %s:%s\r\nContent-Length: 0\r\n\r\n",
				method, path, query, host, date, vectorKey, sum)
		},
		"V4": func(method, path, query, host string) []byte {
			return headV4(method, path, query, host, ks3.UnsignedPayload, 0)
		},
	}
}

// headV4 writes the head of a request whose body has size bytes.
func headV4(method, path, query, host, payload string, size int64) []byte {
	at := time.Now().UTC()
	values := map[string][]string{}
	for pair := range strings.SplitSeq(query, "&") {
		if name, value, _ := strings.Cut(pair, "="); name != "" {
			values[name] = []string{value}
		}
	}
	header := map[string][]string{"X-Kss-Date": {at.Format(ks3.TimeV4)}, "X-Kss-Content-Sha256": {payload}}
	names := []string{"host", "x-kss-content-sha256", "x-kss-date"}
	sum, _ := ks3.SignV4(ks3.Native, vectorSecret, ks3.RequestV4{
		Method: method, EscapedPath: path, Query: values, Header: header, Host: host,
		SignedHeaders: names, PayloadHash: payload, Time: at, Region: "BEIJING",
	})
	return fmt.Appendf(nil, "%s %s?%s HTTP/1.1\r\nHost: %s\r\nX-Kss-Date: %s\r\nX-Kss-Content-Sha256: %s\r\n"+
		"Authorization: %s Credential=%s/%s/BEIJING/%s/%s, SignedHeaders=%s, Signature=%s\r\nContent-Length: %d\r\n\r\n",
		method, path, query, host, header["X-Kss-Date"][0], payload, ks3.Native.AlgorithmV4, vectorKey,
		at.Format("20060102"), ks3.Native.ServiceV4, ks3.Native.TerminatorV4, strings.Join(names, ";"), sum, size)
}

// sendAll signs n requests, then sends them and measures how long that takes.
// Each answer must have the status that is wanted.
func (r *rate) sendAll(n, status int, request func(int) []byte, answered func(int, []byte)) time.Duration {
	requests := make([][]byte, n)
	for i := range requests {
		requests[i] = request(i)
	}
	wires := make([]*wire, r.connections)
	for i := range wires {
		wires[i] = dial(r, r.address)
	}
	var wg sync.WaitGroup
	start := time.Now()
	for first, w := range wires {
		wg.Go(func() {
			for i := first; i < n; i += len(wires) {
				got, body, err := w.ask(requests[i])
				if err != nil || got != status {
					r.Errorf("%.80q: %d %s, %v", requests[i], got, body, err)
					return
				}
				answered(i, body)
			}
		})
	}
	wg.Wait()
	return time.Since(start)
}

// A wire is one connection to the server, with as little between as can be.
type wire struct {
	net.Conn
	in   *bufio.Reader
	body bytes.Buffer
	etag string // of the last answer that had one
}

func dial(tb testing.TB, address string) *wire {
	tb.Helper()
	c, err := new(net.Dialer).DialContext(tb.Context(), "tcp", address)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { c.Close() }) //nolint:errcheck // Everything was answered.
	return &wire{Conn: c, in: bufio.NewReader(c)}
}

// ask sends a request and reads the answer. body is valid until the next one.
func (w *wire) ask(request []byte) (status int, body []byte, err error) {
	if _, err := w.Write(request); err != nil {
		return 0, nil, err
	}
	return w.answer()
}

func (w *wire) answer() (status int, body []byte, err error) {
	status, length, err := w.head()
	if err != nil {
		return status, nil, err
	}
	w.body.Reset()
	_, err = io.CopyN(&w.body, w.in, length)
	return status, w.body.Bytes(), err
}

// head reads an answer up to its body.
func (w *wire) head() (status int, length int64, err error) {
	for first := true; ; first = false {
		line, err := w.in.ReadSlice('\n')
		if err != nil {
			return 0, 0, err
		}
		if line = bytes.TrimRight(line, "\r\n"); len(line) == 0 {
			return status, length, nil
		}
		if first {
			status, err = strconv.Atoi(string(line[9:12]))
		} else if text, ok := bytes.CutPrefix(line, []byte("Content-Length: ")); ok {
			length, err = strconv.ParseInt(string(text), 10, 64)
		} else if text, ok := bytes.CutPrefix(line, []byte("ETag: ")); ok {
			w.etag = string(text)
		}
		if err != nil {
			return 0, 0, err
		}
	}
}
