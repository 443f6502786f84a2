package engine

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"golang.org/x/sync/errgroup"

	"offcut/rules"
)

// A Discovery is what the bucket lists said that data blocks ask for.
type Discovery struct {
	Found    rules.Found // nil without queries
	Requests int64       // sent for it
}

// Discover lists the buckets of every provider that queries name, once each and all at
// once. It only reads. A list that cannot be read to its end is an error: to look at
// nothing and to find nothing must not look the same. Whether a bucket's account is
// allowed is asked where its uploads are listed, as for buckets that rules name.
func Discover(ctx context.Context, stores Stores, queries []rules.Query) (Discovery, error) {
	if len(queries) == 0 {
		return Discovery{}, nil
	}
	asking := map[string][]string{} // addresses of data blocks by provider
	for _, q := range queries {
		asking[q.Provider.Address] = append(asking[q.Provider.Address], q.Address)
	}
	before := requestsOf(stores)
	d := Discovery{Found: rules.Found{}}
	var mu sync.Mutex
	var group errgroup.Group
	errs := map[string]error{}
	for provider, addresses := range asking {
		group.Go(func() error {
			found, err := discover(ctx, stores[provider], provider, addresses)
			mu.Lock()
			defer mu.Unlock()
			d.Found[provider], errs[provider] = found, err
			return nil // one list that fails ends no other
		})
	}
	_ = group.Wait() // there is none
	d.Requests = requestsOf(stores) - before
	if ctx.Err() != nil {
		return Discovery{}, context.Cause(ctx)
	}
	return d, joinSorted(errs)
}

// joinSorted joins errors in the order of their names.
func joinSorted(errs map[string]error) error {
	var all []error
	for _, name := range slices.Sorted(maps.Keys(errs)) {
		all = append(all, errs[name])
	}
	return errors.Join(all...)
}

// discover asks one provider for its bucket list.
func discover(ctx context.Context, store Store, provider string, addresses []string) ([]rules.FoundBucket, error) {
	who, needs := strings.Join(addresses, ", "), "needs"
	if len(addresses) > 1 {
		needs = "need"
	}
	if store == nil {
		return nil, fmt.Errorf("%s %s the bucket list of provider %s, which has no store", who, needs, provider)
	}
	buckets, err := store.ListBuckets(ctx)
	switch {
	case errors.Is(err, ErrAccessDenied):
		return nil, fmt.Errorf("%s %s the bucket list of provider %s, and it was refused: grant the right to list buckets, or name the buckets in scan.buckets instead of the data block: %w", who, needs, provider, err)
	case err != nil:
		return nil, fmt.Errorf("%s %s the bucket list of provider %s: %w", who, needs, provider, err)
	}
	found := make([]rules.FoundBucket, 0, len(buckets))
	for _, b := range buckets {
		found = append(found, rules.FoundBucket{Name: b.Name, Region: b.Region, Type: b.Type, Owner: b.Owner, Created: b.Created})
	}
	return found, nil
}
