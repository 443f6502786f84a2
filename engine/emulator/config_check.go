package emulator

import (
	"errors"
	"fmt"
	"time"

	"github.com/hashicorp/hcl/v2"
)

// user is the value of a user block.
func (b userBlock) user() User {
	return User{
		ID: b.ID, Name: b.Name, AccessKeyID: b.AccessKeyID, SecretAccessKey: b.SecretAccessKey,
		SessionToken: b.SessionToken, Account: b.Account, Policies: b.Policies,
	}
}

// spec is the value of a bucket block.
func (b bucketBlock) spec() BucketSpec {
	return BucketSpec{Name: b.Name, Region: b.Region, Type: b.Type, Owner: b.Owner, ACL: b.ACL, Policy: b.Policy}
}

// mistakes are those of users and buckets that a server would not be opened with.
// It would tell of the first one, and without a line.
func (f configFile) mistakes() []error {
	s := Server{now: func() time.Time { return time.Time{} }}
	s.region, _ = regionCode("", "BEIJING")
	errs := f.userMistakes(&s)
	known := len(errs) == 0 && len(f.Users) > 0 // else who may own a bucket shows at the start alone
	for _, b := range f.Buckets {
		spec := b.spec()
		if !known {
			s.users, spec.Owner, spec.Policy = []User{{ID: "1"}}, "", ""
			s.accounts = map[string]bool{"1": true}
		}
		if _, err := s.newBucket(spec); err != nil {
			errs = append(errs, mistakeAt(b.Range, "bucket", b.Name, err))
		}
	}
	return errs
}

// userMistakes adds the users to s.
func (f configFile) userMistakes(s *Server) (errs []error) {
	s.noUsers()
	note := func(b userBlock, err error) {
		if err != nil {
			errs = append(errs, mistakeAt(b.Range, "user", b.ID, err))
		}
	}
	for _, b := range f.Users {
		s.users = append(s.users, b.user())
		note(b, s.addUser(b.user()))
	}
	seen := map[userName]string{}
	for _, b := range f.Users {
		note(b, s.checkAccount(b.user(), seen))
	}
	return errs
}

// mistakeAt says where a block has a mistake. The code that a client would be
// answered with is left out.
func mistakeAt(r hcl.Range, block, label string, err error) error {
	var refused *apiError
	if errors.As(err, &refused) {
		err = errors.New(refused.message)
	}
	return fmt.Errorf("%s:%d: %s %q: %w", r.Filename, r.Start.Line, block, label, err)
}
