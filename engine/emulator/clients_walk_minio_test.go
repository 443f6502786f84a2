package emulator_test

import (
	"net/url"
	"strings"
	"testing"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"
	"github.com/minio/minio-go/v7/pkg/lifecycle"
	"github.com/minio/minio-go/v7/pkg/tags"
)

// minioAt returns another client that shares no code with the server. It asks
// for the regions of buckets itself, and signs for those.
func minioAt(t testing.TB, endpoint string, options ...func(*minio.Options)) minio.Core {
	t.Helper()
	o := &minio.Options{
		Creds: credentials.NewStaticV4("offcut", "offcut-secret", ""), MaxRetries: 1,
		Transport: loopback(t).Transport, BucketLookup: minio.BucketLookupPath,
	}
	for _, set := range options {
		set(o)
	}
	client := got(minio.New(got(url.Parse(endpoint))(t).Host, o))(t)
	return minio.Core{Client: client}
}

func minioV2(o *minio.Options) {
	o.Creds = credentials.NewStaticV2("offcut", "offcut-secret", "")
}

func walkWithMinio(t *testing.T, endpoint string) { walkMinio(t, minioAt(t, endpoint)) }

func walkWithMinioV2(t *testing.T, endpoint string) { walkMinio(t, minioAt(t, endpoint, minioV2)) }

// A minioWalk asks for everything that minio-go can ask for.
type minioWalk struct {
	*testing.T
	minio.Core
	key, copy string
}

func walkMinio(t *testing.T, client minio.Core) {
	w := minioWalk{t, client, "raw/夜 +%41//../x&uploads.mp4", "copy?acl"}
	w.buckets()
	w.settings()
	w.objects()
	w.tags()
	w.upload()
	w.deleteAll()
}

// do expects a call that tells nothing to succeed.
func (w minioWalk) do(err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
}

func (w minioWalk) buckets() {
	w.Helper()
	ctx := w.Context()
	w.do(w.MakeBucket(ctx, "walked", minio.MakeBucketOptions{Region: "BEIJING"}))
	same(w, "the bucket exists", got(w.BucketExists(ctx, "walked"))(w), true)
	same(w, "buckets", len(got(w.ListBuckets(ctx))(w)), 2)
	same(w, "location", got(w.GetBucketLocation(ctx, "walked"))(w), "BEIJING")
	w.do(w.RemoveBucket(ctx, "walked"))
	same(w, "the bucket exists", got(w.BucketExists(ctx, "walked"))(w), false)
}

func (w minioWalk) settings() {
	w.Helper()
	ctx := w.Context()
	w.do(w.SetBucketPolicy(ctx, "media", mediaPolicy))
	same(w, "policy", got(w.Client.GetBucketPolicy(ctx, "media"))(w), mediaPolicy)
	w.do(w.SetBucketPolicy(ctx, "media", ""))
	same(w, "policy that was deleted", got(w.Client.GetBucketPolicy(ctx, "media"))(w), "")

	rules := lifecycle.NewConfiguration()
	rules.Rules = []lifecycle.Rule{{
		ID: "stale", Status: "Enabled", RuleFilter: lifecycle.Filter{Prefix: "raw/"},
		AbortIncompleteMultipartUpload: lifecycle.AbortIncompleteMultipartUpload{DaysAfterInitiation: 7},
	}}
	w.do(w.SetBucketLifecycle(ctx, "media", rules))
	same(w, "days", got(w.GetBucketLifecycle(ctx, "media"))(w).Rules[0].AbortIncompleteMultipartUpload.DaysAfterInitiation, 7)
	w.do(w.SetBucketLifecycle(ctx, "media", lifecycle.NewConfiguration()))
}

func (w minioWalk) objects() {
	w.Helper()
	ctx := w.Context()
	put := got(w.Client.PutObject(ctx, "media", w.key, strings.NewReader("hello"), 5, minio.PutObjectOptions{
		ContentType: "text/plain", UserMetadata: map[string]string{"owner": "alice"}, UserTags: map[string]string{"a": "1"},
	}))(w)
	stat := got(w.StatObject(ctx, "media", w.key, minio.StatObjectOptions{}))(w)
	same(w, "ETag", stat.ETag, put.ETag)
	same(w, "metadata", stat.UserMetadata["Owner"], "alice")
	same(w, "tags", stat.UserTagCount, 1)
	same(w, "the object", w.read(w.key, minio.GetObjectOptions{}), "hello")
	var span minio.GetObjectOptions
	w.do(span.SetRange(1, 3))
	same(w, "a range", w.read(w.key, span), "ell")
	got(w.Client.CopyObject(ctx, minio.CopyDestOptions{Bucket: "media", Object: w.copy}, minio.CopySrcOptions{Bucket: "media", Object: w.key}))(w)
	same(w, "the copy", w.read(w.copy, minio.GetObjectOptions{}), "hello")
	for _, v1 := range []bool{true, false} {
		w.lists(minio.ListObjectsOptions{UseV1: v1, Recursive: true, MaxKeys: 1}, w.copy, w.key)
		w.lists(minio.ListObjectsOptions{UseV1: v1}, w.copy, "raw/")
	}
	acl := got(w.GetObjectACL(ctx, "media", w.key))(w)
	same(w, "canned ACL", acl.Metadata.Get("X-Amz-Acl"), "private")
	w.do(w.RemoveObject(ctx, "media", w.copy, minio.RemoveObjectOptions{}))
}

