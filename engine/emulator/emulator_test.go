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
			u := &sdkUpload{T: t, client: sdk(url, mode), key: aws.String("raw/夜 +%41//../x\n.mp4")}
			u.initiate()
			bodies := [][]byte{bytes.Repeat([]byte("a"), 100<<10), bytes.Repeat([]byte("b"), 100<<10), []byte("c")}
			for i, body := range bodies {
				u.put(int32(i+1), body)
			}
			u.checkParts()
			etag := u.complete()
			u.checkObject(slices.Concat(bodies...), etag)
		})
	}
}

// An sdkUpload is one upload to the bucket "media" by the AWS SDK.
type sdkUpload struct {
	*testing.T
	client *s3.Client
	key    *string
	id     *string
	sums   []byte
	parts  []types.CompletedPart
}

func (u *sdkUpload) initiate() {
	out, err := u.client.CreateMultipartUpload(u.Context(), &s3.CreateMultipartUploadInput{
		Bucket: aws.String("media"), Key: u.key, ContentType: aws.String("video/mp4"),
		CacheControl: aws.String("no-cache"), Metadata: map[string]string{"owner": "alice"},
		StorageClass: types.StorageClassStandardIa,
	})
	if err != nil {
		u.Fatal(err)
	}
	if *out.Key != *u.key || len(*out.UploadId) != 32 {
		u.Errorf("initiate answered key %q, id %q", *out.Key, *out.UploadId)
	}
	u.id = out.UploadId
}

func (u *sdkUpload) put(number int32, body []byte) {
	out, err := u.client.UploadPart(u.Context(), &s3.UploadPartInput{
		Bucket: aws.String("media"), Key: u.key, UploadId: u.id, PartNumber: &number, Body: bytes.NewReader(body),
	})
	if err != nil {
		u.Fatal(err)
	}
	sum := md5.Sum(body)
	if want := `"` + hex.EncodeToString(sum[:]) + `"`; *out.ETag != want {
		u.Errorf("part %d: ETag %s, want %s", number, *out.ETag, want)
	}
	u.sums = append(u.sums, sum[:]...)
	u.parts = append(u.parts, types.CompletedPart{PartNumber: &number, ETag: out.ETag})
}

// checkParts lists them two to a page.
func (u *sdkUpload) checkParts() {
	var sizes []int64
	pages := s3.NewListPartsPaginator(u.client, &s3.ListPartsInput{
		Bucket: aws.String("media"), Key: u.key, UploadId: u.id, MaxParts: aws.Int32(2),
	})
	for pages.HasMorePages() {
		page, err := pages.NextPage(u.Context())
		if err != nil {
			u.Fatal(err)
		}
		for _, p := range page.Parts {
			sizes = append(sizes, *p.Size)
			if time.Since(*p.LastModified) > time.Minute || *p.ETag != *u.parts[*p.PartNumber-1].ETag {
				u.Errorf("listed part: %+v", p)
			}
		}
	}
	if !slices.Equal(sizes, []int64{100 << 10, 100 << 10, 1}) {
		u.Errorf("sizes of the listed parts: %v", sizes)
	}
}

func (u *sdkUpload) complete() (etag string) {
	out, err := u.client.CompleteMultipartUpload(u.Context(), &s3.CompleteMultipartUploadInput{
		Bucket: aws.String("media"), Key: u.key, UploadId: u.id,
		MultipartUpload: &types.CompletedMultipartUpload{Parts: u.parts},
	})
	if err != nil {
		u.Fatal(err)
	}
	if want := fmt.Sprintf(`"%x-%d"`, md5.Sum(u.sums), len(u.parts)); *out.ETag != want {
		u.Errorf("complete: ETag %s, want %s", *out.ETag, want)
	}
	return *out.ETag
}

func (u *sdkUpload) checkObject(want []byte, etag string) {
	head, err := u.client.HeadObject(u.Context(), &s3.HeadObjectInput{Bucket: aws.String("media"), Key: u.key})
	if err != nil {
		u.Fatal(err)
	}
	if *head.ContentType != "video/mp4" || *head.CacheControl != "no-cache" || head.Metadata["owner"] != "alice" ||
		head.StorageClass != types.StorageClassStandardIa || *head.ETag != etag || *head.ContentLength != int64(len(want)) {
		u.Errorf("head: %+v", head)
	}
	if got := u.get(nil); !bytes.Equal(got, want) {
		u.Errorf("the object has %d bytes that are not the parts'", len(got))
	}
	if got := u.get(aws.String("bytes=102398-102402")); string(got) != "aabbb" {
		u.Errorf("a range over the edge of two parts: %q", got)
	}
}

func (u *sdkUpload) get(span *string) []byte {
	out, err := u.client.GetObject(u.Context(), &s3.GetObjectInput{Bucket: aws.String("media"), Key: u.key, Range: span})
	if err != nil {
		u.Fatal(err)
	}
	data, err := io.ReadAll(out.Body)
	if err != nil {
		u.Fatal(err)
	}
	return data
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
