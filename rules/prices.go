package rules

// A PriceList is what a provider's storage costs, in one currency and as of one date.
// The zero value knows no price.
type PriceList struct {
	Currency    string             `json:"currency"`      // "USD"
	AsOf        string             `json:"as_of"`         // when the prices were looked up: "2021-11"
	PerGiBMonth map[string]float64 `json:"per_gib_month"` // by storage class, as the store spells it
}

// DefaultPrices returns the built-in prices of a kind of provider. They are those of
// KS3's standard and infrequent access storage on Kingsoft Cloud's international price
// page (en.ksyun.com/StorageCDN/27.html), as of November 2021. Other classes, regions
// with a price of their own and other stores have no known price.
func DefaultPrices(kind string) PriceList {
	if kind != kindKS3 {
		return PriceList{}
	}
	return PriceList{
		Currency: "USD", AsOf: "2021-11",
		PerGiBMonth: map[string]float64{"STANDARD": 0.024, "STANDARD_IA": 0.012},
	}
}

// PricesOf returns the prices of one provider: those of the price block that is for it,
// else of the one that is for all, else the built-in ones.
func PricesOf(blocks []Price, address, kind string) PriceList {
	list := DefaultPrices(kind)
	for i := range blocks {
		if p := &blocks[i]; p.Provider == address || p.Provider == "" {
			list = PriceList{Currency: p.Currency, AsOf: p.AsOf, PerGiBMonth: p.PerGiBMonth}
			if p.Provider != "" {
				break
			}
		}
	}
	return list
}

// OrDefault returns the list, or the built-in prices of a kind of provider where nothing
// says which list there was: in what an older version of offcut wrote.
func (l *PriceList) OrDefault(kind string) PriceList {
	if l == nil {
		return DefaultPrices(kind)
	}
	return *l
}

// Of returns what a GiB of a storage class costs a month. An empty class has no price:
// KS3 has been seen to answer one, and then nothing says what the parts cost.
func (l *PriceList) Of(class string) (perGiB float64, ok bool) {
	if class == "" {
		return 0, false
	}
	perGiB, ok = l.PerGiBMonth[class]
	return perGiB, ok
}

// Monthly returns what bytes of a storage class cost a month, in the list's currency; ok
// is false where no price is known.
func (l *PriceList) Monthly(class string, bytes int64) (money float64, ok bool) {
	perGiB, ok := l.Of(class)
	return perGiB * float64(bytes) / (1 << 30), ok
}
