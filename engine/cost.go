package engine

import (
	"math"

	"offcut/rules"
)

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
func (c *Cost) Add(prices rules.PriceList, class string, bytes int64) {
	monthly, ok := prices.Monthly(class, bytes)
	if !ok {
		c.UnpricedBytes = plus(c.UnpricedBytes, bytes)
		return
	}
	c.AddAmount(Amount{monthly, prices.Currency, prices.AsOf})
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
func (t *Totals) Add(prices rules.PriceList, item *Item) {
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
