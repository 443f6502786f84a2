// Package policy is KS3's permission language: JSON documents of statements that
// allow or deny actions on resources, for a user or on a bucket (KS3's pages
// "user policy" and "bucket policy").
//
// # The language
//
//	{
//	  "Version": "2015-11-01",                         may be left out, as the SDKs' samples do
//	  "Statement": [{                                  or one statement without the brackets
//	    "Sid":       "any text",                       may be left out
//	    "Effect":    "Allow",                          or "Deny"
//	    "Principal": {"KSC": ["krn:ksc:iam::1:root"]}, bucket policies only: a list, one text, or "*"
//	    "Action":    ["ks3:PutObject", "ks3:Get*"],    a list or one text; see Actions
//	    "Resource":  ["krn:ksc:ks3:::media/raw/*"],    a list or one text
//	    "Condition": {"IpAddress": {"ksc:SourceIp": ["10.0.0.0/8"]}}
//	  }]
//	}
//
// In actions and resources a "*" stands for any characters, none and slashes
// included, and a "?" for one. Actions are compared without regard to case, as
// sources disagree whether it is Lifecycle or LifeCycle; everything else with.
// A principal krn:ksc:iam::<account>:root is everybody of the account,
// krn:ksc:iam::<account>:user/<name> one user, "*" everybody, signed or not.
// An Allow for an account is the account's to hand on: a user of it needs an
// Allow of its own policies besides (S3; no page of KS3 says). NotIpAddress is the
// other condition; several must all hold.
//
// The package is pure: a document is parsed once and then asked. An explicit Deny
// beats an Allow, and what nothing allows is not allowed; joining several
// documents and the ACL into one answer is the server's business.
//
// # What it must never do
//
// It knows no request, no bucket and no user but by the texts that it is asked
// about. What it can't read it refuses whole: a policy that is half understood
// would allow too much.
package policy
