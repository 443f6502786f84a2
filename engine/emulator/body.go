package emulator

import (
	"crypto/md5"  // Content-MD5 and ETag are defined on MD5.
	"crypto/sha1" // One of S3's checksums.
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"hash"
	"hash/crc32"
	"hash/crc64"
	"io"
	"strconv"
	"strings"

	"offcut/engine/ks3"
)

// A bodyCheck is something that the client says of the body.
type bodyCheck struct {
	name, code string
	hash       hash.Hash
	text       func([]byte) string // writes a sum as the client does
	want       func() string       // known at the end of the body
}

// A checkedBody is a body whose end is an error where it is not what the client
// said. It must be read to its end before anything is done with it.
type checkedBody struct {
	src    io.Reader
	size   int64 // -1 where it is not known before
	read   int64
	checks []bodyCheck
}

func (b *checkedBody) Read(p []byte) (int, error) {
	n, err := b.src.Read(p)
	b.read += int64(n)
	for _, c := range b.checks {
		c.hash.Write(p[:n])
	}
	switch {
	case errors.Is(err, io.EOF):
		if fault := b.fault(); fault != nil {
			return n, fault
		}
	case errors.Is(err, io.ErrUnexpectedEOF):
		return n, refuse(ks3.CodeInvalidArgument, "The connection ended before the body did.")
	case errors.Is(err, errChunks):
		return n, refuse(ks3.CodeInvalidArgument, "%s.", err)
	}
	if b.size >= 0 && b.read > b.size {
		return n, refuse(ks3.CodeInvalidArgument, "The body is longer than the %d bytes that were announced.", b.size)
	}
	return n, err
}

func (b *checkedBody) fault() error {
	if b.size >= 0 && b.read != b.size {
		return refuse(ks3.CodeInvalidArgument, "The body has %d bytes; %d were announced.", b.read, b.size)
	}
	for _, c := range b.checks {
		want := c.want()
		if got := c.text(c.hash.Sum(nil)); got != want {
			return refuse(c.code, "%s is %q in the request, and the body's is %q.", c.name, want, got)
		}
	}
	return nil
}

// openBody prepares the body for an operation. payload is what the signature
// covers of it. Framing is taken off or refused, and never stored as data.
func (c *call) openBody(payload string) (*checkedBody, error) {
	b := &checkedBody{src: c.r.Body, size: c.r.ContentLength}
	if payload == chunkedUnsignedTrailer {
		chunks := newChunkReader(c.r.Body)
		size, err := strconv.ParseUint(c.header("decoded-content-length"), 10, 62)
		if err != nil {
			return nil, refuse(ks3.CodeMissingLength, "A body in chunks needs %sdecoded-content-length.", c.dialect.HeaderPrefix)
		}
		b.src, b.size = chunks, int64(size)
		return b, c.addDigests(b, chunks)
	}
	if said := c.header("content-sha256"); strings.HasPrefix(said, chunkedAny) {
		return nil, unbuilt("bodies in chunks with this signature (%s)", said)
	}
	if c.r.ContentLength != 0 && strings.Contains(c.r.Header.Get("Content-Encoding"), "aws-chunked") {
		return nil, unbuilt("aws-chunked bodies whose content-sha256 is not %s", chunkedUnsignedTrailer)
	}
	if payload != "" && payload != ks3.UnsignedPayload {
		check, err := sha256Check(payload, c.dialect)
		if err != nil {
			return nil, err
		}
		b.checks = append(b.checks, check)
	}
	return b, c.addDigests(b, nil)
}

func sha256Check(payload string, d ks3.Dialect) (bodyCheck, error) {
	name := d.HeaderPrefix + "content-sha256"
	if raw, err := hex.DecodeString(payload); err != nil || len(raw) != sha256.Size {
		return bodyCheck{}, refuse(ks3.CodeInvalidArgument, "%s is neither a SHA-256 nor %s.", name, ks3.UnsignedPayload)
	}
	return bodyCheck{
		name: name, code: ks3.CodeContentSHA256, hash: sha256.New(), text: hex.EncodeToString,
		want: func() string { return strings.ToLower(payload) },
	}, nil
}

// addDigests adds Content-MD5 and S3's checksums, from headers and trailers.
func (c *call) addDigests(b *checkedBody, chunks *chunkReader) error {
	if v := c.r.Header.Get("Content-Md5"); v != "" {
		if raw, err := base64.StdEncoding.DecodeString(v); err != nil || len(raw) != md5.Size {
			return refuse(ks3.CodeInvalidDigest, "Content-MD5 %q is not the Base64 of 16 bytes.", v)
		}
		b.checks = append(b.checks, bodyCheck{
			name: "Content-MD5", code: ks3.CodeInvalidDigest, hash: md5.New(),
			text: base64.StdEncoding.EncodeToString, want: func() string { return v },
		})
	}
	for name, values := range c.r.Header {
		if algorithm, ok := checksumName(name); ok {
			if err := b.addChecksum(name, algorithm, func() string { return values[0] }); err != nil {
				return err
			}
		}
	}
	for name := range strings.SplitSeq(c.r.Header.Get("X-Amz-Trailer"), ",") {
		algorithm, ok := checksumName(strings.TrimSpace(name))
		if !ok || chunks == nil {
			continue
		}
		want := func() string { return chunks.trailer.Get(strings.TrimSpace(name)) }
		if err := b.addChecksum(name, algorithm, want); err != nil {
			return err
		}
	}
	return nil
}

// checksumName recognises the header of a checksum's value. The others of that
// prefix name an algorithm or a mode and carry no sum of this body.
func checksumName(header string) (algorithm string, ok bool) {
	algorithm, ok = strings.CutPrefix(strings.ToLower(header), "x-amz-checksum-")
	return algorithm, ok && algorithm != "algorithm" && algorithm != "type" && algorithm != "mode"
}

func (b *checkedBody) addChecksum(name, algorithm string, want func() string) error {
	var h hash.Hash
	switch algorithm {
	case "crc32":
		h = crc32.NewIEEE()
	case "crc32c":
		h = crc32.New(crc32.MakeTable(crc32.Castagnoli))
	case "crc64nvme":
		h = crc64.New(crc64.MakeTable(0x9a6c9329ac4bc9b5))
	case "sha1":
		h = sha1.New()
	case "sha256":
		h = sha256.New()
	default:
		return unbuilt("the checksum %s", name)
	}
	b.checks = append(b.checks, bodyCheck{
		name: name, code: ks3.CodeInvalidDigest, hash: h,
		text: base64.StdEncoding.EncodeToString, want: want,
	})
	return nil
}

// document reads a whole body of at most limit bytes.
func (c *call) document(limit int64) ([]byte, error) {
	doc, err := io.ReadAll(io.LimitReader(c.body, limit+1))
	if err != nil {
		return nil, err
	}
	if int64(len(doc)) > limit {
		return nil, refuse(ks3.CodeEntityTooLarge, "The body is longer than %d bytes.", limit)
	}
	return doc, nil
}
