package ks3

import (
	"crypto/sha256"
	"encoding/hex"
	"time"
)

// What V4 has in place of a body hash where the body comes in chunks. Signed
// chunks have the algorithm's name in it; see StreamingPayload.
const StreamingUnsignedTrailer = "STREAMING-UNSIGNED-PAYLOAD-TRAILER"

// StreamingPayload is what stands in place of a body hash where every chunk is
// signed: "STREAMING-AWS4-HMAC-SHA256-PAYLOAD". The native spelling is made
// after it; no page of KS3 shows one.
func StreamingPayload(d Dialect) string { return "STREAMING-" + d.AlgorithmV4 + "-PAYLOAD" }

// StreamingTrailer is StreamingPayload where signed trailers follow the chunks.
func StreamingTrailer(d Dialect) string { return StreamingPayload(d) + "-TRAILER" }

// A ChunkSigner signs the chunks of one body in their order: each signature
// covers the one before, and the first covers the request's (AWS SigV4,
// "Transferring payload in multiple chunks").
type ChunkSigner struct {
	key      KeyV4
	stamp    string
	previous string
}

// Chunks returns the signer of a body. at is the request's time and seed its
// hex signature.
func (k KeyV4) Chunks(at time.Time, seed string) *ChunkSigner {
	return &ChunkSigner{key: k, stamp: at.UTC().Format(TimeV4), previous: seed}
}

// Chunk returns the hex signature of the next chunk, by the SHA-256 of its data.
// A chunk without data ends the body.
func (s *ChunkSigner) Chunk(sum [sha256.Size]byte) string {
	empty := sha256.Sum256(nil)
	return s.next("-PAYLOAD", hex.EncodeToString(empty[:]), hex.EncodeToString(sum[:]))
}

// Trailer returns the hex signature of the trailers, by the SHA-256 of their
// text: "name:value\n" of each, with the name in lower case.
func (s *ChunkSigner) Trailer(sum [sha256.Size]byte) string {
	return s.next("-TRAILER", hex.EncodeToString(sum[:]))
}

func (s *ChunkSigner) next(kind string, sums ...string) string {
	lines := append([]string{s.key.dialect.AlgorithmV4 + kind, s.stamp, s.key.Scope(), s.previous}, sums...)
	s.previous = s.key.sign(lines...)
	return s.previous
}
