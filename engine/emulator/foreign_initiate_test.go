package emulator_test

import (
	"bytes"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"
	"github.com/minio/minio-go/v7/pkg/encrypt"
	"github.com/minio/minio-go/v7/pkg/tags"

	"offcut/engine/emulator"
)

// The AWS SDK's own names for everything that Initiate takes come back by its
// own names.
func TestSDKInitiatesWithEveryAttribute(t *testing.T) {
	_, url := open(t, emulator.Options{})
	u := &sdkUpload{T: t, client: sdk(url), key: aws.String("k")}
	expires := time.Date(2030, 1, 2, 3, 4, 5, 0, time.UTC)
	out, err := u.client.CreateMultipartUpload(t.Context(), &s3.CreateMultipartUploadInput{
		Bucket: aws.String("media"), Key: u.key, ContentType: aws.String("video/mp4"), CacheControl: aws.String("no-cache"),
		ContentDisposition: aws.String("attachment"), ContentEncoding: aws.String("br"), Expires: &expires,
		Metadata: map[string]string{"owner": "alice"}, StorageClass: types.StorageClassStandardIa,
		Tagging: aws.String("a=1&b=%2B"), ACL: types.ObjectCannedACLPublicRead,
		ServerSideEncryption: types.ServerSideEncryptionAes256, WebsiteRedirectLocation: aws.String("/there"),
	})
	if err != nil {
		t.Fatal(err)
	}
	if out.ServerSideEncryption != types.ServerSideEncryptionAes256 {
		t.Errorf("initiate answers the encryption %q", out.ServerSideEncryption)
	}
	u.id = out.UploadId
	u.put(1, []byte("data"))
	u.complete()
	head, err := u.client.HeadObject(t.Context(), &s3.HeadObjectInput{Bucket: aws.String("media"), Key: u.key})
	if err != nil {
		t.Fatal(err)
	}
	for what, pair := range map[string][2]string{
		"type":        {aws.ToString(head.ContentType), "video/mp4"},
		"cache":       {aws.ToString(head.CacheControl), "no-cache"},
		"disposition": {aws.ToString(head.ContentDisposition), "attachment"},
		"encoding":    {aws.ToString(head.ContentEncoding), "br"},
		"expires":     {aws.ToString(head.ExpiresString), "Wed, 02 Jan 2030 03:04:05 GMT"},
		"metadata":    {head.Metadata["owner"], "alice"},
		"class":       {string(head.StorageClass), "STANDARD_IA"},
		"encryption":  {string(head.ServerSideEncryption), "AES256"},
		"redirect":    {aws.ToString(head.WebsiteRedirectLocation), "/there"},
	} {
		if pair[0] != pair[1] {
			t.Errorf("%s: %q, want %q", what, pair[0], pair[1])
		}
	}
	tagging, err := u.client.GetObjectTagging(t.Context(), &s3.GetObjectTaggingInput{Bucket: aws.String("media"), Key: u.key})
	if err != nil || len(tagging.TagSet) != 2 || *tagging.TagSet[1].Key != "b" || *tagging.TagSet[1].Value != "+" {
		t.Errorf("tags: %+v (%v)", tagging, err)
	}
}

// minio-go chooses parts, checksums and framing by itself.
func TestMinioUploadsWithEveryAttribute(t *testing.T) {
	_, url := open(t, emulator.Options{})
	client, err := minio.New(strings.TrimPrefix(url, "http://"), &minio.Options{
		Creds: credentials.NewStaticV4("offcut", "offcut-secret", ""), Region: "BEIJING",
	})
	if err != nil {
		t.Fatal(err)
	}
	body := bytes.Repeat([]byte("0123456789abcdef"), 6<<16) // 6 MiB: two parts
	_, err = client.PutObject(t.Context(), "media", "k", bytes.NewReader(body), int64(len(body)), minio.PutObjectOptions{
		PartSize: 5 << 20, ContentType: "video/mp4", CacheControl: "no-cache", ContentDisposition: "attachment",
		UserMetadata: map[string]string{"owner": "alice"}, UserTags: map[string]string{"a": "1", "b c": "+/="},
		StorageClass: "STANDARD_IA", ServerSideEncryption: encrypt.NewSSE(),
	})
	if err != nil {
		t.Fatal(err)
	}
	got, err := client.GetObject(t.Context(), "media", "k", minio.GetObjectOptions{})
	if err != nil {
		t.Fatal(err)
	}
	defer got.Close() //nolint:errcheck // It was only read.
	if data, err := io.ReadAll(got); err != nil || !bytes.Equal(data, body) {
		t.Errorf("%d bytes of %d came back (%v)", len(data), len(body), err)
	}
	info, err := got.Stat()
	if err != nil {
		t.Fatal(err)
	}
	h := info.Metadata
	if info.ContentType != "video/mp4" || h.Get("Cache-Control") != "no-cache" || h.Get("Content-Disposition") != "attachment" ||
		info.UserMetadata["Owner"] != "alice" || h.Get("X-Amz-Storage-Class") != "STANDARD_IA" || info.UserTagCount != 2 ||
		h.Get("X-Amz-Server-Side-Encryption") != "AES256" || !strings.HasSuffix(info.ETag, "-2") {
		t.Errorf("%+v", info)
	}
	checkMinioTags(t, client, map[string]string{"a": "1", "b c": "+/="})
	other, err := tags.NewTags(map[string]string{"x": "y"}, true)
	if err != nil {
		t.Fatal(err)
	}
	if err := client.PutObjectTagging(t.Context(), "media", "k", other, minio.PutObjectTaggingOptions{}); err != nil {
		t.Error(err)
	}
	checkMinioTags(t, client, map[string]string{"x": "y"})
	if err := client.RemoveObjectTagging(t.Context(), "media", "k", minio.RemoveObjectTaggingOptions{}); err != nil {
		t.Error(err)
	}
	checkMinioTags(t, client, nil)
}

func checkMinioTags(t *testing.T, client *minio.Client, want map[string]string) {
	t.Helper()
	got, err := client.GetObjectTagging(t.Context(), "media", "k", minio.GetObjectTaggingOptions{})
	if err != nil {
		t.Fatal(err)
	}
	set := got.ToMap()
	if len(set) != len(want) {
		t.Errorf("tags %v, want %v", set, want)
	}
	for k, v := range want {
		if set[k] != v {
			t.Errorf("tags %v, want %v", set, want)
		}
	}
}
