package emulator

import (
	"bufio"
	"errors"
	"io"
	"net/http"
	"net/textproto"
	"strconv"
	"strings"
)

// What V4 has in place of a body hash where the body comes in chunks.
const (
	chunkedUnsignedTrailer = "STREAMING-UNSIGNED-PAYLOAD-TRAILER"
	chunkedAny             = "STREAMING-"
)

// Limits of the aws-chunked framing; no client comes near them.
const (
	maxChunkLine  = 4 << 10
	maxTrailers   = 64
	maxChunkBytes = 5 << 30
)

var errChunks = errors.New("the aws-chunked framing of the body is broken")

// A chunkReader takes the aws-chunked framing off a body: "SIZE[;extension] CRLF
// data CRLF", a chunk of size 0, then trailers and an empty line. After io.EOF
// trailer holds the trailers.
type chunkReader struct {
	src     *bufio.Reader
	left    int64 // of the current chunk
	started bool
	err     error
	trailer http.Header
}

func newChunkReader(src io.Reader) *chunkReader {
	return &chunkReader{src: bufio.NewReaderSize(src, 32<<10), trailer: http.Header{}}
}

func (c *chunkReader) Read(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, c.err
	}
	if c.err == nil && c.left == 0 {
		c.err = c.next()
	}
	if c.err != nil {
		return 0, c.err
	}
	n, err := c.src.Read(p[:min(int64(len(p)), c.left)])
	c.left -= int64(n)
	if err != nil {
		c.err = broken(err)
	}
	return n, c.err
}

// next reads up to the data of the next chunk, or to the end of the body.
func (c *chunkReader) next() error {
	if c.started {
		if line, err := c.line(); err != nil || line != "" {
			return broken(err)
		}
	}
	c.started = true
	line, err := c.line()
	if err != nil {
		return broken(err)
	}
	digits, _, _ := strings.Cut(line, ";")
	size, err := strconv.ParseUint(digits, 16, 63)
	if err != nil || size > maxChunkBytes {
		return errChunks
	}
	if size > 0 {
		c.left = int64(size)
		return nil
	}
	return c.trailers()
}

func (c *chunkReader) trailers() error {
	for range maxTrailers {
		line, err := c.line()
		switch {
		case err != nil:
			return broken(err)
		case line == "":
			return c.nothingMore()
		}
		name, value, ok := strings.Cut(line, ":")
		if !ok {
			return errChunks
		}
		c.trailer.Add(textproto.CanonicalMIMEHeaderKey(strings.TrimSpace(name)), strings.TrimSpace(value))
	}
	return errChunks
}

// nothingMore makes sure that no byte follows the last line.
func (c *chunkReader) nothingMore() error {
	if _, err := c.src.ReadByte(); err == nil {
		return errChunks
	} else if !errors.Is(err, io.EOF) {
		return err
	}
	return io.EOF
}

// line reads up to CRLF. Some clients end the last line with LF alone.
func (c *chunkReader) line() (string, error) {
	var b []byte
	for len(b) <= maxChunkLine {
		frag, err := c.src.ReadSlice('\n')
		b = append(b, frag...)
		switch {
		case err == nil:
			return strings.TrimSuffix(strings.TrimSuffix(string(b), "\n"), "\r"), nil
		case !errors.Is(err, bufio.ErrBufferFull):
			return string(b), err
		}
	}
	return "", errChunks
}

// broken makes an early end of the body an error of the framing.
func broken(err error) error {
	if err == nil || errors.Is(err, io.EOF) {
		return errChunks
	}
	return err
}
