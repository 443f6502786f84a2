package ks3_test

import (
	"bytes"
	"crypto/sha256"
	"net/http"
	"strings"
	"testing"
	"time"

	"offcut/engine/ks3"
)

// AWS's published examples of a body in chunks: the keys, the object and every
// signature are those of its documentation.
const (
	awsSecret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
	awsRegion = "us-east-1"
)

func chunkExample(payload string, more ...string) ks3.RequestV4 {
	at := time.Date(2013, 5, 24, 0, 0, 0, 0, time.UTC)
	h := http.Header{}
	for _, line := range append([]string{
		"Content-Encoding: aws-chunked", "X-Amz-Date: " + at.Format(ks3.TimeV4),
		"X-Amz-Content-Sha256: " + payload, "X-Amz-Decoded-Content-Length: 66560",
		"X-Amz-Storage-Class: REDUCED_REDUNDANCY",
	}, more...) {
		name, value, _ := strings.Cut(line, ": ")
		h.Set(name, value)
	}
	return ks3.RequestV4{
		Method: "PUT", EscapedPath: "/examplebucket/chunkObject.txt", Header: h, Host: "s3.amazonaws.com",
		PayloadHash: payload, Time: at, Region: awsRegion,
	}
}

func TestChunksAreSignedAsInAWSsExample(t *testing.T) {
	r := chunkExample(ks3.StreamingPayload(ks3.AWS), "Content-Length: 66824")
	r.SignedHeaders = []string{"content-encoding", "content-length", "host", "x-amz-content-sha256", "x-amz-date",
		"x-amz-decoded-content-length", "x-amz-storage-class"}
	wantChunks(t, r, "4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9",
		"ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648",
		"0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497",
		"b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9")
}

func TestTrailersAreSignedAsInAWSsExample(t *testing.T) {
	r := chunkExample(ks3.StreamingTrailer(ks3.AWS), "X-Amz-Trailer: x-amz-checksum-crc32c")
	r.SignedHeaders = []string{"content-encoding", "host", "x-amz-content-sha256", "x-amz-date",
		"x-amz-decoded-content-length", "x-amz-storage-class", "x-amz-trailer"}
	signer := wantChunks(t, r, "106e2a8a18243abcf37539882f36619c00e2dfc72633413f02d3b74544bfeb8e",
		"b474d8862b1487a5145d686f57f013e54db672cee1c953b3010fb58501ef5aa2",
		"1c1344b170168f8e65b41376b44b20fe354e373826ccbbe2c1d40a8cae51e5c7",
		"2ca2aba2005185cf7159c6277faf83795951dd77a3a99e6e65d5c9f85863f992")
	got := signer.Trailer(sha256.Sum256([]byte("x-amz-checksum-crc32c:sOO8/Q==\n")))
	if want := "d81f82fc3505edab99d459891051a732e8730629a2e4a59689829ca17fe2e435"; got != want {
		t.Errorf("trailer: %s, want %s", got, want)
	}
}

// wantChunks signs 64 KiB, 1 KiB and nothing, of the letter a.
func wantChunks(t *testing.T, r ks3.RequestV4, seed string, chunks ...string) *ks3.ChunkSigner {
	t.Helper()
	key := ks3.NewKeyV4(ks3.AWS, awsSecret, "20130524", awsRegion)
	if got := key.Sign(r); got != seed {
		t.Errorf("seed: %s, want %s", got, seed)
	}
	signer := key.Chunks(r.Time, seed)
	for i, size := range []int{64 << 10, 1 << 10, 0} {
		if got := signer.Chunk(sha256.Sum256(bytes.Repeat([]byte("a"), size))); got != chunks[i] {
			t.Errorf("chunk %d: %s, want %s", i, got, chunks[i])
		}
	}
	return signer
}

func TestTheNativeSpellingOfChunks(t *testing.T) {
	if got := ks3.StreamingTrailer(ks3.Native); got != "STREAMING-KSS4-HMAC-SHA256-PAYLOAD-TRAILER" {
		t.Error(got)
	}
}
