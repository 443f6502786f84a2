package emulator

import (
	"errors"
	"slices"

	"offcut/engine/emulator/policy"
	"offcut/engine/ks3"
)

// An aclRule says which permission of an ACL gives an action; without one, none
// does.
type aclRule struct {
	ofObject   bool // the object's ACL, else the bucket's
	permission string
}

// aclRuleOf is the table of what an ACL can give, which is S3's. An abort is
// not in it, nor is the list of an upload's parts: on a public-read-write bucket
// a second account may initiate an upload, but its abort is refused (the Java
// SDK's tests against the live service).
func aclRuleOf(action string) aclRule {
	switch action {
	case "ks3:ListBucket", "ks3:ListBucketMultipartUploads":
		return aclRule{false, "READ"}
	case "ks3:PutObject", "ks3:DeleteObject":
		return aclRule{false, "WRITE"}
	case "ks3:GetBucketAcl":
		return aclRule{false, "READ_ACP"}
	case "ks3:PutBucketAcl":
		return aclRule{false, "WRITE_ACP"}
	case "ks3:GetObject":
		return aclRule{true, "READ"}
	case "ks3:GetObjectAcl":
		return aclRule{true, "READ_ACP"}
	case "ks3:PutObjectAcl":
		return aclRule{true, "WRITE_ACP"}
	}
	return aclRule{}
}

// mayByACL asks the ACL of the bucket or of the object.
func (c *call) mayByACL(b bucket, ask policy.Request, key string, rule aclRule) error {
	if rule.permission == "" {
		return c.denied(ask, "no policy allows it, and an ACL can't")
	}
	grants := b.grants
	if rule.ofObject {
		var o object
		var found bool
		err := c.store.view(func(t tables) (err error) {
			o, found, err = t.object(b.name, key)
			return err
		})
		if err != nil {
			return err
		}
		if !found {
			return c.missingUnread(b, ask)
		}
		grants = o.grants
	}
	if !c.granted(b, grants, rule.permission) {
		return c.denied(ask, "neither a policy nor the ACL allows it")
	}
	return nil
}

// missingUnread answers for an object that is not there and whose ACL was to be
// asked: NoSuchKey only to who may list the bucket.
func (c *call) missingUnread(b bucket, ask policy.Request) error {
	err := c.missingKeyAt(b)
	var e *apiError
	if errors.As(err, &e) && e.code == ks3.CodeAccessDenied {
		return c.denied(ask, "no policy allows it, and there is no ACL that does")
	}
	return err
}

// granted looks for a grant of a permission to everybody or to the requester's
// account. Grants to the bucket's own account are for the account itself, which
// needs none, and not for its users.
func (c *call) granted(b bucket, grants []grant, permission string) bool {
	outside := !c.requester.anonymous && c.requester.account() != b.owner
	return slices.ContainsFunc(grants, func(g grant) bool {
		return (g.permission == permission || g.permission == "FULL_CONTROL") &&
			(g.grantee == allUsers || outside && g.grantee == c.requester.account())
	})
}
