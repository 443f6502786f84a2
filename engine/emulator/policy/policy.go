package policy

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
)

// A Kind of document.
type Kind int

// User policies name no Principal, bucket policies must.
const (
	User Kind = iota
	Bucket
)

// A Document is a policy that was understood.
type Document struct{ statements []statement }

// A statement is one rule. Every list matches when one of its entries does;
// conditions must all hold.
type statement struct {
	effect     Effect
	principals []principal // of a bucket policy
	actions    []string    // patterns in lower case
	resources  []string    // patterns
	conditions []condition
}

// A Principal is who asks. An account asking for itself has no user name.
type Principal struct {
	Account, User string
	Anonymous     bool
}

// A Request is what a document is asked about.
type Request struct {
	Action    string // "ks3:PutObject"
	Resource  string // see Resource
	Principal Principal
	SourceIP  netip.Addr
}

// An Effect is a document's answer.
type Effect int

// Silent documents neither allow nor deny. AllowAccount is the answer about a
// user to which a bucket's policy gives something as one of its account alone: as
// in S3, the account has it, and its own policies say which of its users do.
const (
	Silent Effect = iota
	AllowAccount
	Allow
	Deny
)

// resourcePrefix begins every resource; region and account between its colons
// are empty.
const resourcePrefix = "krn:ksc:ks3:::"

// Resource is the name of an object, of a bucket where key is empty, and of the
// service where both are.
func Resource(bucket, key string) string {
	switch {
	case bucket == "":
		return resourcePrefix + "*"
	case key == "":
		return resourcePrefix + bucket
	}
	return resourcePrefix + bucket + "/" + key
}

// Evaluate gives the document's answer; Deny beats Allow.
func (d *Document) Evaluate(r Request) Effect {
	r.Action = strings.ToLower(r.Action)
	answer := Silent
	for i := range d.statements {
		s := &d.statements[i]
		if answer == Allow && s.effect == Allow || !s.covers(r) {
			continue
		}
		if s.effect == Deny {
			return Deny
		}
		answer = max(answer, s.allows(r.Principal))
	}
	return answer
}

// allows is what a statement that covers somebody's request gives.
func (s *statement) allows(who Principal) Effect {
	if s.principals == nil || slices.ContainsFunc(s.principals, func(p principal) bool { return p.names(who) }) {
		return Allow
	}
	return AllowAccount
}

// covers reports whether the statement speaks of the request.
func (s *statement) covers(r Request) bool {
	return (s.principals == nil || slices.ContainsFunc(s.principals, func(p principal) bool { return p.is(r.Principal) })) &&
		matchesAny(s.actions, r.Action) &&
		matchesAny(s.resources, r.Resource) &&
		!slices.ContainsFunc(s.conditions, func(c condition) bool { return !c.holds(r.SourceIP) })
}

func matchesAny(patterns []string, text string) bool {
	return slices.ContainsFunc(patterns, func(p string) bool { return match(p, text) })
}

// Principals calls yield with everybody that the document names; an account
// without a user stands for all of its users.
func (d *Document) Principals(yield func(account, user string) bool) {
	for _, s := range d.statements {
		for _, p := range s.principals {
			if !p.everybody && !yield(p.account, p.user) {
				return
			}
		}
	}
}

// OnlyOf makes sure that a bucket's policy speaks of that bucket alone, as S3
// does.
func (d *Document) OnlyOf(bucket string) error {
	for _, s := range d.statements {
		for _, r := range s.resources {
			rest := strings.TrimPrefix(r, resourcePrefix)
			if rest != bucket && !strings.HasPrefix(rest, bucket+"/") {
				return fmt.Errorf("the Resource %q is not of this bucket: use %q, or %q for its objects",
					r, Resource(bucket, ""), Resource(bucket, "*"))
			}
		}
	}
	return nil
}
