package policy

import (
	"cmp"
	"slices"
	"strings"

	"github.com/agext/levenshtein"
)

// A Level is what kind of resource an action is on.
type Level int

// ListBuckets alone is on the service, whose resource is krn:ksc:ks3:::*.
const (
	OnService Level = iota
	OnBucket
	OnObject
)

// An Action is something that a policy can allow or deny.
type Action struct {
	Name  string
	Level Level
}

// Actions are all that a policy may name, in the spelling of the pages and SDKs.
// Those of the second half belong to operations that this server does not have;
// they are known because policies in use name them.
func Actions() []Action {
	return []Action{
		{"ks3:ListBuckets", OnService},
		{"ks3:CreateBucket", OnBucket},
		{"ks3:DeleteBucket", OnBucket},
		{"ks3:ListBucket", OnBucket},
		{"ks3:ListBucketMultipartUploads", OnBucket},
		{"ks3:GetBucketLocation", OnBucket},
		{"ks3:GetBucketAcl", OnBucket},
		{"ks3:PutBucketAcl", OnBucket},
		{"ks3:GetBucketPolicy", OnBucket},
		{"ks3:PutBucketPolicy", OnBucket},
		{"ks3:DeleteBucketPolicy", OnBucket},
		{"ks3:GetBucketLifecycle", OnBucket},
		{"ks3:PutBucketLifecycle", OnBucket},
		{"ks3:DeleteBucketLifecycle", OnBucket},
		{"ks3:GetObject", OnObject},
		{"ks3:PutObject", OnObject},
		{"ks3:DeleteObject", OnObject},
		{"ks3:GetObjectAcl", OnObject},
		{"ks3:PutObjectAcl", OnObject},
		{"ks3:GetObjectTagging", OnObject},
		{"ks3:PutObjectTagging", OnObject},
		{"ks3:DeleteObjectTagging", OnObject},
		{"ks3:AbortMultipartUpload", OnObject},
		{"ks3:ListMultipartUploadParts", OnObject},

		{"ks3:GetBucketCORS", OnBucket},
		{"ks3:PutBucketCORS", OnBucket},
		{"ks3:GetBucketLogging", OnBucket},
		{"ks3:PutBucketLogging", OnBucket},
		{"ks3:GetBucketMirror", OnBucket},
		{"ks3:PutBucketMirror", OnBucket},
		{"ks3:DeleteBucketMirror", OnBucket},
		{"ks3:GetBucketReplication", OnBucket},
		{"ks3:PutBucketReplication", OnBucket},
		{"ks3:DeleteBucketReplication", OnBucket},
		{"ks3:GetBucketInventory", OnBucket},
		{"ks3:PutBucketInventory", OnBucket},
		{"ks3:ListBucketInventory", OnBucket},
		{"ks3:DeleteBucketInventory", OnBucket},
		{"ks3:GetBucketEncryption", OnBucket},
		{"ks3:PutBucketEncryption", OnBucket},
		{"ks3:DeleteBucketEncryption", OnBucket},
		{"ks3:GetBucketQuota", OnBucket},
		{"ks3:PutBucketQuota", OnBucket},
		{"ks3:PostObjectRestore", OnObject},
	}
}

// canonical is an action's pattern as it is compared. No page names the action of
// making a bucket: it is called as in S3, and ks3:PutBucket, which a list of
// actions in the wild has, means the same.
func canonical(pattern string) string {
	pattern = strings.ToLower(pattern)
	if pattern == "ks3:putbucket" {
		return "ks3:createbucket"
	}
	return pattern
}

// matched are the actions that a pattern stands for.
func matched(pattern string) []Action {
	return slices.DeleteFunc(Actions(), func(a Action) bool { return !match(pattern, strings.ToLower(a.Name)) })
}

// Bounds of the search for near names.
const (
	maxNear     = 3
	maxCompared = 64 // bytes of a name
)

// near are the actions whose names are most like what was written, the nearest
// first.
func near(written string) []string {
	if len(written) > maxCompared {
		return nil
	}
	type candidate struct {
		name     string
		distance int
	}
	var found []candidate
	for _, a := range Actions() {
		if d := levenshtein.Distance(strings.ToLower(written), strings.ToLower(a.Name), nil); d <= len(written)/3 {
			found = append(found, candidate{a.Name, d})
		}
	}
	slices.SortStableFunc(found, func(a, b candidate) int { return cmp.Compare(a.distance, b.distance) })
	var names []string
	for _, c := range found[:min(len(found), maxNear)] {
		names = append(names, c.name)
	}
	return names
}
