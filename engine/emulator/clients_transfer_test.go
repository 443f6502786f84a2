package emulator_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"math/rand/v2"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"testing/iotest"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/s3/transfermanager"
	transfer "github.com/aws/aws-sdk-go-v2/feature/s3/transfermanager/types"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"offcut/engine/emulator"
)

const mebi = 1 << 20

// noise is n bytes of which no two parts are alike.
func noise(n int) []byte {
	b := make([]byte, n)
	_, _ = rand.NewChaCha8([32]byte{1}).Read(b) // It never fails.
	return b
}

// The upload manager sends parts at once, each with the checksum of its mode,
// and reads parts or ranges at once.
func TestUploadManagerMovesAnObjectInParts(t *testing.T) {
	want := noise(24*mebi + 1)
	modes := map[string]func(*transfermanager.Options){
		"by default": func(*transfermanager.Options) {},
		"only where required": func(o *transfermanager.Options) {
			o.RequestChecksumCalculation = aws.RequestChecksumCalculationWhenRequired
		},
	}
	for _, algorithm := range []transfer.ChecksumAlgorithm{
		transfer.ChecksumAlgorithmCrc32c, "CRC64NVME", transfer.ChecksumAlgorithmSha1, transfer.ChecksumAlgorithmSha256,
	} {
		modes[string(algorithm)] = func(o *transfermanager.Options) { o.ChecksumAlgorithm = algorithm }
	}
	for name, mode := range modes {
		t.Run("checksums "+name, func(t *testing.T) {
			w := watched(t, emulator.Options{})
			m := transfermanager.New(sdk(w.url), mode, func(o *transfermanager.Options) {
				o.PartSizeBytes = 7 * mebi
			})
			up := got(m.UploadObject(t.Context(), &transfermanager.UploadObjectInput{
				Bucket: aws.String("media"), Key: aws.String("raw/a b.mp4"), Body: bytes.NewReader(want),
			}))(t)
			same(t, "parts", strings.TrimRight((*up.ETag)[33:], `"`), "-4")
			for _, by := range []transfer.GetObjectType{transfer.GetObjectParts, transfer.GetObjectRanges} {
				reads(t, m, by, want)
			}
			same(t, "uploads left open", openUploads(t, w.url), 0)
		})
	}
}

// reads downloads the object, by parts or by ranges, into memory and as a stream.
func reads(t *testing.T, m *transfermanager.Client, by transfer.GetObjectType, want []byte) {
	t.Helper()
	how := func(o *transfermanager.Options) { o.GetObjectType = by }
	sink := &writerAt{make([]byte, len(want))}
	got(m.DownloadObject(t.Context(), &transfermanager.DownloadObjectInput{
		Bucket: aws.String("media"), Key: aws.String("raw/a b.mp4"), WriterAt: sink,
	}, how))(t)
	if !bytes.Equal(sink.data, want) {
		t.Errorf("by %s other bytes came back than were sent", by)
	}
	out := got(m.GetObject(t.Context(), &transfermanager.GetObjectInput{
		Bucket: aws.String("media"), Key: aws.String("raw/a b.mp4"),
	}, how))(t)
	if read := got(io.ReadAll(out.Body))(t); !bytes.Equal(read, want) {
		t.Errorf("by %s other bytes were streamed back than were sent", by)
	}
}

// A writerAt is memory of a fixed size.
type writerAt struct{ data []byte }

func (w *writerAt) WriteAt(p []byte, at int64) (int, error) {
	if at < 0 || at > int64(len(w.data)) {
		return 0, io.ErrShortWrite
	}
	n := copy(w.data[at:], p)
	if n < len(p) {
		return n, io.ErrShortWrite
	}
	return n, nil
}

func openUploads(t testing.TB, url string) int {
	t.Helper()
	return len(got(sdk(url).ListMultipartUploads(context.Background(), &s3.ListMultipartUploadsInput{Bucket: aws.String("media")}))(t).Uploads)
}

func inPartsOf5MiB(o *transfermanager.Options) {
	o.PartSizeBytes, o.MultipartUploadThreshold = 5*mebi, 5*mebi
}

// A source that breaks in the third part leaves neither object nor upload.
func TestUploadManagerAbortsWhatItCantFinish(t *testing.T) {
	var aborts atomic.Int32
	t.Cleanup(func() { same(t, "aborts", aborts.Load(), 1) }) // Once the server has ended.
	_, url := open(t, emulator.Options{Access: func(a emulator.Access) {
		// Parts that are on their way are cut off, which is no fault of the server's.
		if a.Action == "AbortMultipartUpload" && a.Status == http.StatusNoContent {
			aborts.Add(1)
		}
	}})
	m := transfermanager.New(sdk(url), inPartsOf5MiB)
	broken := errors.New("the camera was unplugged")
	_, err := m.UploadObject(t.Context(), &transfermanager.UploadObjectInput{
		Bucket: aws.String("media"), Key: aws.String("k"),
		Body: io.MultiReader(bytes.NewReader(noise(17*mebi)), iotest.ErrReader(broken)),
	})
	if !errors.Is(err, broken) {
		t.Fatalf("%v", err)
	}
	same(t, "uploads left open", openUploads(t, url), 0)
	if _, err := sdk(url).HeadObject(t.Context(), &s3.HeadObjectInput{Bucket: aws.String("media"), Key: aws.String("k")}); err == nil {
		t.Error("there is an object")
	}
}

// A stream of unknown length is an upload like any other.
func TestUploadManagerSendsAStream(t *testing.T) {
	w := watched(t, emulator.Options{})
	m := transfermanager.New(sdk(byName(t, w.url), virtualHosts(t)), inPartsOf5MiB)
	want := noise(11 * mebi)
	up := got(m.UploadObject(t.Context(), &transfermanager.UploadObjectInput{
		Bucket: aws.String("media"), Key: aws.String("k"), Body: io.MultiReader(bytes.NewReader(want)),
	}))(t)
	same(t, "parts", strings.TrimRight((*up.ETag)[33:], `"`), "-3")
	out := got(sdk(w.url).GetObject(t.Context(), &s3.GetObjectInput{Bucket: aws.String("media"), Key: aws.String("k")}))(t)
	if read := readAll(t, out.Body); !bytes.Equal(read, want) {
		t.Error("other bytes came back than were sent")
	}
}
