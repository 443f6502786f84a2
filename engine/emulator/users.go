package emulator

import (
	"cmp"
	"fmt"

	"offcut/engine/emulator/policy"
)

// setUsers takes the users of the server and checks what can't be.
func (s *Server) setUsers(users []User) error {
	if len(users) == 0 {
		users = []User{{ID: "20000001", Name: "offcut", AccessKeyID: "offcut", SecretAccessKey: "offcut-secret"}}
	}
	s.noUsers()
	s.users = users
	for _, u := range users {
		if err := s.addUser(u); err != nil {
			return fmt.Errorf("user %q: %w", u.ID, err)
		}
	}
	seen := map[userName]string{}
	for _, u := range users {
		if err := s.checkAccount(u, seen); err != nil {
			return fmt.Errorf("user %q: %w", u.ID, err)
		}
	}
	return nil
}

// noUsers makes the server one to which users can be added.
func (s *Server) noUsers() {
	s.byKey, s.byID = map[string]User{}, map[string]User{}
	s.userRules, s.accounts = map[string][]*policy.Document{}, map[string]bool{}
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

// A userName is how policies name a user of an account.
type userName struct{ account, user string }

// checkAccount makes sure that a user is an account or belongs to one, and that
// a policy can name it; seen has the ids of those that came before. An account
// need not be a user: it owns what buckets say.
func (s *Server) checkAccount(u User, seen map[userName]string) error {
	if u.Account == "" {
		if len(u.Policies) > 0 {
			return fmt.Errorf("it is an account, which may everything with its own buckets: policies are for users that name an account")
		}
		return nil
	}
	if over := s.byID[u.Account]; u.Account == u.ID || over.Account != "" {
		return fmt.Errorf("the account %q is a user of an account itself", u.Account)
	}
	if u.Account == anonymousID || u.Account == allUsers {
		return fmt.Errorf("the account %q stands for requests without a signature: choose another", u.Account)
	}
	n := userName{u.Account, cmp.Or(u.Name, u.ID)}
	if other, twice := seen[n]; twice {
		return fmt.Errorf("it is user/%s of the account %q, and so is %q: policies could not tell them apart", n.user, n.account, other)
	}
	seen[n] = u.ID
	return nil
}
