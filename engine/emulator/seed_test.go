package emulator_test

import (
	"context"
	"fmt"
	"iter"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"offcut/engine/emulator"
)

// uploads yields n uploads, each with two parts, in an order that is not the listing's.
func uploads(n int) iter.Seq[emulator.SeedUpload] {
	return func(yield func(emulator.SeedUpload) bool) {
		parts := []emulator.SeedPart{{Number: 1, Size: 8 << 20, Age: time.Hour}, {Number: 2, Size: 1 << 20, Age: time.Hour}}
		for i := range n {
			age := time.Hour
			if i%100 == 0 {
				age = 30 * 24 * time.Hour
			}
			u := emulator.SeedUpload{Bucket: "media", Key: fmt.Sprintf("raw/camera-%03d/%07d.mp4", i%1000, i), Age: age, Parts: parts}
			if !yield(u) {
				return
			}
		}
	}
}

func BenchmarkSeedMillion(b *testing.B) {
	for b.Loop() {
		s, err := emulator.Open(emulator.Options{Dir: b.TempDir()})
		if err != nil {
			b.Fatal(err)
		}
		start := time.Now()
		if err := s.Seed(context.Background(), uploads(1_000_000)); err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(time.Since(start).Seconds(), "s/million")
		if err := s.Close(); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkPageOfAThousand(b *testing.B) {
	for _, n := range []int{10_000, 1_000_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			s, url := open(b, emulator.Options{})
			if err := s.Seed(context.Background(), uploads(n)); err != nil {
				b.Fatal(err)
			}
			client := sdk(url)
			in := &s3.ListMultipartUploadsInput{Bucket: aws.String("media"), KeyMarker: aws.String("raw/camera-500")}
			for b.Loop() {
				page, err := client.ListMultipartUploads(context.Background(), in)
				if err != nil || len(page.Uploads) != 1000 {
					b.Fatal(len(page.Uploads), err)
				}
			}
		})
	}
}
