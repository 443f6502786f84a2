package view

import (
	"testing"

	"offcut/engine"
)

func TestCostPhrase_Currencies(t *testing.T) {
	two := engine.Cost{Monthly: 12, Currency: "CNY", PricedAt: "2026-01"}
	two.AddAmount(engine.Amount{Monthly: 83.56, Currency: "USD", PricedAt: "2021-11"})
	small := two
	small.AddAmount(engine.Amount{Monthly: 0.001, Currency: "EUR", PricedAt: "2026-01"})
	small.UnpricedBytes = 1 << 30
	for _, tt := range []struct {
		cost       engine.Cost
		want, cell string
	}{
		{two, "about CNY 12.00 and $83.56 a month at prices of 2021-11 and 2026-01", "CNY 12.00, $83.56"},
		{small, "about CNY 12.00 and less than EUR 0.01 and $83.56 a month at prices of 2021-11 and 2026-01, and 1.0 GiB without a known price", "CNY 12.00, <EUR 0.01, $83.56"},
		{engine.Cost{Currency: "USD", PricedAt: "2021-11"}, "", ""},
		{engine.Cost{Currency: "USD", UnpricedBytes: 1 << 30}, "1.0 GiB without a known price", ""},
		{engine.Cost{UnpricedBytes: 1 << 30}, "no price known", ""},
	} {
		if got := costPhrase(tt.cost); got != tt.want {
			t.Errorf("%+v is %q, want %q", tt.cost, got, tt.want)
		}
		if got := moneyCell(tt.cost); got != tt.cell {
			t.Errorf("%+v is %q in a cell, want %q", tt.cost, got, tt.cell)
		}
	}
}
