package emulator_test

import (
	"bytes"
	"crypto/md5"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"

	"offcut/engine/emulator"
)

// follow sends a request to a URL as a browser or curl would, with no client of
// the protocol, and reads the answer.
func follow(t *testing.T, method, link string, header http.Header, body string) (*http.Response, string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, link, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for name, values := range header {
		if name != "Host" && name != "Content-Length" {
			r.Header[name] = values
		}
	}
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close() //nolint:errcheck // It is read to its end here.
	answer, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp, string(answer)
}

func TestSDKPresignsURLs(t *testing.T) {
	for name, mode := range sdkModes() {
		t.Run(name, func(t *testing.T) {
			_, web := open(t, emulator.Options{})
			u := &sdkUpload{T: t, client: sdk(web, mode), key: aws.String("raw/夜 +%41//../x.mp4")}
			u.initiate()
			presign := s3.NewPresignClient(u.client, s3.WithPresignExpires(time.Hour))
			part, err := presign.PresignUploadPart(t.Context(), &s3.UploadPartInput{
				Bucket: aws.String("media"), Key: u.key, UploadId: u.id, PartNumber: aws.Int32(1),
			})
			if err != nil {
				t.Fatal(err)
			}
			resp, answer := follow(t, part.Method, part.URL, part.SignedHeader, "hello")
			if resp.StatusCode != http.StatusOK || resp.Header.Get("X-Amz-Request-Id") == "" {
				t.Fatal(resp.Status, resp.Header, answer)
			}
			u.parts = append(u.parts, types.CompletedPart{PartNumber: aws.Int32(1), ETag: aws.String(resp.Header.Get("Etag"))})
			sum := md5.Sum([]byte("hello"))
			u.sums = sum[:]
			u.complete()

			get, err := presign.PresignGetObject(t.Context(), &s3.GetObjectInput{
				Bucket: aws.String("media"), Key: u.key, ResponseContentType: aws.String("text/plain; a=b"),
			})
			if err != nil {
				t.Fatal(err)
			}
			resp, answer = follow(t, get.Method, get.URL, get.SignedHeader, "")
			if answer != "hello" || resp.Header.Get("Content-Type") != "text/plain; a=b" {
				t.Error(resp.Status, resp.Header, answer)
			}
			if resp, _ := follow(t, "DELETE", get.URL, get.SignedHeader, ""); resp.StatusCode != http.StatusForbidden {
				t.Errorf("the link to read deletes: %s", resp.Status)
			}
			if resp, _ := follow(t, "GET", get.URL+"&x=y", get.SignedHeader, ""); resp.StatusCode != http.StatusForbidden {
				t.Errorf("the link takes another parameter: %s", resp.Status)
			}

			put, err := presign.PresignPutObject(t.Context(), &s3.PutObjectInput{
				Bucket: aws.String("media"), Key: aws.String("put"), StorageClass: types.StorageClassStandardIa, Metadata: map[string]string{"owner": "alice"},
			})
			if err != nil {
				t.Fatal(err)
			}
			if resp, answer := follow(t, put.Method, put.URL, put.SignedHeader, "whole"); resp.StatusCode != http.StatusOK {
				t.Fatal(resp.Status, answer)
			}
			head, err := u.client.HeadObject(t.Context(), &s3.HeadObjectInput{Bucket: aws.String("media"), Key: aws.String("put")})
			if err != nil || head.StorageClass != types.StorageClassStandardIa || head.Metadata["owner"] != "alice" {
				t.Errorf("%+v, %v", head, err)
			}
		})
	}
}

// minioCore is a client that sends every part in signed chunks where there is no TLS.
func minioCore(t *testing.T, web string, o minio.Options) *minio.Core {
	t.Helper()
	o.Creds, o.Region = credentials.NewStaticV4("offcut", "offcut-secret", ""), "BEIJING"
	core, err := minio.NewCore(strings.TrimPrefix(web, "http://"), &o)
	if err != nil {
		t.Fatal(err)
	}
	return core
}

