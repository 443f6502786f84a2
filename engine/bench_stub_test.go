package engine_test

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"offcut/engine/ks3"
)

// What the stub holds. In buckets that end in "young" nothing is stale, in the
// others everything is.
const (
	stubBuckets  = 100 // media-00, media-00-young, media-01, ...
	stubPages    = 100 // of a bucket in which all is young
	stalePages   = 10  // of the other ones
	stubPageSize = 1000
	stubParts    = 5 // of each upload
)

// stubKey is the key of an upload, by its number. The number has a fixed place, so
// that the stub finds it in a marker.
func stubKey(n int) string { return fmt.Sprintf("raw/camera-%08d/segment.mp4", n) }

// stubID is the upload's id.
func stubID(n int) string { return fmt.Sprintf("%032x", n) }

// A stub answers in KS3's dialect from texts that were prepared beforehand, so that
// next to nothing is spent on the store's side. It checks no signature. A bucket
// lists nothing any more after the first abort in it.
type stub struct {
	latency time.Duration // before each answer
	stale   [][]byte      // pages, without the result's opening
	young   [][]byte
	parts   []byte // without the result's opening
	buckets []byte

	mu      sync.Mutex
	aborted map[string]bool
}

func newStub(latency time.Duration) *stub {
	s := &stub{latency: latency, aborted: map[string]bool{}}
	now := time.Now()
	s.stale = stubListing(stalePages, now.Add(-1000*time.Hour))
	s.young = stubListing(stubPages, now.Add(-time.Hour))
	var parts bytes.Buffer
	parts.WriteString("<IsTruncated>false</IsTruncated>")
	for n := range stubParts {
		fmt.Fprintf(&parts, `<Part><PartNumber>%d</PartNumber><LastModified>%s</LastModified><ETag>"%032x"</ETag><Size>5242880</Size></Part>`,
			n+1, ks3.FormatInstant(now.Add(-999*time.Hour)), n)
	}
	parts.WriteString("</ListPartsResult>")
	s.parts = parts.Bytes()
	var buckets bytes.Buffer
	buckets.WriteString("<ListAllMyBucketsResult><Buckets>")
	for n := range stubBuckets {
		for _, name := range []string{stubBucket(n), stubBucket(n) + "-young"} {
			fmt.Fprintf(&buckets, "<Bucket><Name>%s</Name><CreationDate>2020-01-01T00:00:00.000Z</CreationDate></Bucket>", name)
		}
	}
	buckets.WriteString("</Buckets></ListAllMyBucketsResult>")
	s.buckets = buckets.Bytes()
	return s
}

func stubBucket(n int) string { return fmt.Sprintf("media-%02d", n) }

// stubListing is the pages of a listing, without what they open with.
func stubListing(pages int, initiated time.Time) [][]byte {
	var all [][]byte
	for page := range pages {
		all = append(all, stubPage(page, page+1 < pages, initiated))
	}
	return all
}

// stubPage is one page of a listing, some 360 bytes an upload.
func stubPage(page int, more bool, initiated time.Time) []byte {
	var b bytes.Buffer
	last := (page+1)*stubPageSize - 1
	fmt.Fprintf(&b, "<EncodingType>url</EncodingType><IsTruncated>%t</IsTruncated><NextKeyMarker>%s</NextKeyMarker><NextUploadIdMarker>%s</NextUploadIdMarker>",
		more, stubKey(last), stubID(last))
	for n := page * stubPageSize; n <= last; n++ {
		fmt.Fprintf(&b, "<Upload><Key>%s</Key><UploadId>%s</UploadId><Initiator><ID>NzMzOTgzMzQ=</ID><DisplayName>NzMzOTgzMzQ=</DisplayName></Initiator>"+
			"<Owner><ID>NzMzOTgzMzQ=</ID><DisplayName>NzMzOTgzMzQ=</DisplayName></Owner><StorageClass>STANDARD</StorageClass><Initiated>%s</Initiated></Upload>",
			stubKey(n), stubID(n), ks3.FormatInstant(initiated))
	}
	b.WriteString("</ListMultipartUploadsResult>")
	return b.Bytes()
}

