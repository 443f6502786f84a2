package engine

// A Cost is what bytes cost a month, as far as prices are known.
type Cost struct {
	Monthly       float64 // in Currency
	Currency      string  // "USD"
	PricedAt      string  // month of the price list: "2021-11"
	UnpricedBytes int64   // bytes of storage classes or stores without a known price
}
