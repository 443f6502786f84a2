package switches

// AnyAction is the action of a fault that every request meets.
const AnyAction = "*"

// Actions lists the operations that a fault can strike, by their names in the
// access log.
func Actions() []string {
	return []string{
		"AbortMultipartUpload",
		"CompleteMultipartUpload",
		"CopyObject",
		"CreateBucket",
		"DeleteBucket",
		"DeleteBucketLifecycle",
		"DeleteBucketPolicy",
		"DeleteObject",
		"DeleteObjectTagging",
		"DeleteObjects",
		"GetBucketAcl",
		"GetBucketLifecycle",
		"GetBucketLocation",
		"GetBucketPolicy",
		"GetObject",
		"GetObjectAcl",
		"GetObjectTagging",
		"HeadBucket",
		"HeadObject",
		"InitiateMultipartUpload",
		"ListBuckets",
		"ListMultipartUploads",
		"ListObjects",
		"ListParts",
		"PutBucketAcl",
		"PutBucketLifecycle",
		"PutBucketPolicy",
		"PutObject",
		"PutObjectAcl",
		"PutObjectTagging",
		"UploadPart",
		"UploadPartCopy",
	}
}