func (w minioWalk) read(key string, o minio.GetObjectOptions) string {
	w.Helper()
	body, _, _, err := w.GetObject(w.Context(), "media", key, o)
	w.do(err)
	return string(readAll(w, body))
}

func (w minioWalk) lists(o minio.ListObjectsOptions, want ...string) {
	w.Helper()
	var keys []string
	for one := range w.ListObjectsIter(w.Context(), "media", o) {
		w.do(one.Err)
		keys = append(keys, one.Key)
	}
	same(w, "keys", strings.Join(keys, "|"), strings.Join(want, "|"))
}

func (w minioWalk) tags() {
	w.Helper()
	ctx := w.Context()
	w.do(w.PutObjectTagging(ctx, "media", w.key, got(tags.NewTags(map[string]string{"K": "x y"}, true))(w), minio.PutObjectTaggingOptions{}))
	same(w, "tags", got(w.GetObjectTagging(ctx, "media", w.key, minio.GetObjectTaggingOptions{}))(w).ToMap()["K"], "x y")
	w.do(w.RemoveObjectTagging(ctx, "media", w.key, minio.RemoveObjectTaggingOptions{}))
	same(w, "tags that were deleted", got(w.GetObjectTagging(ctx, "media", w.key, minio.GetObjectTaggingOptions{}))(w).Count(), 0)
}

// upload makes an object of a part that is sent and one that is copied, and
// aborts two others of the same key: RemoveIncompleteUpload
// goes by the key alone.
func (w minioWalk) upload() {
	w.Helper()
	ctx, first := w.Context(), text(100<<10)
	initiate := func() string { return got(w.NewMultipartUpload(ctx, "media", w.copy, minio.PutObjectOptions{}))(w) }
	kept, stale := initiate(), initiate()
	one := got(w.PutObjectPart(ctx, "media", w.copy, kept, 1, strings.NewReader(first), int64(len(first)), minio.PutObjectPartOptions{}))(w)
	two := got(w.CopyObjectPart(ctx, "media", w.key, "media", w.copy, kept, 2, 1, 3, nil))(w)
	same(w, "parts", len(got(w.ListObjectParts(ctx, "media", w.copy, kept, 0, 0))(w).ObjectParts), 2)
	same(w, "uploads", len(got(w.ListMultipartUploads(ctx, "media", "", "", "", "", 0))(w).Uploads), 2)
	w.do(w.AbortMultipartUpload(ctx, "media", w.copy, stale))
	same(w, "open uploads", w.incomplete(), kept)
	parts := []minio.CompletePart{{PartNumber: 1, ETag: one.ETag}, two}
	got(w.CompleteMultipartUpload(ctx, "media", w.copy, kept, parts, minio.PutObjectOptions{}))(w)
	if w.read(w.copy, minio.GetObjectOptions{}) != first+"ell" {
		w.Error("the object is not its parts'")
	}
	initiate()
	w.do(w.RemoveIncompleteUpload(ctx, "media", w.copy))
	same(w, "open uploads", w.incomplete(), "")
}

// incomplete lists the ids of the open uploads.
func (w minioWalk) incomplete() string {
	w.Helper()
	var ids []string
	for u := range w.ListIncompleteUploads(w.Context(), "media", "", true) {
		w.do(u.Err)
		same(w, "key", u.Key, w.copy)
		ids = append(ids, u.UploadID)
	}
	return strings.Join(ids, "|")
}

func (w minioWalk) deleteAll() {
	w.Helper()
	ctx := w.Context()
	all := w.Client.ListObjects(ctx, "media", minio.ListObjectsOptions{Recursive: true})
	for failed := range w.RemoveObjects(ctx, "media", all, minio.RemoveObjectsOptions{}) {
		w.Error(failed)
	}
	w.lists(minio.ListObjectsOptions{Recursive: true})
}
