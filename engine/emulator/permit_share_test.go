package emulator

import "testing"

// As in S3: who may put an object may not make it public by that.
func TestAnACLWithAnObjectNeedsLeaveToPutACLs(t *testing.T) {
	const object = "krn:ksc:ks3:::my-bucket/*"
	put := allowing("Allow", object, "ks3:PutObject", "ks3:GetObject")
	both := allowing("Allow", object, "ks3:PutObject", "ks3:GetObject", "ks3:PutObjectAcl")
	never := allowing("Deny", object, "ks3:PutObjectAcl")
	toOther := onMyBucket("krn:ksc:iam::2:root", "Allow", "ks3:PutObject", "ks3:GetObject")
	for _, tt := range []struct {
		name, user string
		spec       BucketSpec
		policies   []string
		shares     bool
	}{
		{"the account", "1", BucketSpec{}, nil, true},
		{"a user that may put", "11", BucketSpec{}, []string{put}, false},
		{"a user that may put ACLs too", "11", BucketSpec{}, []string{both}, true},
		{"a user that is denied it", "11", BucketSpec{}, []string{both, never}, false},
		{"an account that the policy lets put", "2", BucketSpec{Policy: toOther}, nil, false},
		{"an account that the ACL lets write", "2", BucketSpec{ACL: "public-read-write", Policy: onMyBucket("krn:ksc:iam::2:root", "Allow", "ks3:GetObject")}, nil, true},
		{"whom the ACL lets write and a policy denies it", "2", BucketSpec{ACL: "public-read-write", Policy: onMyBucket("*", "Deny", "ks3:PutObjectAcl")}, nil, false},
	} {
		s := openFor(t, tt.spec, tt.policies...)
		wants(t, "the source", as(t, s, "1", "PUT /from", "data", "x-kss-acl: public-read"), map[bool]int{true: 200, false: 403}[tt.name != "whom the ACL lets write and a policy denies it"], "")
		for _, header := range []string{"x-kss-acl: private", "x-kss-acl: public-read", `x-kss-grant-full-control: id="2"`} {
			want, code := 403, "AccessDenied"
			if tt.shares {
				want, code = 200, ""
			}
			wants(t, tt.name+": put with "+header, as(t, s, tt.user, "PUT /k", "data", header), want, code)
			wants(t, tt.name+": initiate with "+header, as(t, s, tt.user, "POST /k?uploads", "", header), want, code)
			if tt.name == "whom the ACL lets write and a policy denies it" {
				continue
			}
			wants(t, tt.name+": copy with "+header, as(t, s, tt.user, "PUT /copy", "", "x-kss-copy-source: /my-bucket/from", header), want, code)
		}
		wants(t, tt.name+": without an ACL", as(t, s, tt.user, "PUT /k", "data"), 200, "")
		wants(t, tt.name+": initiate without an ACL", as(t, s, tt.user, "POST /k?uploads", ""), 200, "")
	}
}

func TestAnACLWithABucketNeedsLeaveToPutACLs(t *testing.T) {
	const bucket = "krn:ksc:ks3:::new-*"
	s := openFor(t, BucketSpec{}, allowing("Allow", bucket, "ks3:CreateBucket"))
	wants(t, "with an ACL", signedAs(t, s, s.byID["11"], "PUT /", "new-a.localhost", "", "x-kss-acl: public-read"), 403, "AccessDenied")
	wants(t, "it is not there", signedAs(t, s, s.byID["1"], "HEAD /", "new-a.localhost", ""), 404, "")
	wants(t, "without", signedAs(t, s, s.byID["11"], "PUT /", "new-a.localhost", ""), 200, "")
	s = openFor(t, BucketSpec{}, allowing("Allow", bucket, "ks3:CreateBucket", "ks3:PutBucketAcl"))
	wants(t, "with leave", signedAs(t, s, s.byID["11"], "PUT /", "new-a.localhost", "", "x-kss-acl: public-read"), 200, "")
}

// As in S3: what a bucket's policy gives an account is the account's to hand on.
func TestAnAllowForTheOwnAccountIsNoAllowForItsUsers(t *testing.T) {
	get := allowing("Allow", "krn:ksc:ks3:::my-bucket/*", "ks3:GetObject")
	for _, tt := range []struct {
		name, principal, effect string
		policies                []string
		status                  int
	}{
		{"the account, allowed", "krn:ksc:iam::1:root", "Allow", nil, 403},
		{"the account, allowed, and the user's own policy", "krn:ksc:iam::1:root", "Allow", []string{get}, 200},
		{"the user itself, allowed", "krn:ksc:iam::1:user/sub", "Allow", nil, 200},
		{"everybody, allowed", "*", "Allow", nil, 200},
		{"the account, denied", "krn:ksc:iam::1:root", "Deny", []string{get}, 403},
	} {
		s := openFor(t, BucketSpec{}, tt.policies...)
		wants(t, "the object", as(t, s, "1", "PUT /k", "data"), 200, "")
		wants(t, "the policy", as(t, s, "1", "PUT /?policy", onMyBucket(tt.principal, tt.effect, "ks3:GetObject")), 204, "")
		wants(t, tt.name, as(t, s, "11", "GET /k", ""), tt.status, "")
	}
}
