package emulator_test

import (
	"context"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
)

// An sdkWalk asks for everything that there is with the AWS SDK. Keys need
// escaping, and look like what they are not.
type sdkWalk struct {
	*testing.T
	*s3.Client
	bucket, key, copy *string
}

func walkWithSDK(t *testing.T, endpoint string) { walkSDK(t, sdk(endpoint)) }

// walkWithSDKByHost puts the bucket into the host.
func walkWithSDKByHost(t *testing.T, endpoint string) {
	walkSDK(t, sdk(byName(t, endpoint), virtualHosts(t)))
}

// byName is the endpoint under a name that buckets are labels of.
func byName(t testing.TB, endpoint string) string {
	t.Helper()
	u := got(url.Parse(endpoint))(t)
	return "http://localhost:" + u.Port()
}

// virtualHosts has the SDK put buckets into the host, and reach every host at
// the loopback address: no resolver is asked.
func virtualHosts(t testing.TB) func(*s3.Options) {
	return func(o *s3.Options) { o.UsePathStyle, o.HTTPClient = false, loopback(t) }
}

func loopback(t testing.TB) *http.Client {
	transport := &http.Transport{DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
		_, port, err := net.SplitHostPort(address)
		if err != nil {
			return nil, err
		}
		return (&net.Dialer{}).DialContext(ctx, network, "127.0.0.1:"+port)
	}}
	t.Cleanup(transport.CloseIdleConnections)
	return &http.Client{Transport: transport}
}

func walkSDK(t *testing.T, client *s3.Client) {
	w := sdkWalk{t, client, aws.String("media"), aws.String("raw/夜 +%41//../x&uploads.mp4"), aws.String("copy?acl")}
	w.buckets()
	w.settings()
	w.objects()
	w.tagsAndACLs()
	w.upload()
	w.deleteAll()
}

func (w sdkWalk) buckets() {
	w.Helper()
	ctx, name := w.Context(), aws.String("walked")
	got(w.CreateBucket(ctx, &s3.CreateBucketInput{Bucket: name}))(w)
	got(w.HeadBucket(ctx, &s3.HeadBucketInput{Bucket: name}))(w)
	same(w, "buckets", len(got(w.ListBuckets(ctx, &s3.ListBucketsInput{}))(w).Buckets), 2)
	at := got(w.GetBucketLocation(ctx, &s3.GetBucketLocationInput{Bucket: name}))(w)
	same(w, "location", at.LocationConstraint, "BEIJING")
	got(w.DeleteBucket(ctx, &s3.DeleteBucketInput{Bucket: name}))(w)
}

func (w sdkWalk) settings() {
	w.Helper()
	ctx := w.Context()
	got(w.PutBucketPolicy(ctx, &s3.PutBucketPolicyInput{Bucket: w.bucket, Policy: aws.String(mediaPolicy)}))(w)
	policy := got(w.GetBucketPolicy(ctx, &s3.GetBucketPolicyInput{Bucket: w.bucket}))(w)
	same(w, "policy", *policy.Policy, mediaPolicy)
	got(w.DeleteBucketPolicy(ctx, &s3.DeleteBucketPolicyInput{Bucket: w.bucket}))(w)

	got(w.PutBucketLifecycleConfiguration(ctx, &s3.PutBucketLifecycleConfigurationInput{
		Bucket: w.bucket, LifecycleConfiguration: &types.BucketLifecycleConfiguration{Rules: []types.LifecycleRule{{
			ID: aws.String("stale"), Status: types.ExpirationStatusEnabled,
			Filter:                         &types.LifecycleRuleFilter{Prefix: aws.String("raw/")},
			AbortIncompleteMultipartUpload: &types.AbortIncompleteMultipartUpload{DaysAfterInitiation: aws.Int32(7)},
		}}},
	}))(w)
	rules := got(w.GetBucketLifecycleConfiguration(ctx, &s3.GetBucketLifecycleConfigurationInput{Bucket: w.bucket}))(w).Rules
	same(w, "days", *rules[0].AbortIncompleteMultipartUpload.DaysAfterInitiation, 7)
	got(w.DeleteBucketLifecycle(ctx, &s3.DeleteBucketLifecycleInput{Bucket: w.bucket}))(w)

	got(w.PutBucketAcl(ctx, &s3.PutBucketAclInput{Bucket: w.bucket, ACL: types.BucketCannedACLPublicRead}))(w)
	acl := got(w.GetBucketAcl(ctx, &s3.GetBucketAclInput{Bucket: w.bucket}))(w)
	w.readableByAll(acl.Grants)
	got(w.PutBucketAcl(ctx, &s3.PutBucketAclInput{
		Bucket: w.bucket, AccessControlPolicy: &types.AccessControlPolicy{Grants: acl.Grants[:0], Owner: acl.Owner},
	}))(w)
}

// readableByAll expects a grant to everybody, by the name that AWS has for it.
func (w sdkWalk) readableByAll(grants []types.Grant) {
	w.Helper()
	for _, g := range grants {
		if g.Grantee.URI != nil && *g.Grantee.URI == "http://acs.amazonaws.com/groups/global/AllUsers" && g.Permission == types.PermissionRead {
			return
		}
	}
	w.Errorf("nobody else may read: %+v", grants)
}

