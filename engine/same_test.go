package engine

import (
	"errors"
	"fmt"
	"strings"
	"testing"
)

func TestPromise9_PlanOfAnotherEndpointOrAccountIsRefused(t *testing.T) {
	mine := []Bucket{{Name: "media", Owner: "7", Created: epoch}, {Name: "logs", Owner: "7"}}
	for name, tt := range map[string]struct {
		planned ProviderStatus
		now     Identity
		listed  []Bucket
		says    string
	}{
		"the same":                    {ProviderStatus{Buckets: mine}, Identity{}, mine, ""},
		"the same, one bucket gone":   {ProviderStatus{Buckets: mine}, Identity{}, mine[:1], ""},
		"a store that tells no owner": {ProviderStatus{Buckets: []Bucket{{Name: "media"}}}, Identity{}, []Bucket{{Name: "media"}}, ""},
		"another key of the account":  {ProviderStatus{Buckets: mine, Identity: Identity{AccessKeyID: "A"}}, Identity{AccessKeyID: "B"}, mine, ""},
		"another endpoint":            {ProviderStatus{Buckets: mine, Identity: Identity{Endpoint: "https://a"}}, Identity{Endpoint: "https://b"}, mine, "is for https://a, and this is https://b"},
		"another region":              {ProviderStatus{Buckets: mine, Identity: Identity{Region: "BEIJING"}}, Identity{Region: "SHANGHAI"}, mine, "region BEIJING"},
		"another kind":                {ProviderStatus{Buckets: mine, Identity: Identity{Kind: "ks3"}}, Identity{Kind: "s3"}, mine, `of kind "ks3"`},
		"another account":             {ProviderStatus{Buckets: mine}, Identity{}, []Bucket{{Name: "theirs", Owner: "8"}}, "account 7, those of these credentials to 8"},
		"another account, same names": {ProviderStatus{Buckets: mine}, Identity{}, []Bucket{{Name: "media", Owner: "8"}}, "account 7"},
		"an account without buckets":  {ProviderStatus{Buckets: mine}, Identity{}, nil, "none of the plan's buckets (media, logs)"},
		"no list, the same key":       {ProviderStatus{Identity: Identity{AccessKeyID: "A"}}, Identity{AccessKeyID: "A"}, nil, ""},
		"no list, another key":        {ProviderStatus{Identity: Identity{AccessKeyID: "A"}}, Identity{AccessKeyID: "B"}, nil, "access key A"},
	} {
		t.Run(name, func(t *testing.T) {
			store := newMemStore()
			for _, b := range tt.listed {
				store.buckets[b.Name] = b
			}
			store.identity = tt.now
			tt.planned.Address = "ks3"
			err := CheckStores(t.Context(), Stores{"ks3": store}, &Plan{Providers: []ProviderStatus{tt.planned}})
			if tt.says == "" && err != nil {
				t.Errorf("refused: %v", err)
			}
			if tt.says != "" && (!errors.Is(err, ErrOtherStore) || !strings.Contains(err.Error(), tt.says)) {
				t.Errorf("the error is %v, want one that says %q", err, tt.says)
			}
			if store.called("Abort") > 0 {
				t.Error("an abort was sent")
			}
		})
	}
}

func TestPromise9_StoresThatCannotBeAskedAreNotThePlans(t *testing.T) {
	store := newMemStore("media")
	store.onListBuckets = func() error { return fmt.Errorf("503: %w", ErrTemporary) }
	p := &Plan{Providers: []ProviderStatus{{Address: "ks3", Identity: store.identity, Buckets: []Bucket{{Name: "media"}}}}}
	if err := CheckStores(t.Context(), Stores{"ks3": store}, p); !errors.Is(err, ErrTemporary) {
		t.Errorf("a list that fails: %v", err)
	}
	if err := CheckStores(t.Context(), Stores{}, p); err == nil {
		t.Error("a provider without a store was taken")
	}
}