func TestMinioUploadsInSignedChunks(t *testing.T) {
	for name, o := range map[string]minio.Options{"chunks": {}, "chunks and trailers": {TrailingHeaders: true}} {
		t.Run(name, func(t *testing.T) {
			_, web := open(t, emulator.Options{})
			core := minioCore(t, web, o)
			const key = "raw/夜 +%41/x.mp4"
			id, err := core.NewMultipartUpload(t.Context(), "media", key, minio.PutObjectOptions{ContentType: "video/mp4"})
			if err != nil {
				t.Fatal(err)
			}
			var parts []minio.CompletePart
			var whole []byte
			for number, size := range []int{1 << 20, 200000, 7} {
				data := bytes.Repeat([]byte{byte('a' + number)}, size)
				whole = append(whole, data...)
				p, err := core.PutObjectPart(t.Context(), "media", key, id, number+1, bytes.NewReader(data), int64(size), minio.PutObjectPartOptions{})
				if err != nil {
					t.Fatal(err)
				}
				parts = append(parts, minio.CompletePart{PartNumber: p.PartNumber, ETag: p.ETag})
			}
			listed, err := core.ListObjectParts(t.Context(), "media", key, id, 0, 100)
			if err != nil || len(listed.ObjectParts) != 3 || listed.ObjectParts[1].Size != 200000 {
				t.Errorf("%+v, %v", listed, err)
			}
			if _, err := core.CompleteMultipartUpload(t.Context(), "media", key, id, parts, minio.PutObjectOptions{}); err != nil {
				t.Fatal(err)
			}
			link, err := core.PresignedGetObject(t.Context(), "media", key, time.Minute, url.Values{"response-content-type": {"text/plain"}})
			if err != nil {
				t.Fatal(err)
			}
			resp, got := follow(t, "GET", link.String(), nil, "")
			if sha256.Sum256([]byte(got)) != sha256.Sum256(whole) || resp.Header.Get("Content-Type") != "text/plain" {
				t.Errorf("%s: %d bytes of %s, want %d", resp.Status, len(got), resp.Header.Get("Content-Type"), len(whole))
			}

			again, err := core.NewMultipartUpload(t.Context(), "media", key, minio.PutObjectOptions{})
			if err != nil {
				t.Fatal(err)
			}
			if err := core.AbortMultipartUpload(t.Context(), "media", key, again); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestMinioPutsObjects(t *testing.T) {
	_, web := open(t, emulator.Options{})
	core := minioCore(t, web, minio.Options{TrailingHeaders: true})
	data := bytes.Repeat([]byte("minio "), 50000)
	_, err := core.Client.PutObject(t.Context(), "media", "k", bytes.NewReader(data), int64(len(data)), minio.PutObjectOptions{
		ContentEncoding: "gzip", Checksum: minio.ChecksumCRC32C,
	})
	if err != nil {
		t.Fatal(err)
	}
	link, err := core.Presign(t.Context(), "GET", "media", "k", time.Minute, nil)
	if err != nil {
		t.Fatal(err)
	}
	resp, got := follow(t, "GET", link.String(), http.Header{"Accept-Encoding": {"identity"}}, "")
	if got != string(data) || resp.Header.Get("Content-Encoding") != "gzip" {
		t.Errorf("%s, %s, %d bytes of %d: %s", resp.Status, resp.Header, len(got), len(data), hex.EncodeToString([]byte(got)[:min(40, len(got))]))
	}
	// The same by a V2 link of the same client.
	old, err := minio.New(strings.TrimPrefix(web, "http://"), &minio.Options{
		Creds: credentials.NewStaticV2("offcut", "offcut-secret", ""), Region: "BEIJING",
	})
	if err != nil {
		t.Fatal(err)
	}
	link, err = old.PresignedGetObject(t.Context(), "media", "k", time.Minute, nil)
	if err != nil {
		t.Fatal(err)
	}
	if resp, got := follow(t, "GET", link.String(), http.Header{"Accept-Encoding": {"identity"}}, ""); got != string(data) {
		t.Errorf("V2: %s %s", resp.Status, got)
	}
}
