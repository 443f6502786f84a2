package emulator_test

import (
	"bytes"
	"fmt"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"

	"offcut/engine/emulator"
)

func TestSDKHandlesObjects(t *testing.T) {
	for name, mode := range sdkModes() {
		t.Run(name, func(t *testing.T) {
			_, address := open(t, emulator.Options{})
			client, media := sdk(address, mode), aws.String("media")
			key := aws.String("raw/夜 +%41//../x\n.mp4")
			body := bytes.Repeat([]byte("0123456789"), 20<<10)
			put, err := client.PutObject(t.Context(), &s3.PutObjectInput{
				Bucket: media, Key: key, Body: bytes.NewReader(body), ContentType: aws.String("video/mp4"),
				Metadata: map[string]string{"owner": "alice"}, Tagging: aws.String("a=b"),
			})
			if err != nil {
				t.Fatal(err)
			}
			source := aws.String("media/" + url.PathEscape(*key))
			copied, err := client.CopyObject(t.Context(), &s3.CopyObjectInput{Bucket: media, Key: aws.String("copy"), CopySource: source})
			if err != nil {
				t.Fatal(err)
			}
			if *copied.CopyObjectResult.ETag != *put.ETag {
				t.Errorf("the copy's ETag is %s, the source's %s", *copied.CopyObjectResult.ETag, *put.ETag)
			}
			for _, k := range []*string{key, aws.String("copy")} {
				got, err := client.GetObject(t.Context(), &s3.GetObjectInput{Bucket: media, Key: k})
				if err != nil {
					t.Fatal(err)
				}
				data, err := io.ReadAll(got.Body)
				if err != nil || !bytes.Equal(data, body) || *got.ContentType != "video/mp4" || got.Metadata["owner"] != "alice" || *got.TagCount != 1 {
					t.Errorf("%q: %d bytes, %+v, %v", *k, len(data), got, err)
				}
			}
			if _, err := client.DeleteObject(t.Context(), &s3.DeleteObjectInput{Bucket: media, Key: key}); err != nil {
				t.Error(err)
			}
			if _, err := client.HeadObject(t.Context(), &s3.HeadObjectInput{Bucket: media, Key: key}); err == nil {
				t.Error("the object is still there")
			}
			sdkCopiesParts(t, client, body)
		})
	}
}

// sdkCopiesParts makes an object of the parts of another, which is named "copy".
func sdkCopiesParts(t *testing.T, client *s3.Client, body []byte) {
	t.Helper()
	media, key := aws.String("media"), aws.String("assembled")
	begun, err := client.CreateMultipartUpload(t.Context(), &s3.CreateMultipartUploadInput{Bucket: media, Key: key})
	if err != nil {
		t.Fatal(err)
	}
	var parts []types.CompletedPart
	for i, span := range []string{fmt.Sprintf("bytes=%d-%d", 100<<10, len(body)-1), "bytes=0-9"} {
		part, err := client.UploadPartCopy(t.Context(), &s3.UploadPartCopyInput{
			Bucket: media, Key: key, UploadId: begun.UploadId, PartNumber: aws.Int32(int32(i + 1)),
			CopySource: aws.String("media/copy"), CopySourceRange: aws.String(span),
		})
		if err != nil {
			t.Fatal(err)
		}
		parts = append(parts, types.CompletedPart{PartNumber: aws.Int32(int32(i + 1)), ETag: part.CopyPartResult.ETag})
	}
	_, err = client.CompleteMultipartUpload(t.Context(), &s3.CompleteMultipartUploadInput{
		Bucket: media, Key: key, UploadId: begun.UploadId, MultipartUpload: &types.CompletedMultipartUpload{Parts: parts},
	})
	if err != nil {
		t.Fatal(err)
	}
	got, err := client.GetObject(t.Context(), &s3.GetObjectInput{Bucket: media, Key: key})
	if err != nil {
		t.Fatal(err)
	}
	data, err := io.ReadAll(got.Body)
	if want := slices.Concat(body[100<<10:], body[:10]); err != nil || !bytes.Equal(data, want) {
		t.Errorf("of the copied parts %d bytes came, %v", len(data), err)
	}
}

