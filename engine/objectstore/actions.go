package objectstore

// The actions of a client, as events name them.
const (
	actionOpen         = "Open"
	actionListBuckets  = "ListBuckets"
	actionListUploads  = "ListUploads"
	actionListParts    = "ListParts"
	actionAbort        = "Abort"
	actionCreateBucket = "CreateBucket"
	actionInitiate     = "Initiate"
	actionUploadPart   = "UploadPart"
	actionComplete     = "Complete"
	actionGetObject    = "GetObject"
	actionHeadObject   = "HeadObject"
	actionListObjects  = "ListObjects" // only for its right
	actionHeadBucket   = "HeadBucket"
)

// verb says in an error what was being done.
func verb(action string) string {
	switch action {
	case actionOpen:
		return "open provider"
	case actionListBuckets:
		return "list buckets"
	case actionListUploads:
		return "list multipart uploads of"
	case actionListParts:
		return "list parts of"
	case actionAbort:
		return "abort"
	case actionCreateBucket:
		return "create bucket"
	case actionInitiate:
		return "initiate multipart upload of"
	case actionUploadPart:
		return "upload part of"
	case actionComplete:
		return "complete"
	case actionGetObject:
		return "get"
	case actionHeadObject:
		return "look for the object"
	case actionHeadBucket:
		return "head bucket"
	}
	return action
}

// right names the permission that an action needs, and the resource to grant it
// on (KS3's user policy and bucket policy pages; the S3 service authorization
// reference).
func right(kind, action, bucket string) (permission, resource string) {
	prefix, scheme := "ks3:", "krn:ksc:ks3:::"
	if kind == kindS3 {
		prefix, scheme = "s3:", "arn:aws:s3:::"
	}
	switch action {
	case actionListBuckets:
		if kind == kindS3 {
			return "s3:ListAllMyBuckets", scheme + "*"
		}
		return "ks3:ListBuckets", scheme + "*"
	case actionListUploads:
		return prefix + "ListBucketMultipartUploads", scheme + bucket
	case actionListParts:
		return prefix + "ListMultipartUploadParts", scheme + bucket + "/*"
	case actionAbort:
		return prefix + "AbortMultipartUpload", scheme + bucket + "/*"
	case actionCreateBucket:
		return prefix + "CreateBucket", scheme + bucket
	case actionListObjects:
		return prefix + "ListBucket", scheme + bucket
	case actionHeadBucket:
		return prefix + "ListBucket", scheme + bucket
	case actionInitiate, actionUploadPart, actionComplete:
		return prefix + "PutObject", scheme + bucket + "/*"
	}
	return prefix + "GetObject", scheme + bucket + "/*"
}
