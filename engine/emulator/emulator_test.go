package emulator_test

import (
	"bytes"
	"context"
	"crypto/md5"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"offcut/engine/emulator"
)

// open starts a server with the bucket "media".
func open(t testing.TB, o emulator.Options) (*emulator.Server, string) {
	t.Helper()
	s, err := emulator.Open(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	if err := s.CreateBucket("media", ""); err != nil {
		t.Fatal(err)
	}
	web := httptest.NewServer(s.Handler())
	t.Cleanup(web.Close)
	return s, web.URL
}

// sdk returns a client that shares no code with the server.
func sdk(endpoint string, options ...func(*s3.Options)) *s3.Client {
	o := s3.Options{
		Region: "BEIJING", BaseEndpoint: aws.String(endpoint), UsePathStyle: true,
		Credentials: credentials.NewStaticCredentialsProvider("offcut", "offcut-secret", ""),
		Retryer:     aws.NopRetryer{},
	}
	return s3.New(o, options...)
}

func sdkModes() map[string]func(*s3.Options) {
	return map[string]func(*s3.Options){
		"checksums by default":     func(*s3.Options) {},
		"checksums where required": func(o *s3.Options) { o.RequestChecksumCalculation = aws.RequestChecksumCalculationWhenRequired },
	}
}

func TestSDKUploadsAnObject(t *testing.T) {
	for name, mode := range sdkModes() {
		t.Run(name, func(t *testing.T) {
			_, url := open(t, emulator.Options{})
			client, ctx := sdk(url, mode), context.Background()
			key := "raw/夜 +%41//../x\n.mp4"
			init, err := client.CreateMultipartUpload(ctx, &s3.CreateMultipartUploadInput{
				Bucket: aws.String("media"), Key: &key, ContentType: aws.String("video/mp4"),
				CacheControl: aws.String("no-cache"), Metadata: map[string]string{"owner": "alice"},
				StorageClass: types.StorageClassStandardIa,
			})
			if err != nil {
				t.Fatal(err)
			}
			if *init.Key != key || len(*init.UploadId) != 32 {
				t.Errorf("initiate answered key %q, id %q", *init.Key, *init.UploadId)
			}
			bodies := [][]byte{bytes.Repeat([]byte("a"), 100<<10), bytes.Repeat([]byte("b"), 100<<10), []byte("c")}
			var sums []byte
			done := &types.CompletedMultipartUpload{}
			for i, body := range bodies {
				out, err := client.UploadPart(ctx, &s3.UploadPartInput{
					Bucket: aws.String("media"), Key: &key, UploadId: init.UploadId,
					PartNumber: aws.Int32(int32(i + 1)), Body: bytes.NewReader(body),
				})
				if err != nil {
					t.Fatal(err)
				}
				sum := md5.Sum(body)
				sums = append(sums, sum[:]...)
				if want := `"` + hex.EncodeToString(sum[:]) + `"`; *out.ETag != want {
					t.Errorf("part %d: ETag %s, want %s", i+1, *out.ETag, want)
				}
				done.Parts = append(done.Parts, types.CompletedPart{PartNumber: aws.Int32(int32(i + 1)), ETag: out.ETag})
			}
			parts, err := client.ListParts(ctx, &s3.ListPartsInput{
				Bucket: aws.String("media"), Key: &key, UploadId: init.UploadId, MaxParts: aws.Int32(2),
			})
			if err != nil {
				t.Fatal(err)
			}
			if len(parts.Parts) != 2 || !*parts.IsTruncated || *parts.NextPartNumberMarker != "2" {
				t.Errorf("the first page of parts: %d parts, truncated %v", len(parts.Parts), *parts.IsTruncated)
			}
			if *parts.Parts[0].Size != 100<<10 || time.Since(*parts.Parts[0].LastModified) > time.Minute {
				t.Errorf("part 1 is listed as %+v", parts.Parts[0])
			}
			complete, err := client.CompleteMultipartUpload(ctx, &s3.CompleteMultipartUploadInput{
				Bucket: aws.String("media"), Key: &key, UploadId: init.UploadId, MultipartUpload: done,
			})
			if err != nil {
				t.Fatal(err)
			}
			sum := md5.Sum(sums)
			etag := fmt.Sprintf(`"%x-3"`, sum)
			if *complete.ETag != etag {
				t.Errorf("complete: ETag %s, want %s", *complete.ETag, etag)
			}
			got, err := client.GetObject(ctx, &s3.GetObjectInput{Bucket: aws.String("media"), Key: &key})
			if err != nil {
				t.Fatal(err)
			}
			data, err := io.ReadAll(got.Body)
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(data, slices.Concat(bodies...)) {
				t.Errorf("the object has %d bytes that are not the parts'", len(data))
			}
			head, err := client.HeadObject(ctx, &s3.HeadObjectInput{Bucket: aws.String("media"), Key: &key})
			if err != nil {
				t.Fatal(err)
			}
			if *head.ContentType != "video/mp4" || *head.CacheControl != "no-cache" || head.Metadata["owner"] != "alice" ||
				head.StorageClass != types.StorageClassStandardIa || *head.ETag != etag {
				t.Errorf("head: %+v", head)
			}
			ranged, err := client.GetObject(ctx, &s3.GetObjectInput{
				Bucket: aws.String("media"), Key: &key, Range: aws.String("bytes=102398-102402"),
			})
			if err != nil {
				t.Fatal(err)
			}
			if data, err := io.ReadAll(ranged.Body); err != nil || string(data) != "aabbb" {
				t.Errorf("range over the edge of two parts: %q, %v", data, err)
			}
		})
	}
}

func TestSDKPagesThroughUploads(t *testing.T) {
	s, url := open(t, emulator.Options{})
	var want []string
	seed := func(yield func(emulator.SeedUpload) bool) {
		for i := range 25 {
			key := fmt.Sprintf("dir %d/é&<%d>", i%3, i%7)
			id := fmt.Sprintf("id-%02d", i)
			want = append(want, key+"|"+id)
			if !yield(emulator.SeedUpload{Bucket: "media", Key: key, ID: id, Age: 48 * time.Hour}) {
				return
			}
		}
	}
	if err := s.Seed(context.Background(), seed); err != nil {
		t.Fatal(err)
	}
	slices.Sort(want)
	for _, size := range []int32{1, 2, 24, 25, 1000} {
		var got []string
		pages := s3.NewListMultipartUploadsPaginator(sdk(url), &s3.ListMultipartUploadsInput{
			Bucket: aws.String("media"), MaxUploads: aws.Int32(size),
		})
		for pages.HasMorePages() {
			page, err := pages.NextPage(context.Background())
			if err != nil {
				t.Fatal(err)
			}
			if len(page.Uploads) > int(size) {
				t.Fatalf("a page of %d uploads; %d were asked for", len(page.Uploads), size)
			}
			for _, u := range page.Uploads {
				got = append(got, *u.Key+"|"+*u.UploadId)
				if age := time.Since(*u.Initiated); age < 48*time.Hour || age > 49*time.Hour {
					t.Errorf("%s was initiated %s ago", *u.Key, age)
				}
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("pages of %d: got\n%s\nwant\n%s", size, strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
	}
}

func TestSDKAborts(t *testing.T) {
	_, url := open(t, emulator.Options{})
	client, ctx := sdk(url), context.Background()
	init, err := client.CreateMultipartUpload(ctx, &s3.CreateMultipartUploadInput{Bucket: aws.String("media"), Key: aws.String("k")})
	if err != nil {
		t.Fatal(err)
	}
	in := &s3.AbortMultipartUploadInput{Bucket: aws.String("media"), Key: aws.String("k"), UploadId: init.UploadId}
	if _, err := client.AbortMultipartUpload(ctx, in); err != nil {
		t.Fatal(err)
	}
	var gone interface{ ErrorCode() string }
	if _, err := client.AbortMultipartUpload(ctx, in); !errors.As(err, &gone) || gone.ErrorCode() != "NoSuchUpload" {
		t.Errorf("a second abort: %v", err)
	}
	list, err := client.ListMultipartUploads(ctx, &s3.ListMultipartUploadsInput{Bucket: aws.String("media")})
	if err != nil || len(list.Uploads) != 0 {
		t.Errorf("after the abort %d uploads are listed, %v", len(list.Uploads), err)
	}
}

func TestSDKHandlesBuckets(t *testing.T) {
	_, url := open(t, emulator.Options{Region: "shanghai"})
	client, ctx := sdk(url), context.Background()
	name := aws.String("new-bucket")
	if _, err := client.CreateBucket(ctx, &s3.CreateBucketInput{Bucket: name}); err != nil {
		t.Fatal(err)
	}
	list, err := client.ListBuckets(ctx, &s3.ListBucketsInput{})
	if err != nil || len(list.Buckets) != 2 || *list.Buckets[1].Name != *name || time.Since(*list.Buckets[1].CreationDate) > time.Minute {
		t.Errorf("%+v, %v", list, err)
	}
	if at, err := client.GetBucketLocation(ctx, &s3.GetBucketLocationInput{Bucket: name}); err != nil || at.LocationConstraint != "SHANGHAI" {
		t.Errorf("%+v, %v", at, err)
	}
	if head, err := client.HeadBucket(ctx, &s3.HeadBucketInput{Bucket: name}); err != nil || *head.BucketRegion != "SHANGHAI" {
		t.Errorf("%+v, %v", head, err)
	}
	if _, err := client.DeleteBucket(ctx, &s3.DeleteBucketInput{Bucket: name}); err != nil {
		t.Error(err)
	}
	if _, err := client.HeadBucket(ctx, &s3.HeadBucketInput{Bucket: name}); err == nil {
		t.Error("the bucket is still there")
	}
}
