package emulator_test

import (
	"bytes"
	"crypto/sha256"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/encrypt"

	"offcut/engine/emulator"
)

// The ways in which minio-go signs and sums what it sends.
func minioModes() map[string]func(*minio.Options) {
	return map[string]func(*minio.Options){
		"V4":                   func(*minio.Options) {}, // over plain HTTP: signed chunks
		"V4, trailing sums":    func(o *minio.Options) { o.TrailingHeaders = true },
		"V2":                   minioV2,
		"V4 in the given zone": func(o *minio.Options) { o.Region = "BEIJING" },
	}
}

func TestMinioClientMovesObjectsInEachMode(t *testing.T) {
	small, large := noise(300<<10), noise(11*mebi)
	for name, mode := range minioModes() {
		t.Run(name, func(t *testing.T) {
			w := watched(t, emulator.Options{})
			client := minioAt(t, w.url, mode)
			parts := minio.PutObjectOptions{PartSize: 5 * mebi, UserMetadata: map[string]string{"Owner": "alice"}}
			roundTrip(t, client, "of a known size", small, int64(len(small)), minio.PutObjectOptions{})
			roundTrip(t, client, "empty", nil, 0, minio.PutObjectOptions{})
			roundTrip(t, client, "of an unknown size", small, -1, parts)
			roundTrip(t, client, "in parts", large, int64(len(large)), parts)
			roundTrip(t, client, "in parts, of an unknown size", large, -1, parts)
			parts.ConcurrentStreamParts, parts.NumThreads = true, 3
			roundTrip(t, client, "in parts, at once", large, -1, parts)
			same(t, "uploads left open", openUploads(t, w.url), 0)
		})
	}
}

// roundTrip puts an object and reads it whole and in ranges.
func roundTrip(t *testing.T, client minio.Core, key string, data []byte, size int64, o minio.PutObjectOptions) {
	t.Helper()
	// It must not see that the data is in memory already.
	put, err := client.Client.PutObject(t.Context(), "media", key, io.MultiReader(bytes.NewReader(data)), size, o)
	if err != nil {
		t.Errorf("%s: %v", key, err)
		return
	}
	body := got(client.Client.GetObject(t.Context(), "media", key, minio.GetObjectOptions{}))(t)
	defer func() {
		if err := body.Close(); err != nil {
			t.Error(err)
		}
	}()
	stat := got(body.Stat())(t)
	same(t, key+": ETag", stat.ETag, put.ETag)
	if read := got(io.ReadAll(body))(t); !bytes.Equal(read, data) {
		t.Errorf("%s: other bytes came back than were sent", key)
	}
	if len(data) < 10 {
		return
	}
	tail := make([]byte, 10)
	if n, err := body.ReadAt(tail, int64(len(data)-10)); n != 10 || !bytes.Equal(tail, data[len(data)-10:]) {
		t.Errorf("%s: its last bytes: %d, %v", key, n, err)
	}
}

// Each sum is over the parts, and once more over the whole in Complete.
func TestMinioClientSumsWithEachAlgorithm(t *testing.T) {
	data := noise(6 * mebi)
	for name, sum := range map[string]minio.ChecksumType{
		"CRC-32": minio.ChecksumCRC32, "CRC-32C": minio.ChecksumCRC32C, "CRC-64": minio.ChecksumCRC64NVME,
		"SHA-1": minio.ChecksumSHA1, "SHA-256": minio.ChecksumSHA256,
		"CRC-32 of the whole": minio.ChecksumFullObjectCRC32, "CRC-32C of the whole": minio.ChecksumFullObjectCRC32C,
	} {
		t.Run(name, func(t *testing.T) {
			w := watched(t, emulator.Options{})
			client := minioAt(t, w.url, func(o *minio.Options) { o.TrailingHeaders = true })
			roundTrip(t, client, "at once", data[:1000], 1000, minio.PutObjectOptions{Checksum: sum})
			roundTrip(t, client, "in parts", data, int64(len(data)), minio.PutObjectOptions{AutoChecksum: sum, PartSize: 5 * mebi})
			roundTrip(t, client, "in parts, of an unknown size", data, -1, minio.PutObjectOptions{Checksum: sum, PartSize: 5 * mebi})
		})
	}
}

func TestMinioClientMovesFiles(t *testing.T) {
	w := watched(t, emulator.Options{})
	client, dir := minioAt(t, w.url), t.TempDir()
	data, from, to := noise(12*mebi), filepath.Join(dir, "from.mp4"), filepath.Join(dir, "to.mp4")
	if err := os.WriteFile(from, data, 0o600); err != nil {
		t.Fatal(err)
	}
	got(client.FPutObject(t.Context(), "media", "raw/a b.mp4", from, minio.PutObjectOptions{PartSize: 5 * mebi}))(t)
	if err := client.FGetObject(t.Context(), "media", "raw/a b.mp4", to, minio.GetObjectOptions{}); err != nil {
		t.Fatal(err)
	}
	if read := got(os.ReadFile(to))(t); sha256.Sum256(read) != sha256.Sum256(data) {
		t.Error("other bytes came back than were sent")
	}
	same(t, "type of the file", got(client.StatObject(t.Context(), "media", "raw/a b.mp4", minio.StatObjectOptions{}))(t).ContentType, "video/mp4")
}

