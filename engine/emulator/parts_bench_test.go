package emulator

import (
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// An upload with as many parts as can be, and the object that is made of it. No
// sockets; the state is synced.
func BenchmarkTenThousandParts(b *testing.B) {
	s := openDurably(b)
	if err := s.CreateBucket("my-bucket", ""); err != nil {
		b.Fatal(err)
	}
	id, etags := putManyParts(b, s)
	b.Run("list", func(b *testing.B) {
		for b.Loop() {
			mustAnswer(b, s, "GET /k?part-number-marker=1000&uploadId="+id, "")
		}
	})
	b.Run("complete", func(b *testing.B) {
		var took time.Duration
		body := completeBody(1, etags...)
		for n := 0; b.Loop(); n++ {
			if n > 0 {
				b.StopTimer()
				id, etags = putManyParts(b, s)
				b.StartTimer()
			}
			start := time.Now()
			mustAnswer(b, s, "POST /k?uploadId="+id, body)
			took += time.Since(start)
		}
		b.ReportMetric(float64(took.Milliseconds())/float64(b.N), "ms/complete")
	})
	for name, header := range map[string]string{"first": "bytes=0-9", "last": "bytes=-10"} {
		b.Run("range="+name, func(b *testing.B) {
			for b.Loop() {
				mustAnswer(b, s, "GET /k", "", "Range: "+header)
			}
		})
	}
}

func mustAnswer(b *testing.B, s *Server, line, body string, header ...string) {
	b.Helper()
	if w := signed(b, s, line, bucketHost, body, header...); w.Code >= http.StatusMultipleChoices {
		b.Fatalf("%s: %d %s", line, w.Code, w.Body)
	}
}

// putManyParts begins an upload and gives it 10,000 parts of the least size,
// whose files are holes.
func putManyParts(b *testing.B, s *Server) (id string, etags []string) {
	b.Helper()
	id = between(signed(b, s, "POST /k?uploads", bucketHost, "").Body.String(), "<UploadId>", "<")
	parts := make([]part, maxPartNumber)
	for i := range parts {
		parts[i] = part{number: i + 1, size: minPartSize, modified: millis(s.now()), file: newFileID()}
		parts[i].etag[0] = byte(i)
		etags = append(etags, parts[i].tag(id))
		name := s.files.path(parts[i].file)
		if err := errors.Join(os.MkdirAll(filepath.Dir(name), 0o700), os.WriteFile(name, nil, 0o600), os.Truncate(name, minPartSize)); err != nil {
			b.Fatal(err)
		}
	}
	err := s.store.change(func(t tables) error {
		u, err := t.mustHave("my-bucket", "k", id)
		for _, p := range parts {
			err = errors.Join(err, t.files.Put(p.file[:], []byte{recordVersion}), t.parts.Put(partKey(u.serial, p.number), p.encode()))
		}
		return err
	})
	if err != nil {
		b.Fatal(err)
	}
	return id, etags
}
