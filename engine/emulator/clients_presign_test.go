package emulator_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"offcut/engine/emulator"
)

// A part may be sent, and an object written, read and deleted, by whoever holds
// a URL. The SDK presigns no Initiate: minio-go does, and curl with a V2 URL.
func TestSDKPresignsEveryMethodInBothStyles(t *testing.T) {
	for name, hosts := range map[string]bool{"path style": false, "virtual-hosted": true} {
		t.Run(name, func(t *testing.T) {
			w := watched(t, emulator.Options{})
			client := sdk(w.url)
			if hosts {
				client = sdk(byName(t, w.url), virtualHosts(t))
			}
			ctx, bucket, key := t.Context(), aws.String("media"), aws.String("raw/夜 +%41//x&y.mp4")
			urls := s3.NewPresignClient(client, s3.WithPresignExpires(time.Minute))
			visit(t, got(urls.PresignPutObject(ctx, &s3.PutObjectInput{Bucket: bucket, Key: key, ContentType: aws.String("video/mp4"), Tagging: aws.String("a=1")}))(t), "hello", http.StatusOK)
			read := got(urls.PresignGetObject(ctx, &s3.GetObjectInput{Bucket: bucket, Key: key, ResponseContentDisposition: aws.String("attachment")}))(t)
			same(t, "the object", visit(t, read, "", http.StatusOK), "hello")
			visit(t, got(urls.PresignHeadObject(ctx, &s3.HeadObjectInput{Bucket: bucket, Key: key}))(t), "", http.StatusOK)
			visit(t, got(urls.PresignHeadBucket(ctx, &s3.HeadBucketInput{Bucket: bucket}))(t), "", http.StatusOK)
			id := got(client.CreateMultipartUpload(ctx, &s3.CreateMultipartUploadInput{Bucket: bucket, Key: key}))(t).UploadId
			part := got(urls.PresignUploadPart(ctx, &s3.UploadPartInput{Bucket: bucket, Key: key, UploadId: id, PartNumber: aws.Int32(1)}))(t)
			visit(t, part, "part", http.StatusOK)
			same(t, "parts", len(got(client.ListParts(ctx, &s3.ListPartsInput{Bucket: bucket, Key: key, UploadId: id}))(t).Parts), 1)
			visit(t, got(urls.PresignDeleteObject(ctx, &s3.DeleteObjectInput{Bucket: bucket, Key: key}))(t), "", http.StatusNoContent)
			visit(t, read, "", http.StatusNotFound)
			read.URL = strings.Replace(read.URL, "Expires=60", "Expires=61", 1)
			visit(t, read, "", http.StatusForbidden)
		})
	}
}

// visit does what a presigned request says.
func visit(t *testing.T, signed *v4.PresignedHTTPRequest, body string, want int) string {
	t.Helper()
	u := got(url.Parse(signed.URL))(t)
	req := got(http.NewRequestWithContext(t.Context(), signed.Method, u.String(), strings.NewReader(body)))(t)
	for name, values := range signed.SignedHeader {
		if name != "Host" && name != "Content-Length" {
			req.Header[name] = values
		}
	}
	resp := got(loopback(t).Do(req))(t)
	answer := string(readAll(t, resp.Body))
	if resp.StatusCode != want {
		t.Fatalf("%s %s: %d %s", signed.Method, u, resp.StatusCode, answer)
	}
	return answer
}
