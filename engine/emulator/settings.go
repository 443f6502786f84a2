package emulator

// Settings of a bucket are texts, each in a row of its own: the rows of a bucket
// itself are read with every request, and a lifecycle may be long.
const (
	settingPolicy    = "policy"
	settingLifecycle = "lifecycle"
)

// settingKey is the row of a bucket's setting.
func settingKey(bucket, name string) []byte {
	return append(appendScope(nil, bucket), name...)
}

// S3's codes for a bucket's policy; KS3's pages name none.
const (
	codeNoSuchBucketPolicy = "NoSuchBucketPolicy"
	codeMalformedPolicy    = "MalformedPolicy"
)
