// Package policy is KS3's permission language: JSON documents of statements that
// allow or deny actions on resources, for a user or on a bucket (KS3's pages
// "user policy" and "bucket policy").
//
// It is pure: a document is parsed once and then asked. An explicit Deny beats
// an Allow, and what nothing allows is not allowed; joining several documents
// and the ACL into one answer is the server's business.
//
// # What it must never do
//
// It knows no request, no bucket and no user but by the texts that it is asked
// about. What it can't read it refuses whole: a policy that is half understood
// would allow too much.
package policy