func TestSDKListsAndDeletesObjects(t *testing.T) {
	_, address := open(t, emulator.Options{})
	client, media := sdk(address), aws.String("media")
	var want []string
	for i := range 25 {
		key := fmt.Sprintf("dir %d/é&<%02d>\x01", i%3, i)
		want = append(want, key)
		if _, err := client.PutObject(t.Context(), &s3.PutObjectInput{Bucket: media, Key: &key, Body: strings.NewReader("x")}); err != nil {
			t.Fatal(err)
		}
	}
	slices.Sort(want)
	for _, size := range []int32{1, 7, 25, 1000} {
		var got []string
		pages := s3.NewListObjectsV2Paginator(client, &s3.ListObjectsV2Input{Bucket: media, MaxKeys: &size, EncodingType: types.EncodingTypeUrl})
		for pages.HasMorePages() {
			page, err := pages.NextPage(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			for _, o := range page.Contents {
				key, err := url.PathUnescape(*o.Key)
				if err != nil || *o.Size != 1 || o.StorageClass != types.ObjectStorageClassStandard {
					t.Errorf("%+v, %v", o, err)
				}
				got = append(got, key)
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("pages of %d: got %q, want %q", size, got, want)
		}
	}
	groups, err := client.ListObjects(t.Context(), &s3.ListObjectsInput{Bucket: media, Delimiter: aws.String("/"), MaxKeys: aws.Int32(2)})
	if err != nil || len(groups.CommonPrefixes) != 2 || *groups.NextMarker != "dir 1/" || !*groups.IsTruncated {
		t.Errorf("%+v, %v", groups, err)
	}
	// Keys that XML can't hold go one by one.
	var named []types.ObjectIdentifier
	for i := range 25 {
		key := fmt.Sprintf("plain %d&<é>", i)
		named = append(named, types.ObjectIdentifier{Key: &key})
		if _, err := client.PutObject(t.Context(), &s3.PutObjectInput{Bucket: media, Key: &key, Body: strings.NewReader("x")}); err != nil {
			t.Fatal(err)
		}
	}
	gone, err := client.DeleteObjects(t.Context(), &s3.DeleteObjectsInput{Bucket: media, Delete: &types.Delete{Objects: named}})
	if err != nil || len(gone.Deleted) != 25 || len(gone.Errors) != 0 {
		t.Errorf("%+v, %v", gone, err)
	}
	left, err := client.ListObjectsV2(t.Context(), &s3.ListObjectsV2Input{Bucket: media})
	if err != nil || *left.KeyCount != 25 {
		t.Errorf("%+v, %v", left, err)
	}
}

// minio-go signs and frames in ways of its own.
func TestMinioClientHandlesObjects(t *testing.T) {
	_, address := open(t, emulator.Options{})
	client, err := minio.New(strings.TrimPrefix(address, "http://"), &minio.Options{
		Creds: credentials.NewStaticV4("offcut", "offcut-secret", ""), Region: "BEIJING", BucketLookup: minio.BucketLookupPath,
	})
	if err != nil {
		t.Fatal(err)
	}
	body := bytes.Repeat([]byte("0123456789"), 30<<10)
	put, err := client.PutObject(t.Context(), "media", "a/b c", bytes.NewReader(body), int64(len(body)),
		minio.PutObjectOptions{ContentType: "video/mp4", UserMetadata: map[string]string{"Owner": "alice"}})
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, body, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := client.FPutObject(t.Context(), "media", "a/file", file, minio.PutObjectOptions{}); err != nil {
		t.Fatal(err)
	}
	stat, err := client.StatObject(t.Context(), "media", "a/b c", minio.StatObjectOptions{})
	if err != nil || stat.ETag != put.ETag || stat.Size != int64(len(body)) || stat.UserMetadata["Owner"] != "alice" {
		t.Errorf("%+v, %v", stat, err)
	}
	_, err = client.CopyObject(t.Context(), minio.CopyDestOptions{Bucket: "media", Object: "copy"}, minio.CopySrcOptions{Bucket: "media", Object: "a/b c"})
	if err != nil {
		t.Error(err)
	}
	_, err = client.ComposeObject(t.Context(), minio.CopyDestOptions{Bucket: "media", Object: "composed"},
		minio.CopySrcOptions{Bucket: "media", Object: "a/b c", MatchRange: true, Start: 5, End: 14})
	if err != nil {
		t.Error(err)
	}
	part, err := client.GetObject(t.Context(), "media", "composed", minio.GetObjectOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if data, err := io.ReadAll(part); err != nil || string(data) != "5678901234" {
		t.Errorf("composed: %q, %v", data, err)
	}
	minioListsAndRemoves(t, client)
}

func minioListsAndRemoves(t *testing.T, client *minio.Client) {
	t.Helper()
	for _, v1 := range []bool{false, true} {
		var got []string
		for o := range client.ListObjects(t.Context(), "media", minio.ListObjectsOptions{Recursive: true, MaxKeys: 2, UseV1: v1}) {
			if o.Err != nil {
				t.Fatal(o.Err)
			}
			got = append(got, o.Key)
		}
		if want := []string{"a/b c", "a/file", "composed", "copy"}; !slices.Equal(got, want) {
			t.Errorf("listed in version 1 %v: %q", v1, got)
		}
	}
	going := make(chan minio.ObjectInfo, 4)
	for _, key := range []string{"a/b c", "a/file", "composed", "copy"} {
		going <- minio.ObjectInfo{Key: key}
	}
	close(going)
	for failed := range client.RemoveObjects(t.Context(), "media", going, minio.RemoveObjectsOptions{}) {
		t.Error(failed.ObjectName, failed.Err)
	}
	for o := range client.ListObjects(t.Context(), "media", minio.ListObjectsOptions{Recursive: true}) {
		t.Errorf("%s is still there, %v", o.Key, o.Err)
	}
}
