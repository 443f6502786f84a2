package emulator

import (
	"bufio"
	"crypto/hmac"
	"crypto/sha256"
	"errors"
	"hash"
	"io"
	"net/http"
	"net/textproto"
	"strconv"
	"strings"

	"offcut/engine/ks3"
)

// Limits of the aws-chunked framing; no client comes near them. A chunk is never
// held in memory, so it may be as large as a part.
const (
	maxChunkLine  = 4 << 10
	maxTrailers   = 64
	maxChunkBytes = 5 << 30

	// minSignedChunk is S3's limit for signed chunks before the last: each of
	// them costs the server a signature. KS3's pages have none.
	minSignedChunk = 8 << 10
)

// S3's code for a chunk below the limit; KS3's pages name none.
const codeInvalidChunkSize = "InvalidChunkSizeError"

var errChunks = errors.New("the aws-chunked framing of the body is broken")

// A chunkReader takes the aws-chunked framing off a body: "SIZE[;extension] CRLF
// data CRLF", a chunk of size 0, then trailers and an empty line. After io.EOF
// trailer holds the trailers.
//
// Where chunks are signed, data is given out before its signature has been seen
// to be right. Whoever reads must not act on it before io.EOF.
type chunkReader struct {
	src     *bufio.Reader
	left    int64 // of the current chunk
	started bool
	err     error
	trailer http.Header

	signed *chunkSignatures // nil where chunks are not signed
}

// chunkSignatures check the chunks of one body.
type chunkSignatures struct {
	signer  *ks3.ChunkSigner
	sum     hash.Hash // of the current chunk
	said    string    // the signature of the current chunk
	short   bool      // the chunk before was below the limit
	trailer string    // the name of the trailers' signature; empty where no trailers are signed
	lines   hash.Hash // of the trailers
}

// openChunks takes the framing off the body, where it has one, or gives nil. The
// word in the place of the body's hash says so; a request that has no such word
// says so by its Content-Encoding.
func (c *call) openChunks(p payload) (*chunkReader, error) {
	_, encoded := withoutChunked(c.r.Header.Values("Content-Encoding"))
	switch {
	case p.chunks != nil:
		return newSignedChunkReader(c.incoming, c.dialect, p), nil
	case p.hash == ks3.StreamingUnsignedTrailer:
		return newChunkReader(c.incoming), nil
	case strings.HasPrefix(p.hash, "STREAMING-"):
		return nil, unbuilt("bodies in chunks of the kind %s with this signature", p.hash)
	case !encoded, c.r.ContentLength == 0:
		return nil, nil
	case p.hash == "":
		return newChunkReader(c.incoming), nil
	}
	return nil, refuse(ks3.CodeInvalidArgument, "The Content-Encoding is aws-chunked, and content-sha256 is not a word for chunks.")
}

// withoutChunked takes the name of the framing out of a Content-Encoding, and
// leaves the rest as it is.
func withoutChunked(values []string) (rest string, found bool) {
	var kept []string
	for token := range strings.SplitSeq(strings.Join(values, ","), ",") {
		if strings.EqualFold(strings.TrimSpace(token), "aws-chunked") {
			found = true
			continue
		}
		kept = append(kept, token)
	}
	return strings.TrimSpace(strings.Join(kept, ",")), found
}

func newChunkReader(src io.Reader) *chunkReader {
	return &chunkReader{src: bufio.NewReaderSize(src, 32<<10), trailer: http.Header{}}
}

// newSignedChunkReader also checks every chunk's signature, and the trailers'
// where the payload word says that there is one.
func newSignedChunkReader(src io.Reader, d ks3.Dialect, p payload) *chunkReader {
	c := newChunkReader(src)
	c.signed = &chunkSignatures{signer: p.chunks, sum: sha256.New(), lines: sha256.New()}
	if p.hash == ks3.StreamingTrailer(d) {
		c.signed.trailer = d.HeaderPrefix + "trailer-signature"
	}
	return c
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
	if c.signed != nil {
		c.signed.sum.Write(p[:n])
	}
	if err != nil {
		c.err = broken(err)
	}
	return n, c.err
}

