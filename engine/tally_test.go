package engine

import (
	"fmt"
	"slices"
	"testing"

	"offcut/rules"
)

// Outcomes are counted where they happened, and what the places add up to is what the
// rules and the report say.
func TestReportCountsByRuleAndBucket(t *testing.T) {
	plan := &Plan{
		Providers: []ProviderStatus{{Address: "ks3", Identity: Identity{Kind: "ks3"}, Prices: rules.DefaultPrices("ks3")}, {Address: "s3.old", Identity: Identity{Kind: "s3"}}},
		Rules:     []RuleTotal{{Address: "rule.b"}, {Address: "rule.a"}, {Address: "rule.idle", Stopped: "too many"}},
	}
	tally, err := newTally(plan, t.TempDir(), epoch)
	if err != nil {
		t.Fatal(err)
	}
	var n int64
	for _, rule := range []string{"rule.a", "rule.b"} {
		for _, at := range []rules.Upload{{Provider: "s3.old", Bucket: "media"}, {Provider: "ks3", Bucket: "media"}, {Provider: "ks3", Bucket: "backups"}} {
			for i, result := range Results {
				for range i + 1 {
					at.ID, at.StorageClass = fmt.Sprint(n), "STANDARD"
					tally.add(&Outcome{Item: Item{Upload: at, Parts: rules.Parts{Count: 2, Bytes: 1 << 30}, Rule: rule}, Seq: n, Result: result})
					n++
				}
			}
		}
	}
	r := tally.finish(n, epoch)
	closeAfter(t, r)
	if n != 2*3*21 || !slices.EqualFunc(r.Rules, []string{"rule.a", "rule.b", "rule.idle"}, func(r RuleReport, a string) bool { return r.Address == a }) {
		t.Fatalf("%d outcomes of %+v", n, r.Rules)
	}
	wantPlaces := []BucketReport{{Provider: "ks3", Bucket: "backups"}, {Provider: "ks3", Bucket: "media"}, {Provider: "s3.old", Bucket: "media"}}
	for _, rule := range r.Rules[:2] {
		if !slices.EqualFunc(rule.Buckets, wantPlaces, func(a, b BucketReport) bool { return a.Provider == b.Provider && a.Bucket == b.Bucket }) {
			t.Fatalf("%s: %+v", rule.Address, rule.Buckets)
		}
		for i, result := range Results {
			each := int64(i + 1)
			for _, b := range rule.Buckets {
				if got := b.Results[result]; got.Uploads != each || got.Bytes != each<<30 || got.Parts != 2*each || (got.Cost.Monthly > 0) != (b.Provider == "ks3") {
					t.Errorf("%s in %s/%s: %s %+v", rule.Address, b.Provider, b.Bucket, result, got)
				}
			}
			if rule.Results[result].Uploads != 3*each || r.Results[result].Uploads != 6*each {
				t.Errorf("%s: %s %+v of %+v", rule.Address, result, rule.Results[result], r.Results[result])
			}
		}
	}
	if idle := r.Rules[2]; idle.Buckets != nil || len(idle.Results) != 0 || idle.Stopped == "" {
		t.Errorf("%+v", idle)
	}
}