// serve answers the requests of one connection until the other side closes it.
func (s *stub) serve(conn net.Conn) {
	defer conn.Close() //nolint:errcheck // there is nobody to tell
	in := bufio.NewReader(conn)
	for {
		method, target, err := readHead(in)
		if err != nil {
			return
		}
		if s.latency > 0 {
			time.Sleep(s.latency)
		}
		opening, rest := s.answer(method, target)
		head := "HTTP/1.1 200 OK\r\nDate: " + ks3.FormatDate(time.Now()) + "\r\nContent-Type: application/xml\r\nx-kss-request-id: 0123456789abcdef\r\nContent-Length: " +
			strconv.Itoa(len(opening)+len(rest)) + "\r\n\r\n"
		if method == "DELETE" {
			head = "HTTP/1.1 204 No Content\r\nDate: " + ks3.FormatDate(time.Now()) + "\r\nx-kss-request-id: 0123456789abcdef\r\n\r\n"
		}
		out := net.Buffers{[]byte(head + opening), rest}
		if _, err := out.WriteTo(conn); err != nil {
			return
		}
	}
}

// readHead reads a request without a body.
func readHead(in *bufio.Reader) (method, target string, err error) {
	line, err := in.ReadString('\n')
	if err != nil {
		return "", "", err
	}
	method, line, _ = strings.Cut(line, " ")
	target, _, _ = strings.Cut(line, " ")
	for {
		field, err := in.ReadSlice('\n')
		if err != nil {
			return "", "", err
		}
		if len(field) <= 2 {
			return method, target, nil
		}
	}
}

// answer gives the body of an answer in two pieces.
func (s *stub) answer(method, target string) (opening string, rest []byte) {
	path, query, _ := strings.Cut(strings.TrimPrefix(target, "/"), "?")
	bucket, key, _ := strings.Cut(path, "/")
	switch {
	case bucket == "":
		return "", s.buckets
	case method == "DELETE":
		s.mu.Lock()
		s.aborted[bucket] = true
		s.mu.Unlock()
		return "", nil
	case key != "":
		_, id, _ := strings.Cut(query, "uploadId=")
		id, _, _ = strings.Cut(id, "&")
		return "<ListPartsResult><Bucket>" + bucket + "</Bucket><Key>" + key + "</Key><UploadId>" + id + "</UploadId>", s.parts
	}
	opening = "<ListMultipartUploadsResult><Bucket>" + bucket + "</Bucket>"
	s.mu.Lock()
	gone := s.aborted[bucket]
	s.mu.Unlock()
	if gone {
		return opening, []byte("<IsTruncated>false</IsTruncated></ListMultipartUploadsResult>")
	}
	pages := s.stale
	if strings.HasSuffix(bucket, "-young") {
		pages = s.young
	}
	page := pageAfter(query)
	if page >= len(pages) { // a full last page is asked about
		return opening, []byte("<IsTruncated>false</IsTruncated></ListMultipartUploadsResult>")
	}
	return opening, pages[page]
}

// pageAfter is the page that a request's key marker asks for.
func pageAfter(query string) int {
	for field := range strings.SplitSeq(query, "&") {
		marker, found := strings.CutPrefix(field, "key-marker=")
		_, number, _ := strings.Cut(marker, "camera-")
		if found && len(number) > 8 {
			if n, err := strconv.Atoi(number[:8]); err == nil {
				return n/stubPageSize + 1
			}
		}
	}
	return 0
}

// stubLatency is the environment variable that makes the test binary a stub.
const stubLatency = "OFFCUT_STUB_LATENCY"

// TestStubProcess is no test: the benchmarks start this binary again to have the
// stub in a process of its own, so that what the client costs can be told from
// what the store costs. It ends with its standard input.
func TestStubProcess(t *testing.T) {
	text := os.Getenv(stubLatency)
	if text == "" {
		t.Skip("serves the benchmarks")
	}
	latency, err := time.ParseDuration(text)
	if err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := newStub(latency)
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go s.serve(conn)
		}
	}()
	fmt.Println("http://" + listener.Addr().String())
	if _, err := io.Copy(io.Discard, os.Stdin); err != nil {
		t.Error(err)
	}
	if err := listener.Close(); err != nil {
		t.Error(err)
	}
}

// startStub starts the stub's process and returns its address.
func startStub(b *testing.B, latency time.Duration) string {
	b.Helper()
	cmd := exec.Command(os.Args[0], "-test.run=^TestStubProcess$")
	cmd.Env = append(os.Environ(), stubLatency+"="+latency.String())
	cmd.Stderr = os.Stderr
	stdin, err := cmd.StdinPipe()
	if err != nil {
		b.Fatal(err)
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		b.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		if err := stdin.Close(); err != nil {
			b.Error(err)
		}
		if err := cmd.Wait(); err != nil {
			b.Error(err)
		}
	})
	address, err := bufio.NewReader(stdout).ReadString('\n')
	if err != nil {
		b.Fatal(err)
	}
	return strings.TrimSpace(address)
}