func (w sdkWalk) objects() {
	w.Helper()
	ctx := w.Context()
	put := got(w.PutObject(ctx, &s3.PutObjectInput{
		Bucket: w.bucket, Key: w.key, Body: strings.NewReader("hello"), ContentType: aws.String("text/plain"),
		Metadata: map[string]string{"owner": "alice"}, Tagging: aws.String("a=1&b=2"),
	}))(w)
	head := got(w.HeadObject(ctx, &s3.HeadObjectInput{Bucket: w.bucket, Key: w.key}))(w)
	same(w, "ETag", *head.ETag, *put.ETag)
	same(w, "metadata", head.Metadata["owner"], "alice")
	same(w, "the object", w.read(w.key, ""), "hello")
	same(w, "a range", w.read(w.key, "bytes=-2"), "lo")
	got(w.CopyObject(ctx, &s3.CopyObjectInput{Bucket: w.bucket, Key: w.copy, CopySource: w.source(w.key)}))(w)
	same(w, "the copy", w.read(w.copy, ""), "hello")
	same(w, "V1's keys", len(got(w.ListObjects(ctx, &s3.ListObjectsInput{Bucket: w.bucket}))(w).Contents), 2)
	v2 := got(w.ListObjectsV2(ctx, &s3.ListObjectsV2Input{Bucket: w.bucket, Prefix: aws.String("raw/"), FetchOwner: aws.Bool(true)}))(w)
	same(w, "V2's key", *v2.Contents[0].Key, *w.key)
	got(w.DeleteObject(ctx, &s3.DeleteObjectInput{Bucket: w.bucket, Key: w.copy}))(w)
}

// source names an object as this SDK wants it: encoded by the caller.
func (w sdkWalk) source(key *string) *string {
	return aws.String("media/" + url.PathEscape(*key))
}

func (w sdkWalk) read(key *string, span string) string {
	w.Helper()
	in := &s3.GetObjectInput{Bucket: w.bucket, Key: key}
	if span != "" {
		in.Range = &span
	}
	out := got(w.GetObject(w.Context(), in))(w)
	return string(readAll(w, out.Body))
}

func (w sdkWalk) tagsAndACLs() {
	w.Helper()
	ctx := w.Context()
	same(w, "tags of the put", w.tags(), "a=1 b=2")
	got(w.PutObjectTagging(ctx, &s3.PutObjectTaggingInput{
		Bucket: w.bucket, Key: w.key, Tagging: &types.Tagging{TagSet: []types.Tag{{Key: aws.String("夜"), Value: aws.String("x y")}}},
	}))(w)
	same(w, "tags", w.tags(), "夜=x y")
	got(w.DeleteObjectTagging(ctx, &s3.DeleteObjectTaggingInput{Bucket: w.bucket, Key: w.key}))(w)
	same(w, "tags that were deleted", w.tags(), "")
	got(w.PutObjectAcl(ctx, &s3.PutObjectAclInput{Bucket: w.bucket, Key: w.key, ACL: types.ObjectCannedACLPublicRead}))(w)
	w.readableByAll(got(w.GetObjectAcl(ctx, &s3.GetObjectAclInput{Bucket: w.bucket, Key: w.key}))(w).Grants)
}

func (w sdkWalk) tags() string {
	w.Helper()
	var all []string
	for _, t := range got(w.GetObjectTagging(w.Context(), &s3.GetObjectTaggingInput{Bucket: w.bucket, Key: w.key}))(w).TagSet {
		all = append(all, *t.Key+"="+*t.Value)
	}
	return strings.Join(all, " ")
}

// upload makes an object of a part that is sent and one that is copied, and
// aborts another upload of the same key.
func (w sdkWalk) upload() {
	w.Helper()
	ctx, first := w.Context(), text(100<<10)
	initiate := &s3.CreateMultipartUploadInput{Bucket: w.bucket, Key: w.copy}
	kept, stale := got(w.CreateMultipartUpload(ctx, initiate))(w).UploadId, got(w.CreateMultipartUpload(ctx, initiate))(w).UploadId
	one := got(w.UploadPart(ctx, &s3.UploadPartInput{
		Bucket: w.bucket, Key: w.copy, UploadId: kept, PartNumber: aws.Int32(1), Body: strings.NewReader(first),
	}))(w)
	two := got(w.UploadPartCopy(ctx, &s3.UploadPartCopyInput{
		Bucket: w.bucket, Key: w.copy, UploadId: kept, PartNumber: aws.Int32(2),
		CopySource: w.source(w.key), CopySourceRange: aws.String("bytes=1-3"),
	}))(w)
	same(w, "uploads", len(got(w.ListMultipartUploads(ctx, &s3.ListMultipartUploadsInput{Bucket: w.bucket}))(w).Uploads), 2)
	same(w, "parts", len(got(w.ListParts(ctx, &s3.ListPartsInput{Bucket: w.bucket, Key: w.copy, UploadId: kept}))(w).Parts), 2)
	got(w.AbortMultipartUpload(ctx, &s3.AbortMultipartUploadInput{Bucket: w.bucket, Key: w.copy, UploadId: stale}))(w)
	got(w.CompleteMultipartUpload(ctx, &s3.CompleteMultipartUploadInput{
		Bucket: w.bucket, Key: w.copy, UploadId: kept, MultipartUpload: &types.CompletedMultipartUpload{Parts: []types.CompletedPart{
			{PartNumber: aws.Int32(1), ETag: one.ETag}, {PartNumber: aws.Int32(2), ETag: two.CopyPartResult.ETag},
		}},
	}))(w)
	if w.read(w.copy, "") != first+"ell" {
		w.Error("the object is not its parts'")
	}
}

func (w sdkWalk) deleteAll() {
	w.Helper()
	out := got(w.DeleteObjects(w.Context(), &s3.DeleteObjectsInput{
		Bucket: w.bucket, Delete: &types.Delete{Objects: []types.ObjectIdentifier{{Key: w.key}, {Key: w.copy}}},
	}))(w)
	same(w, "deleted", len(out.Deleted), 2)
	same(w, "keys left", len(got(w.ListObjectsV2(w.Context(), &s3.ListObjectsV2Input{Bucket: w.bucket}))(w).Contents), 0)
}
