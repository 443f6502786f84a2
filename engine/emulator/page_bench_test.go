package emulator

import (
	"fmt"
	"net/url"
	"testing"
)

// The server's own share of a page of 1,000: reading and writing, no sockets and
// no signature.
func BenchmarkPage(b *testing.B) {
	s := openAt(b, testNow())
	err := s.Seed(b.Context(), func(yield func(SeedUpload) bool) {
		for i := range 1_000_000 {
			if !yield(SeedUpload{Bucket: "big", Key: fmt.Sprintf("raw/camera-%03d/%07d.mp4", i%1000, i)}) {
				return
			}
		}
	})
	if err != nil {
		b.Fatal(err)
	}
	for _, encoding := range []string{"", "url"} {
		b.Run("encoding="+encoding, func(b *testing.B) {
			c := &call{Server: s, home: homeOf(s, "big"), set: s.board.Set()}
			c.bucket, c.query = "big", url.Values{"key-marker": {"raw/camera-500"}, "encoding-type": {encoding}}
			b.ReportAllocs()
			for b.Loop() {
				p, err := c.readUploads()
				if err != nil || p.count != maxPage {
					b.Fatal(p, err)
				}
				b.SetBytes(int64(len(c.uploadsDocument(p).end())))
			}
		})
	}
}
