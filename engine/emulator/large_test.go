package emulator

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"hash"
	"io"
	"math/rand/v2"
	"net"
	"os"
	"regexp"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"offcut/engine/ks3"
)

const (
	largePart     = 8 << 20
	largeAtOnce   = 8
	largestMemory = 100 // MiB, of the server's process
)

// Bodies go from the wire to the disk and back: what a server needs does not
// depend on how large an object is.
func TestALargeObjectIsKeptInLittleMemory(t *testing.T) {
	passLarge(t, 128<<20)
}

func BenchmarkLargeObject(b *testing.B) {
	for b.Loop() {
		up, down, peak := passLarge(b, 1<<30)
		b.ReportMetric(1024/up.Seconds(), "MiB-up/s")
		b.ReportMetric(1024/down.Seconds(), "MiB-down/s")
		b.ReportMetric(float64(peak), "MiB-RSS")
	}
}

// passLarge uploads an object of size bytes in parts, downloads it and compares.
func passLarge(tb testing.TB, size int64) (up, down time.Duration, peakMiB int) {
	tb.Helper()
	if runtime.GOOS != "linux" {
		tb.Skip("the peak of another process's memory is read from /proc")
	}
	child := startChild(tb, tb.TempDir())
	l := &large{TB: tb, address: child.address, etags: make([]string, size/largePart)}
	sent := sha256.New()
	l.fill(sent)
	start := time.Now()
	l.upload()
	up = time.Since(start)
	received := sha256.New()
	start = time.Now()
	l.download(received, size)
	down = time.Since(start)
	if got, want := received.Sum(nil), sent.Sum(nil); !bytes.Equal(got, want) {
		tb.Errorf("%d bytes came back with the SHA-256 %x, they were sent with %x", size, got, want)
	}
	peakMiB = peakOf(tb, child.Process.Pid)
	if peakMiB >= largestMemory {
		tb.Errorf("the server needed %d MiB, %d is the bar", peakMiB, largestMemory)
	}
	if err := child.Process.Kill(); err != nil {
		tb.Error(err)
	}
	if err := child.Wait(); err == nil {
		tb.Error("the child was not killed")
	}
	return up, down, peakMiB
}

// peakOf is the most memory that a process has had, in MiB.
func peakOf(tb testing.TB, pid int) int {
	tb.Helper()
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		tb.Fatal(err)
	}
	m := regexp.MustCompile(`VmHWM:\s+([0-9]+) kB`).FindSubmatch(text)
	if m == nil {
		tb.Fatalf("no peak in %s", text)
	}
	kilobytes, err := strconv.Atoi(string(m[1]))
	if err != nil {
		tb.Fatal(err)
	}
	return kilobytes >> 10
}

// A large is one object on its way.
type large struct {
	testing.TB
	address string
	id      string
	etags   []string
}

// part makes the bytes of a part: noise, and its number in front.
func (l *large) part(noise []byte, i int) []byte {
	binary.LittleEndian.PutUint64(noise, uint64(i))
	return noise
}

func newNoise() []byte {
	noise := make([]byte, largePart)
	r := rand.NewChaCha8([32]byte{1})
	r.Read(noise) //nolint:errcheck // It never fails.
	return noise
}

func (l *large) fill(sum hash.Hash) {
	noise := newNoise()
	for i := range l.etags {
		sum.Write(l.part(noise, i))
	}
}

func (l *large) upload() {
	_, answer := l.ask("POST", "uploads", "")
	l.id = between(answer, "<UploadId>", "<")
	var wg sync.WaitGroup
	for first := range largeAtOnce {
		w := dial(l, l.address)
		wg.Go(func() {
			noise := newNoise()
			for i := first; i < len(l.etags); i += largeAtOnce {
				query := fmt.Sprintf("partNumber=%d&uploadId=%s", i+1, l.id)
				head := headV4("PUT", "/my-bucket/big", query, l.address, ks3.UnsignedPayload, largePart)
				body := net.Buffers{head, l.part(noise, i)}
				if _, err := body.WriteTo(w.Conn); err != nil {
					l.Error(err)
					return
				}
				status, answer, err := w.answer()
				if l.etags[i] = w.etag; status != 200 || err != nil {
					l.Errorf("part %d: %d %s, %v", i+1, status, answer, err)
					return
				}
			}
		})
	}
	wg.Wait()
	if l.Failed() {
		l.FailNow()
	}
	if status, answer := l.ask("POST", "uploadId="+l.id, completeBody(1, l.etags...)); status != 200 || strings.Contains(answer, "<Error>") {
		l.Fatalf("complete: %d %s", status, answer)
	}
}

func (l *large) ask(method, query, body string) (status int, answer string) {
	w := dial(l, l.address)
	head := headV4(method, "/my-bucket/big", query, l.address, ks3.UnsignedPayload, int64(len(body)))
	status, text, err := w.ask(append(head, body...))
	if err != nil {
		l.Fatal(err)
	}
	return status, string(text)
}

func (l *large) download(to io.Writer, size int64) {
	w := dial(l, l.address)
	if _, err := w.Write(headV4("GET", "/my-bucket/big", "", l.address, ks3.UnsignedPayload, 0)); err != nil {
		l.Fatal(err)
	}
	if status, length, err := w.head(); err != nil || status != 200 || length != size {
		l.Fatalf("get: %d with %d bytes, %v", status, length, err)
	}
	if _, err := io.CopyN(to, w.in, size); err != nil {
		l.Fatal(err)
	}
}
