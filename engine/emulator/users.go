package emulator

import (
	"cmp"
	"fmt"

	"offcut/engine/emulator/policy"
)

// setUsers takes the users of the server and checks what can't be.
func (s *Server) setUsers(users []User) error {
	if len(users) == 0 {
		users = []User{{ID: "b2ZmY3V0", Name: "offcut", AccessKeyID: "offcut", SecretAccessKey: "offcut-secret"}}
	}
	s.users, s.byKey, s.byID = users, map[string]User{}, map[string]User{}
	s.userRules, s.accounts = map[string][]*policy.Document{}, map[string]bool{}
	for _, u := range users {
		if err := s.addUser(u); err != nil {
			return fmt.Errorf("user %q: %w", u.ID, err)
		}
	}
	return s.checkAccounts()
}

func (s *Server) addUser(u User) error {
	if u.ID == "" || u.AccessKeyID == "" || u.SecretAccessKey == "" {
		return fmt.Errorf("an id, an access key and a secret key are all needed")
	}
	if u.ID == anonymousID || u.ID == allUsers {
		return fmt.Errorf("this id stands for requests without a signature: choose another")
	}
	if _, twice := s.byKey[u.AccessKeyID]; twice {
		return fmt.Errorf("access key %q belongs to another user already", u.AccessKeyID)
	}
	if _, twice := s.byID[u.ID]; twice {
		return fmt.Errorf("two users have this id: a user has one access key")
	}
	s.byKey[u.AccessKeyID], s.byID[u.ID] = u, u
	s.accounts[cmp.Or(u.Account, u.ID)] = true
	for i, text := range u.Policies {
		d, err := policy.Parse(policy.User, []byte(text))
		if err != nil {
			return fmt.Errorf("policy %d: %w", i+1, err)
		}
		s.userRules[u.ID] = append(s.userRules[u.ID], d)
	}
	return nil
}

// checkAccounts makes sure that a user is an account or belongs to one, and that
// a policy can name it. An account need not be a user: it owns what buckets say.
func (s *Server) checkAccounts() error {
	type name struct{ account, user string }
	seen := map[name]string{}
	for _, u := range s.users {
		if u.Account == "" {
			if len(u.Policies) > 0 {
				return fmt.Errorf("user %q: it is an account, which may everything with its own buckets: policies are for users that name an account", u.ID)
			}
			continue
		}
		if over := s.byID[u.Account]; u.Account == u.ID || over.Account != "" {
			return fmt.Errorf("user %q: the account %q is a user of an account itself", u.ID, u.Account)
		}
		if u.Account == anonymousID || u.Account == allUsers {
			return fmt.Errorf("user %q: the account %q stands for requests without a signature: choose another", u.ID, u.Account)
		}
		n := name{u.Account, cmp.Or(u.Name, u.ID)}
		if other, twice := seen[n]; twice {
			return fmt.Errorf("users %q and %q: both are user/%s of the account %q, and policies could not tell them apart", other, u.ID, n.user, n.account)
		}
		seen[n] = u.ID
	}
	return nil
}
