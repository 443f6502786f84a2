package emulator

import (
	"offcut/engine/ks3"
)

// A requester is who sent a request.
type requester struct {
	User
	anonymous bool
}

// account is the id of the account that the requester is or belongs to.
func (r requester) account() string {
	if r.Account != "" {
		return r.Account
	}
	return r.ID
}

// A policyCache keeps policies as they were understood, by their text.
type policyCache struct{}

// may decides whether the requester may do action, on the object of key or,
// where key is empty, on the bucket of the call (on the service without one).
// It answers nil or AccessDenied.
func (c *call) may(action, key string) error {
	if c.home.name != "" && c.home.owner != c.requester.account() {
		return refuse(ks3.CodeAccessDenied, "The bucket %q belongs to another user and is private.", c.bucket)
	}
	return nil
}

// initiator is the user that an upload is stored with.
func (c *call) initiator() string {
	if c.requester.ID == c.home.owner {
		return ""
	}
	return c.requester.ID
}
