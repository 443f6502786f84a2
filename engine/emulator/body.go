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
	"slices"
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

	chunks   *chunkReader // where the body came in chunks
	trailers []string     // that were announced, in lower case
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
	if b.chunks != nil {
		for name, values := range b.chunks.trailer {
			if len(values) > 1 || !slices.Contains(b.trailers, strings.ToLower(name)) {
				return refuse(ks3.CodeInvalidArgument, "The trailer %q was not announced, or came twice.", name)
			}
		}
	}
	for _, c := range b.checks {
		want := c.want()
		if got := c.text(c.hash.Sum(nil)); got != want {
			return refuse(c.code, "%s is %q in the request, and the body's is %q.", c.name, want, got)
		}
	}
	return nil
}

// openBody prepares the body for an operation. p is what the signature covers of
// it. Framing is taken off or refused, and never stored as data.
func (c *call) openBody(p payload) (*checkedBody, error) {
	b := &checkedBody{src: c.incoming, size: c.r.ContentLength}
	if p.hash == "" {
		// V2 does not ask for it, but what is said is checked.
		p.hash = c.header("content-sha256")
	}
	chunks, err := c.openChunks(p)
	if err != nil {
		return nil, err
	}
	switch {
	case chunks != nil:
		size, err := strconv.ParseUint(c.header("decoded-content-length"), 10, 62)
		if err != nil {
			return nil, refuse(ks3.CodeMissingLength, "A body in chunks needs %sdecoded-content-length.", c.dialect.HeaderPrefix)
		}
		b.src, b.size, b.chunks = chunks, int64(size), chunks
	case p.hash == "", p.hash == ks3.UnsignedPayload:
	default:
		check, err := sha256Check(p.hash, c.dialect)
		if err != nil {
			return nil, err
		}
		b.checks = append(b.checks, check)
	}
	if err := c.addDigests(b); err != nil {
		return nil, err
	}
	if b.size == 0 && chunks == nil {
		// Not every operation reads a body.
		return b, b.fault()
	}
	return b, nil
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
func (c *call) addDigests(b *checkedBody) error {
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
	return c.addTrailers(b)
}

// addTrailers reads which checksums come after the body. Nothing else may: a
// trailer that is not a checksum would be without effect.
func (c *call) addTrailers(b *checkedBody) error {
	said := strings.Join(c.r.Header.Values(c.dialect.HeaderPrefix+"trailer"), ",")
	if said == "" {
		return nil
	}
	if b.chunks == nil {
		return refuse(ks3.CodeInvalidArgument, "The header %strailer announces %q, and the body is not in chunks.", c.dialect.HeaderPrefix, said)
	}
	for name := range strings.SplitSeq(said, ",") {
		name = strings.ToLower(strings.TrimSpace(name))
		algorithm, ok := checksumName(name)
		if !ok || slices.Contains(b.trailers, name) {
			return refuse(ks3.CodeInvalidArgument, "The trailer %q is not a checksum, or is announced twice.", name)
		}
		b.trailers = append(b.trailers, name)
		want := func() string { return b.chunks.trailer.Get(name) }
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
