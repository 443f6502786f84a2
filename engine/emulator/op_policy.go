package emulator

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"

	"offcut/engine/emulator/policy"
)

// checkPolicy makes sure that a text can be a bucket's policy.
func (s *Server) checkPolicy(bucket string, text []byte) error {
	d, err := policy.Parse(policy.Bucket, text)
	if err == nil {
		err = d.OnlyOf(bucket)
	}
	if err == nil {
		err = s.checkPrincipals(d)
	}
	if err != nil {
		return refuse(codeMalformedPolicy, "The policy can't be taken: %s.", err)
	}
	return nil
}

// checkPrincipals refuses a user that its account does not have: a Deny for a
// mistyped name would deny nothing. S3 refuses unknown accounts too; here an
// account need not be known, as grants need not.
func (s *Server) checkPrincipals(d *policy.Document) error {
	for account, user := range d.Principals {
		if user == "" || !s.accounts[account] {
			continue
		}
		var names []string
		for _, u := range s.users {
			if u.Account == account {
				names = append(names, requester{User: u}.principal().User)
			}
		}
		if !slices.Contains(names, user) {
			return fmt.Errorf("the Principal names the user %q, and the account %q has %q", user, account, names)
		}
	}
	return nil
}

// getPolicy answers GET /?policy: the policy, byte for byte as it was put.
func (c *call) getPolicy() error {
	if err := c.drain(); err != nil {
		return err
	}
	text, err := c.setting(settingPolicy)
	if err != nil {
		return err
	}
	if text == nil {
		return refuse(codeNoSuchBucketPolicy, "The bucket %q has no policy.", c.bucket)
	}
	h := c.w.Header()
	h.Set("Content-Type", "application/json")
	h.Set("Content-Length", strconv.Itoa(len(text)))
	c.writeHead(http.StatusOK)
	_, err = c.w.Write(text)
	return err
}

// putPolicy answers PUT /?policy, which takes the place of a policy that is
// there. The status is S3's.
func (c *call) putPolicy() error {
	text, err := c.document(policy.MaxSize)
	if err != nil {
		return err
	}
	if err := c.checkPolicy(c.bucket, text); err != nil {
		return err
	}
	return c.changeSetting(settingPolicy, text, http.StatusNoContent)
}

// deletePolicy answers DELETE /?policy, also where there is none, as S3 does.
func (c *call) deletePolicy() error {
	if err := c.drain(); err != nil {
		return err
	}
	return c.changeSetting(settingPolicy, nil, http.StatusNoContent)
}
