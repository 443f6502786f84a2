package engine

import "math"

// A Price is what one GiB of a storage class costs for a month.
type Price struct {
	Kind         string // of the provider: "ks3"
	StorageClass string // as the store spells it
	PerGiBMonth  float64
}

// A PriceList is prices of one currency and date.
type PriceList struct {
	Currency string // "USD"
	Month    string // "2021-11"
	Prices   []Price
}

// DefaultPrices returns the built-in prices: those of KS3's standard and
// infrequent access storage on Kingsoft Cloud's international price page
// (en.ksyun.com/StorageCDN/27.html), as of November 2021. Other classes, regions
// with a price of their own and other stores have no known price.
func DefaultPrices() PriceList {
	return PriceList{
		Currency: "USD",
		Month:    "2021-11",
		Prices: []Price{
			{Kind: "ks3", StorageClass: "STANDARD", PerGiBMonth: 0.024},
			{Kind: "ks3", StorageClass: "STANDARD_IA", PerGiBMonth: 0.012},
		},
	}
}

// find returns the price of a storage class. An empty class has none: KS3 has been
// seen to answer one, and then nothing says what the parts cost.
func (l PriceList) find(kind, class string) (Price, bool) {
	for _, p := range l.Prices {
		if p.Kind == kind && p.StorageClass == class {
			return p, true
		}
	}
	return Price{}, false
}

// A Cost is what bytes cost a month, as far as prices are known.
type Cost struct {
	Monthly       float64 // in Currency
	Currency      string  // "USD"; empty as long as nothing had a price
	PricedAt      string  // month of the price list: "2021-11"; empty with Currency
	UnpricedBytes int64   // bytes of storage classes or stores without a known price
}

// Add adds bytes of a storage class, at the built-in prices.
func (c *Cost) Add(kind, class string, bytes int64) {
	list := DefaultPrices()
	price, ok := list.find(kind, class)
	if !ok {
		c.UnpricedBytes = plus(c.UnpricedBytes, bytes)
		return
	}
	c.Monthly += price.PerGiBMonth * float64(bytes) / (1 << 30)
	c.Currency, c.PricedAt = list.Currency, list.Month
}

// Merge adds another cost of the same price list.
func (c *Cost) Merge(o Cost) {
	c.Monthly += o.Monthly
	c.UnpricedBytes = plus(c.UnpricedBytes, o.UnpricedBytes)
	if o.Currency != "" {
		c.Currency, c.PricedAt = o.Currency, o.PricedAt
	}
}

// Add counts one item of a provider of the given kind, Identity.Kind.
func (t *Totals) Add(kind string, item *Item) {
	size := item.Parts.Bytes
	if size < 0 { // more than can be counted
		size = math.MaxInt64
	}
	t.Uploads++
	t.Bytes = plus(t.Bytes, size)
	t.Parts = plus(t.Parts, int64(item.Parts.Count))
	t.Cost.Add(kind, item.Upload.StorageClass, size)
}

// Merge adds other totals.
func (t *Totals) Merge(o Totals) {
	t.Uploads = plus(t.Uploads, o.Uploads)
	t.Bytes = plus(t.Bytes, o.Bytes)
	t.Parts = plus(t.Parts, o.Parts)
	t.Cost.Merge(o.Cost)
}

// plus adds two counts, neither negative, and stays at the largest number where the
// sum is larger: a count that wraps around would slip under every limit.
func plus(a, b int64) int64 {
	if a > math.MaxInt64-b {
		return math.MaxInt64
	}
	return a + b
}
