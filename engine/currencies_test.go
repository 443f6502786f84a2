package engine

import (
	"reflect"
	"testing"

	"offcut/rules"
)

// TestCost_CurrenciesAreNeverAdded: a sum holds an amount for each, in the order of their
// codes, however it came together.
func TestCost_CurrenciesAreNeverAdded(t *testing.T) {
	list := func(currency, asOf string, price float64) rules.PriceList {
		return rules.PriceList{Currency: currency, AsOf: asOf, PerGiBMonth: map[string]float64{"STANDARD": price}}
	}
	lists := []rules.PriceList{list("USD", "2021-11", 0.5), list("CNY", "2026-01", 2), list("EUR", "2026-02", 1)}
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
