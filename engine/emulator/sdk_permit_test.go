package emulator_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"offcut/engine/emulator"
)

// twoAccounts are clients of an account that owns "media", and of another one.
func twoAccounts(t *testing.T) (owner, guest *s3.Client) {
	t.Helper()
	_, url := open(t, emulator.Options{Users: []emulator.User{
		{ID: "1", AccessKeyID: "offcut", SecretAccessKey: "offcut-secret"},
		{ID: "2", AccessKeyID: "guest", SecretAccessKey: "guest-secret"},
	}})
	return sdk(url), sdk(url, func(o *s3.Options) {
		o.Credentials = credentials.NewStaticCredentialsProvider("guest", "guest-secret", "")
	})
}

// isRefused reports whether err is the service's answer of that code.
func isRefused(err error, code string) bool {
	var refusal interface{ ErrorCode() string }
	return errors.As(err, &refusal) && refusal.ErrorCode() == code
}

func TestSDKHandlesPolicies(t *testing.T) {
	owner, guest := twoAccounts(t)
	ctx, bucket := context.Background(), aws.String("media")
	list := &s3.ListMultipartUploadsInput{Bucket: bucket}
	if _, err := guest.ListMultipartUploads(ctx, list); !isRefused(err, "AccessDenied") {
		t.Errorf("a guest lists without a policy: %v", err)
	}
	if _, err := owner.GetBucketPolicy(ctx, &s3.GetBucketPolicyInput{Bucket: bucket}); !isRefused(err, "NoSuchBucketPolicy") {
		t.Errorf("no policy: %v", err)
	}
	text := `{"Statement":[{"Effect":"Allow","Principal":{"KSC":["krn:ksc:iam::2:root"]},"Action":["ks3:ListBucketMultipartUploads"],"Resource":["krn:ksc:ks3:::media"]}]}`
	if _, err := owner.PutBucketPolicy(ctx, &s3.PutBucketPolicyInput{Bucket: bucket, Policy: &text}); err != nil {
		t.Fatal(err)
	}
	if got, err := owner.GetBucketPolicy(ctx, &s3.GetBucketPolicyInput{Bucket: bucket}); err != nil || *got.Policy != text {
		t.Errorf("%+v, %v", got, err)
	}
	if _, err := guest.ListMultipartUploads(ctx, list); err != nil {
		t.Errorf("a guest lists: %v", err)
	}
	wrong := strings.Replace(text, "ks3:", "s3:", 1)
	if _, err := owner.PutBucketPolicy(ctx, &s3.PutBucketPolicyInput{Bucket: bucket, Policy: &wrong}); !isRefused(err, "MalformedPolicy") {
		t.Errorf("a policy of S3: %v", err)
	}
	if _, err := owner.DeleteBucketPolicy(ctx, &s3.DeleteBucketPolicyInput{Bucket: bucket}); err != nil {
		t.Error(err)
	}
	if _, err := guest.ListMultipartUploads(ctx, list); !isRefused(err, "AccessDenied") {
		t.Errorf("a guest lists afterwards: %v", err)
	}
}

func TestSDKHandlesACLs(t *testing.T) {
	owner, guest := twoAccounts(t)
	ctx, bucket, key := context.Background(), aws.String("media"), aws.String("k")
	if _, err := owner.PutObject(ctx, &s3.PutObjectInput{Bucket: bucket, Key: key, Body: strings.NewReader("data"), ACL: types.ObjectCannedACLPublicRead}); err != nil {
		t.Fatal(err)
	}
	got, err := owner.GetObjectAcl(ctx, &s3.GetObjectAclInput{Bucket: bucket, Key: key})
	if err != nil {
		t.Fatal(err)
	}
	const everybody = "http://acs.amazonaws.com/groups/global/AllUsers"
	if len(got.Grants) != 2 || got.Grants[0].Grantee.Type != types.TypeCanonicalUser || got.Grants[0].Permission != types.PermissionFullControl ||
		*got.Grants[0].Grantee.ID != *got.Owner.ID || got.Grants[1].Grantee.Type != types.TypeGroup || *got.Grants[1].Grantee.URI != everybody {
		t.Errorf("%+v", got.Grants)
	}
	if _, err := guest.GetObject(ctx, &s3.GetObjectInput{Bucket: bucket, Key: key}); err != nil {
		t.Errorf("a guest reads: %v", err)
	}
	// The ACL that was read, less the group, and with an account.
	grants := slices.Concat(got.Grants[:1], []types.Grant{{
		Grantee: &types.Grantee{Type: types.TypeCanonicalUser, ID: aws.String("2")}, Permission: types.PermissionReadAcp,
	}})
	put := &s3.PutObjectAclInput{Bucket: bucket, Key: key, AccessControlPolicy: &types.AccessControlPolicy{Owner: got.Owner, Grants: grants}}
	if _, err := owner.PutObjectAcl(ctx, put); err != nil {
		t.Fatal(err)
	}
	if _, err := guest.GetObject(ctx, &s3.GetObjectInput{Bucket: bucket, Key: key}); !isRefused(err, "AccessDenied") {
		t.Errorf("a guest reads: %v", err)
	}
	if acl, err := guest.GetObjectAcl(ctx, &s3.GetObjectAclInput{Bucket: bucket, Key: key}); err != nil || len(acl.Grants) != 2 {
		t.Errorf("a guest reads the ACL: %+v, %v", acl, err)
	}
	if _, err := owner.PutBucketAcl(ctx, &s3.PutBucketAclInput{Bucket: bucket, ACL: types.BucketCannedACLPublicReadWrite}); err != nil {
		t.Fatal(err)
	}
	if acl, err := owner.GetBucketAcl(ctx, &s3.GetBucketAclInput{Bucket: bucket}); err != nil || len(acl.Grants) != 3 {
		t.Errorf("%+v, %v", acl, err)
	}
	init, err := guest.CreateMultipartUpload(ctx, &s3.CreateMultipartUploadInput{Bucket: bucket, Key: key})
	if err != nil {
		t.Fatal(err)
	}
	abort := &s3.AbortMultipartUploadInput{Bucket: bucket, Key: key, UploadId: init.UploadId}
	if _, err := guest.AbortMultipartUpload(ctx, abort); !isRefused(err, "AccessDenied") {
		t.Errorf("a guest aborts: %v", err)
	}
	if _, err := owner.AbortMultipartUpload(ctx, abort); err != nil {
		t.Errorf("the owner aborts: %v", err)
	}
}