// next reads up to the data of the next chunk, or to the end of the body.
func (c *chunkReader) next() error {
	if c.started {
		if err := c.endChunk(); err != nil {
			return err
		}
	}
	c.started = true
	line, err := c.line()
	if err != nil {
		return broken(err)
	}
	digits, extension, _ := strings.Cut(line, ";")
	size, err := strconv.ParseUint(digits, 16, 63)
	if err != nil || size > maxChunkBytes {
		return errChunks
	}
	if err := c.beginChunk(int64(size), extension); err != nil {
		return err
	}
	if size > 0 {
		c.left = int64(size)
		return nil
	}
	// The chunk that ends the body has no data, and so no end of its own.
	if err := c.signed.checkChunk(); err != nil {
		return err
	}
	return c.trailers()
}

// beginChunk takes the signature from a chunk's extension, "chunk-signature=HEX".
func (c *chunkReader) beginChunk(size int64, extension string) error {
	signature, found := strings.CutPrefix(extension, "chunk-signature=")
	switch s := c.signed; {
	case s == nil && found:
		return refuse(ks3.CodeInvalidArgument, "A chunk is signed, and the request says that none is.")
	case s == nil:
		return nil
	case !found:
		return refuse(ks3.CodeSignatureMismatch, "A chunk is not signed, and the request says that each is.")
	case s.short && size > 0:
		return refuse(codeInvalidChunkSize, "A chunk before the last has less than %d bytes.", minSignedChunk)
	default:
		s.said, s.short = signature, size < minSignedChunk
		s.sum.Reset()
		return nil
	}
}

func (c *chunkReader) endChunk() error {
	if line, err := c.line(); err != nil || line != "" {
		return broken(err)
	}
	return c.signed.checkChunk()
}

// checkChunk compares the signature of the chunk that has been read.
func (s *chunkSignatures) checkChunk() error {
	if s == nil {
		return nil
	}
	if want := s.signer.Chunk([sha256.Size]byte(s.sum.Sum(nil))); !hmac.Equal([]byte(want), []byte(s.said)) {
		return refuse(ks3.CodeSignatureMismatch, "The signature of a chunk is not the one that the secret key gives "+
			"for its data and the chunks before it.")
	}
	return nil
}

// trailers reads to the end. AWS's page and minio-go put an empty line before
// the signature of the trailers, other clients don't.
func (c *chunkReader) trailers() error {
	gap := c.signed != nil && c.signed.trailer != ""
	for range maxTrailers {
		line, err := c.line()
		switch {
		case err != nil:
			return broken(err)
		case line == "" && gap && c.trailer.Get(c.signed.trailer) == "":
			gap = false
			continue
		case line == "":
			return c.end()
		}
		name, value, ok := strings.Cut(line, ":")
		if !ok {
			return errChunks
		}
		name, value = strings.TrimSpace(name), strings.TrimSpace(value)
		c.trailer.Add(textproto.CanonicalMIMEHeaderKey(name), value)
		if s := c.signed; s != nil && !strings.EqualFold(name, s.trailer) {
			io.WriteString(s.lines, strings.ToLower(name)+":"+value+"\n") //nolint:errcheck // A hash never fails.
		}
	}
	return errChunks
}

// end checks the trailers' signature, and that no byte follows the last line.
func (c *chunkReader) end() error {
	if s := c.signed; s != nil && s.trailer != "" {
		want := s.signer.Trailer([sha256.Size]byte(s.lines.Sum(nil)))
		if got := c.trailer.Values(s.trailer); len(got) != 1 || !hmac.Equal([]byte(want), []byte(got[0])) {
			return refuse(ks3.CodeSignatureMismatch, "The trailer %s is not the signature that the secret key gives "+
				"for the trailers before it.", s.trailer)
		}
		c.trailer.Del(s.trailer)
	}
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
