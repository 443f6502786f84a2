package engine

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"offcut/rules"
)

// scopesOf lists what the acting rules look at: for each provider and bucket the
// fewest prefixes that cover them all, in plan order. A prefix under a shorter one
// is not listed again. A rule that may have no bucket, and has none, looks at nothing.
func scopesOf(acting []*rules.Rule) ([]Scope, error) {
	type place struct{ provider, bucket string }
	prefixes := map[place][]string{}
	for _, r := range acting {
		if len(r.Scan.Buckets) == 0 && r.Scan.AllowEmpty {
			continue // it looks at nothing, as it may; the plan says so
		}
		if len(r.Scan.Buckets) == 0 || len(r.Scan.Prefixes) == 0 {
			return nil, fmt.Errorf("%s looks nowhere: give its scan block buckets, and prefixes or whole_bucket = true", r.Address)
		}
		for _, bucket := range r.Scan.Buckets {
			p := place{r.Provider, bucket}
			prefixes[p] = append(prefixes[p], r.Scan.Prefixes...)
		}
	}
	var scopes []Scope
	for p, all := range prefixes {
		for _, prefix := range shortest(all) {
			scopes = append(scopes, Scope{Provider: p.provider, Bucket: p.bucket, Prefix: prefix})
		}
	}
	slices.SortFunc(scopes, func(a, b Scope) int {
		return cmp.Or(strings.Compare(a.Provider, b.Provider), strings.Compare(a.Bucket, b.Bucket), strings.Compare(a.Prefix, b.Prefix))
	})
	for i := range scopes {
		for _, r := range acting {
			if looksInto(r, &scopes[i]) {
				scopes[i].Rules = append(scopes[i].Rules, r.Address)
			}
		}
	}
	return scopes, nil
}

// shortest drops every prefix that another one covers.
func shortest(prefixes []string) []string {
	var kept []string
	for _, p := range slices.Sorted(slices.Values(prefixes)) {
		// Sorted, a prefix comes right before everything that begins with it.
		if len(kept) == 0 || !strings.HasPrefix(p, kept[len(kept)-1]) {
			kept = append(kept, p)
		}
	}
	return kept
}

// looksInto reports whether a rule looks at any key of a scope. Scopes are the
// shortest prefixes, so that none of the rule's is shorter.
func looksInto(r *rules.Rule, s *Scope) bool {
	return r.Provider == s.Provider && slices.Contains(r.Scan.Buckets, s.Bucket) &&
		slices.ContainsFunc(r.Scan.Prefixes, func(p string) bool { return strings.HasPrefix(p, s.Prefix) })
}

// where names a scope in messages.
func (s *Scope) where() string {
	if s.Prefix == "" {
		return "bucket " + s.Bucket
	}
	return fmt.Sprintf("bucket %s (prefix %q)", s.Bucket, s.Prefix)
}

// unfinished reports whether uploads of the scope may not have been seen.
func (s *Scope) unfinished() bool { return s.Status != ScopeComplete && s.Status != ScopeAbsent }
