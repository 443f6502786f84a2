package ks3

// A Dialect is one of the two spellings that KS3 takes for headers, schemes and scopes.
type Dialect struct {
	SchemeV2     string // "KSS" or "AWS"
	AlgorithmV4  string // "KSS4-HMAC-SHA256" or "AWS4-HMAC-SHA256"
	KeyPrefixV4  string // "KSS4" or "AWS4": goes before the secret key
	ServiceV4    string // "ks3" or "s3"
	TerminatorV4 string // "kss4_request" or "aws4_request"
	HeaderPrefix string // "x-kss-" or "x-amz-", lower case
	QueryPrefix  string // "X-Kss-" or "X-Amz-": presigned V4
	KeyParamV2   string // "KSSAccessKeyId" or "AWSAccessKeyId": presigned V2
}

// The two dialects.
//
//nolint:gochecknoglobals // Two fixed values that Go has no constants for; nothing assigns to them.
var (
	Native = Dialect{"KSS", "KSS4-HMAC-SHA256", "KSS4", "ks3", "kss4_request", "x-kss-", "X-Kss-", "KSSAccessKeyId"}
	AWS    = Dialect{"AWS", "AWS4-HMAC-SHA256", "AWS4", "s3", "aws4_request", "x-amz-", "X-Amz-", "AWSAccessKeyId"}
)
