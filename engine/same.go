package engine

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// ErrOtherStore is what CheckStores's error matches where a plan was made for another
// endpoint or account.
var ErrOtherStore = errors.New("the plan was made for another endpoint or account")

// CheckStores refuses a plan that was made for other endpoints, or with credentials of
// other accounts, than those of the stores that it would be applied to. It asks each
// store for its buckets; accounts are told apart by who owns them. Buckets that are
// gone, or not the plan's any more, beside others that are, are Apply's business: what
// lies in them ends as not-attempted.
func CheckStores(ctx context.Context, stores Stores, p *Plan) error {
	for i := range p.Providers {
		planned := &p.Providers[i]
		store := stores[planned.Address]
		if store == nil {
			return fmt.Errorf("the plan names provider %s, which is not configured: plan again with these rules", planned.Address)
		}
		why := otherEndpoint(planned.Identity, store.Identity())
		if why == "" {
			var err error
			if why, err = otherAccount(ctx, store, planned); err != nil {
				return fmt.Errorf("list the buckets of provider %s to see whether they are those of the plan: %w", planned.Address, err)
			}
		}
		if why != "" {
			return fmt.Errorf("%w: %s: %s: make a new plan, or set the endpoint and the credentials that it was made with", ErrOtherStore, planned.Address, why)
		}
	}
	return nil
}

// otherEndpoint says how an endpoint differs from the plan's, or returns "".
func otherEndpoint(planned, now Identity) string {
	switch {
	case planned.Kind != now.Kind:
		return fmt.Sprintf("the plan is for a store of kind %q, and this one is of kind %q", planned.Kind, now.Kind)
	case planned.Endpoint != now.Endpoint:
		return fmt.Sprintf("the plan is for %s, and this is %s", planned.Endpoint, now.Endpoint)
	case planned.Region != now.Region:
		return fmt.Sprintf("the plan is for region %s, and this is %s", planned.Region, now.Region)
	}
	return ""
}

// otherAccount says by which sign an account is not the plan's, or returns "".
func otherAccount(ctx context.Context, store Store, planned *ProviderStatus) (string, error) {
	if len(planned.Buckets) == 0 {
		// The list of buckets was refused, and nothing else names an account.
		if key := store.Identity().AccessKeyID; key != planned.Identity.AccessKeyID {
			return fmt.Sprintf("the plan was made with access key %s, these credentials are %s, and without a list of buckets nothing shows that they are of one account",
				orNone(planned.Identity.AccessKeyID), orNone(key)), nil
		}
		return "", nil
	}
	listed, err := store.ListBuckets(ctx)
	if err != nil {
		return "", err
	}
	then, now := ownersOf(planned.Buckets), ownersOf(listed)
	found := slices.ContainsFunc(listed, func(b Bucket) bool {
		return slices.ContainsFunc(planned.Buckets, func(p Bucket) bool { return p.Name == b.Name })
	})
	switch {
	case len(then) > 0 && len(now) > 0 && !slices.ContainsFunc(now, func(owner string) bool { return slices.Contains(then, owner) }):
		return fmt.Sprintf("the plan's buckets belong to account %s, those of these credentials to %s", strings.Join(then, ", "), strings.Join(now, ", ")), nil
	case !found:
		return fmt.Sprintf("none of the plan's buckets (%s) is among those of these credentials", namesOfBuckets(planned.Buckets)), nil
	}
	return "", nil
}

// ownersOf lists the owners that buckets tell, each once.
func ownersOf(buckets []Bucket) []string {
	var owners []string
	for _, b := range buckets {
		if b.Owner != "" && !slices.Contains(owners, b.Owner) {
			owners = append(owners, b.Owner)
		}
	}
	slices.Sort(owners)
	return owners
}

// namesOfBuckets names the first of some buckets.
func namesOfBuckets(buckets []Bucket) string {
	const most = 3
	var names []string
	for _, b := range buckets[:min(most, len(buckets))] {
		names = append(names, b.Name)
	}
	if more := len(buckets) - len(names); more > 0 {
		names = append(names, fmt.Sprintf("and %d more", more))
	}
	return strings.Join(names, ", ")
}

func orNone(key string) string {
	if key == "" {
		return "(none)"
	}
	return key
}
