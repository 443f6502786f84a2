package engine

import (
	"math"
	"testing"

	"offcut/rules"
)

func TestCost(t *testing.T) {
	const gib = 1 << 30
	for name, c := range map[string]struct {
		kind, class string
		monthly     float64
		unpriced    int64
	}{
		"standard":          {"ks3", "STANDARD", 0.24, 0},
		"infrequent access": {"ks3", "STANDARD_IA", 0.12, 0},
		"archive":           {"ks3", "ARCHIVE", 0, 10 * gib},
		"class not told":    {"ks3", "", 0, 10 * gib},
		"other store":       {"s3", "STANDARD", 0, 10 * gib},
	} {
		t.Run(name, func(t *testing.T) {
			var sum Cost
			sum.Add(rules.DefaultPrices(c.kind), c.class, 4*gib)
			sum.Add(rules.DefaultPrices(c.kind), c.class, 6*gib)
			if math.Abs(sum.Monthly-c.monthly) > 1e-9 || sum.UnpricedBytes != c.unpriced {
				t.Errorf("ten GiB cost %+v", sum)
			}
			if known := sum.Currency == "USD" && sum.PricedAt == "2021-11"; known != (c.monthly > 0) {
				t.Errorf("currency and date: %+v", sum)
			}
		})
	}
}

func TestTotalsDoNotWrapAround(t *testing.T) {
	huge := func() (sum Totals) {
		sum.Add(rules.DefaultPrices("ks3"), &Item{Parts: rules.Parts{Count: 1, Bytes: math.MaxInt64 - 1}})
		return sum
	}
	want := Totals{Uploads: 2, Bytes: math.MaxInt64, Parts: 2, Cost: Cost{UnpricedBytes: math.MaxInt64}}
	added := huge()
	added.Add(rules.DefaultPrices("ks3"), &Item{Parts: rules.Parts{Count: 1, Bytes: math.MaxInt64 - 1}})
	merged := huge()
	merged.Merge(huge())
	wrapped := huge()
	wrapped.Add(rules.DefaultPrices("ks3"), &Item{Parts: rules.Parts{Count: 1, Bytes: -2}}) // a sum that wrapped around before
	for _, got := range []Totals{added, merged, wrapped} {
		if got != want {
			t.Errorf("totals %+v, want %+v", got, want)
		}
	}
	if most := plus(math.MaxInt64-1, 1); most != math.MaxInt64 || plus(2, 3) != 5 {
		t.Errorf("plus is wrong: %d", most)
	}
}

func TestTotalsAdd(t *testing.T) {
	item := func(class string, bytes int64) *Item {
		return &Item{Upload: rules.Upload{StorageClass: class}, Parts: rules.Parts{Count: 2, Bytes: bytes}}
	}
	var a, b Totals
	a.Add(rules.DefaultPrices("ks3"), item("STANDARD", 1<<30))
	b.Add(rules.DefaultPrices("ks3"), item("", 5))
	b.Merge(a)
	want := Totals{Uploads: 2, Bytes: 1<<30 + 5, Parts: 4, Cost: Cost{Monthly: 0.024, Currency: "USD", PricedAt: "2021-11", UnpricedBytes: 5}}
	if b != want {
		t.Errorf("totals %+v, want %+v", b, want)
	}
	// 3.4 TiB of standard storage, the sum that the documentation shows.
	var tib Cost
	tib.Add(rules.DefaultPrices("ks3"), "STANDARD", 34*(1<<40)/10)
	if math.Abs(tib.Monthly-83.56) > 0.005 {
		t.Errorf("3.4 TiB cost %.2f", tib.Monthly)
	}
}
