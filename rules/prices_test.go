package rules

import "testing"

func TestPricesOf(t *testing.T) {
	own := Price{Provider: "ks3", Currency: "CNY", AsOf: "2026-01", PerGiBMonth: map[string]float64{"FREE": 0}}
	all := Price{Currency: "EUR", AsOf: "2026-02"}
	for name, tt := range map[string]struct {
		blocks        []Price
		address, kind string
		currency      string
	}{
		"built-in":          {nil, "ks3", "ks3", "USD"},
		"none":              {nil, "s3.minio", "s3", ""},
		"of its own":        {[]Price{all, own}, "ks3", "ks3", "CNY"},
		"of its own, first": {[]Price{own, all}, "ks3", "ks3", "CNY"},
		"of all":            {[]Price{own, all}, "s3.minio", "s3", "EUR"},
		"of another":        {[]Price{own}, "ks3.two", "ks3", "USD"},
	} {
		list := PricesOf(tt.blocks, tt.address, tt.kind)
		if list.Currency != tt.currency {
			t.Errorf("%s: %+v", name, list)
		}
	}
	list := PricesOf([]Price{own}, "ks3", "ks3")
	if _, ok := list.Of("STANDARD"); ok {
		t.Error("a block replaces the built-in prices as a whole")
	}
	if price, ok := list.Of("FREE"); !ok || price != 0 {
		t.Error("a price of nothing is a price")
	}
}