// ComposeObject is an upload of parts that are copied.
func TestMinioClientComposesObjects(t *testing.T) {
	w := watched(t, emulator.Options{})
	client, ctx := minioAt(t, w.url), t.Context()
	a, b := noise(6*mebi), []byte("the end")
	roundTrip(t, client, "a", a, int64(len(a)), minio.PutObjectOptions{})
	roundTrip(t, client, "b", b, int64(len(b)), minio.PutObjectOptions{})
	got(client.ComposeObject(ctx, minio.CopyDestOptions{Bucket: "media", Object: "both", ReplaceMetadata: true, UserMetadata: map[string]string{"Owner": "alice"}},
		minio.CopySrcOptions{Bucket: "media", Object: "a", MatchRange: true, Start: 10, End: 5*mebi + 9},
		minio.CopySrcOptions{Bucket: "media", Object: "b"}))(t)
	body, stat, _, err := client.GetObject(ctx, "media", "both", minio.GetObjectOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if read := readAll(t, body); !bytes.Equal(read, append(a[10:5*mebi+10:5*mebi+10], b...)) {
		t.Error("the object is not its sources'")
	}
	same(t, "metadata", stat.UserMetadata["Owner"], "alice")
	same(t, "uploads left open", openUploads(t, w.url), 0)
	replaced := got(client.Client.CopyObject(ctx, minio.CopyDestOptions{
		Bucket: "media", Object: "both", ReplaceMetadata: true, UserMetadata: map[string]string{"Owner": "bob"},
	}, minio.CopySrcOptions{Bucket: "media", Object: "both", MatchETag: stat.ETag}))(t)
	same(t, "size of the copy", got(client.StatObject(ctx, "media", "both", minio.StatObjectOptions{}))(t).ETag, replaced.ETag)
}

// The client itself sends customers' keys over TLS only: see encryption_test.go
// for those. A key of the service goes over either.
func TestMinioClientEncryptsWithTheServicesKey(t *testing.T) {
	w := watched(t, emulator.Options{})
	client, ctx := minioAt(t, w.url), t.Context()
	got(client.Client.PutObject(ctx, "media", "k", strings.NewReader("hello"), 5, minio.PutObjectOptions{ServerSideEncryption: encrypt.NewSSE()}))(t)
	stat := got(client.StatObject(ctx, "media", "k", minio.StatObjectOptions{}))(t)
	same(t, "encryption", stat.Metadata.Get("X-Amz-Server-Side-Encryption"), "AES256")
}

func TestMinioClientPresigns(t *testing.T) {
	for name, mode := range minioModes() {
		t.Run(name, func(t *testing.T) {
			w := watched(t, emulator.Options{})
			client, ctx := minioAt(t, w.url, mode), t.Context()
			const key = "raw/夜 +%41//x&y.mp4"
			fetch(t, "PUT", got(client.PresignedPutObject(ctx, "media", key, time.Minute))(t), "hello", http.StatusOK)
			override := url.Values{"response-content-type": {"text/x-odd"}}
			resp, body := fetch(t, "GET", got(client.PresignedGetObject(ctx, "media", key, time.Minute, override))(t), "", http.StatusOK)
			same(t, "the object", body, "hello")
			same(t, "type", resp.Header.Get("Content-Type"), "text/x-odd")
			fetch(t, "HEAD", got(client.PresignedHeadObject(ctx, "media", key, time.Minute, nil))(t), "", http.StatusOK)
			_, body = fetch(t, "POST", got(client.Presign(ctx, "POST", "media", key, time.Minute, url.Values{"uploads": {""}}))(t), "", http.StatusOK)
			_, id, _ := strings.Cut(body, "<UploadId>")
			id, _, _ = strings.Cut(id, "<")
			part := url.Values{"uploadId": {id}, "partNumber": {"1"}}
			fetch(t, "PUT", got(client.Presign(ctx, "PUT", "media", key, time.Minute, part))(t), "part", http.StatusOK)
			fetch(t, "DELETE", got(client.Presign(ctx, "DELETE", "media", key, time.Minute, url.Values{"uploadId": {id}}))(t), "", http.StatusNoContent)
			fetch(t, "DELETE", got(client.Presign(ctx, "DELETE", "media", key, time.Minute, nil))(t), "", http.StatusNoContent)
			same(t, "uploads left open", openUploads(t, w.url), 0)
		})
	}
}

// fetch asks for a URL with nothing but the method and a body.
func fetch(t *testing.T, method string, u *url.URL, body string, want int) (*http.Response, string) {
	t.Helper()
	req := got(http.NewRequestWithContext(t.Context(), method, u.String(), strings.NewReader(body)))(t)
	resp := got(loopback(t).Do(req))(t)
	answer := string(readAll(t, resp.Body))
	if resp.StatusCode != want {
		t.Fatalf("%s %s: %d %s", method, u, resp.StatusCode, answer)
	}
	return resp, answer
}
