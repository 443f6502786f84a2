package engine

import (
	"reflect"
	"testing"

	"offcut/rules"
)

// TestCost_CurrenciesAreNeverAdded: a sum holds an amount for each, in the order of their
// codes, however it came together.
func TestCost_CurrenciesAreNeverAdded(t *testing.T) {
	list := func(currency, asOf string, price float64) PriceList {
		return PriceList{Currency: currency, AsOf: asOf, PerGiBMonth: map[string]float64{"STANDARD": price}}
	}
	lists := []PriceList{list("USD", "2021-11", 0.5), list("CNY", "2026-01", 2), list("EUR", "2026-02", 1)}
	want := []Amount{{4, "CNY", "2026-01"}, {2, "EUR", "2026-02"}, {1, "USD", "2021-11"}}
	for first := range lists {
		var one, two Cost
		for i := range lists {
			one.Add(lists[(first+i)%3], "STANDARD", 1<<30)
			two.Add(lists[(first+2*i)%3], "STANDARD", 1<<30)
		}
		one.Add(lists[first], "ARCHIVE", 7)
		one.Merge(two)
		if got := one.Amounts(); !reflect.DeepEqual(got, want) || one.UnpricedBytes != 7 {
			t.Errorf("from %d: %+v, want %+v", first, one, want)
		}
	}
}

func TestPricesOf(t *testing.T) {
	own := rules.Price{Provider: "ks3", Currency: "CNY", AsOf: "2026-01", PerGiBMonth: map[string]float64{"FREE": 0}}
	all := rules.Price{Currency: "EUR", AsOf: "2026-02"}
	for name, tt := range map[string]struct {
		blocks        []rules.Price
		address, kind string
		currency      string
	}{
		"built-in":          {nil, "ks3", "ks3", "USD"},
		"none":              {nil, "s3.minio", "s3", ""},
		"of its own":        {[]rules.Price{all, own}, "ks3", "ks3", "CNY"},
		"of its own, first": {[]rules.Price{own, all}, "ks3", "ks3", "CNY"},
		"of all":            {[]rules.Price{own, all}, "s3.minio", "s3", "EUR"},
		"of another":        {[]rules.Price{own}, "ks3.two", "ks3", "USD"},
	} {
		list := PricesOf(tt.blocks, tt.address, tt.kind)
		if list.Currency != tt.currency {
			t.Errorf("%s: %+v", name, list)
		}
	}
	list := PricesOf([]rules.Price{own}, "ks3", "ks3")
	if _, ok := list.Of("STANDARD"); ok {
		t.Error("a block replaces the built-in prices as a whole")
	}
	if price, ok := list.Of("FREE"); !ok || price != 0 {
		t.Error("a price of nothing is a price")
	}
}
