package engine

import (
	"math"

	"offcut/rules"
)

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
	if kind != "ks3" {
		return PriceList{}
	}
	return PriceList{
		Currency: "USD", AsOf: "2021-11",
		PerGiBMonth: map[string]float64{"STANDARD": 0.024, "STANDARD_IA": 0.012},
	}
}

// PricesOf returns the prices of one provider: those of the price block that is for it,
// else of the one that is for all, else the built-in ones.
func PricesOf(blocks []rules.Price, address, kind string) PriceList {
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

// maxCurrencies bounds the currencies of one sum: amounts of different ones are never
// added. rules.Load takes no more.
const maxCurrencies = rules.MaxCurrencies

// An Amount is money of one currency.
type Amount struct {
	Monthly  float64
	Currency string // "USD"; empty where there is none
	PricedAt string // date of the price list: "2021-11"
}

// A Cost is what bytes cost a month, as far as prices are known.
type Cost struct {
	Monthly       float64 // in Currency
	Currency      string  // "USD"; empty as long as nothing had a price
	PricedAt      string  // date of the price list: "2021-11"; empty with Currency
	UnpricedBytes int64   // bytes of storage classes or stores without a known price

	// Others are amounts in other currencies, in the order of their codes and from the
	// first place on; Currency comes before them.
	Others [maxCurrencies - 1]Amount
}

// Amounts returns the money of c, an amount for each currency.
func (c *Cost) Amounts() []Amount {
	if c.Currency == "" {
		return nil
	}
	amounts := []Amount{{c.Monthly, c.Currency, c.PricedAt}}
	for _, a := range c.Others {
		if a.Currency != "" {
			amounts = append(amounts, a)
		}
	}
	return amounts
}

// Add adds bytes of a storage class.
func (c *Cost) Add(prices PriceList, class string, bytes int64) {
	perGiB, ok := prices.Of(class)
	if !ok {
		c.UnpricedBytes = plus(c.UnpricedBytes, bytes)
		return
	}
	c.AddAmount(Amount{perGiB * float64(bytes) / (1 << 30), prices.Currency, prices.AsOf})
}

// AddAmount adds money: to what there is of its currency, or beside the others.
func (c *Cost) AddAmount(a Amount) {
	switch {
	case a.Currency == "":
		return
	case c.Currency == "" || c.Currency == a.Currency:
		c.Monthly, c.Currency, c.PricedAt = c.Monthly+a.Monthly, a.Currency, a.PricedAt
		return
	case a.Currency < c.Currency:
		first := Amount{c.Monthly, c.Currency, c.PricedAt}
		c.Monthly, c.Currency, c.PricedAt = a.Monthly, a.Currency, a.PricedAt
		a = first
	}
	for i := range c.Others {
		switch o := &c.Others[i]; {
		case o.Currency == "" || o.Currency == a.Currency:
			o.Monthly, o.Currency, o.PricedAt = o.Monthly+a.Monthly, a.Currency, a.PricedAt
			return
		case a.Currency < o.Currency:
			*o, a = a, *o
		}
	}
	panic("engine: more currencies in one sum than a rule set can have")
}

// Merge adds another cost.
func (c *Cost) Merge(o Cost) {
	c.UnpricedBytes = plus(c.UnpricedBytes, o.UnpricedBytes)
	for _, a := range o.Amounts() {
		c.AddAmount(a)
	}
}

// Add counts one item of a provider with the given prices.
func (t *Totals) Add(prices PriceList, item *Item) {
	size := item.Parts.Bytes
	if size < 0 { // more than can be counted
		size = math.MaxInt64
	}
	t.Uploads++
	t.Bytes = plus(t.Bytes, size)
	t.Parts = plus(t.Parts, int64(item.Parts.Count))
	t.Cost.Add(prices, item.Upload.StorageClass, size)
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
