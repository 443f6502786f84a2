package rules

import (
	"fmt"
	"maps"
	"math"
	"math/big"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/zclconf/go-cty/cty"
)

// decodePrices reads the price blocks.
func (l *loader) decodePrices(blocks []*block, providers map[string]Provider) []Price {
	var prices []Price
	taken := map[string]*block{}
	l.checkNames(blocks)
	for _, b := range blocks {
		l.evaluate(b)
		p := Price{
			Address: "price." + b.labels[0], Currency: get[string](b, "currency"), AsOf: get[string](b, "as_of"),
			PerGiBMonth: l.decodePerGiB(b), Range: rangeOf(b.header),
		}
		if b.args["provider"] != nil {
			p.Provider = l.ruleProvider(b, providers)
		}
		if first := taken[p.Provider]; first != nil && (p.Provider != "" || !b.has("provider")) {
			l.errorAt(b.header, "Duplicate price", fmt.Sprintf(
				"%s is for the same provider as %s at %s. Merge the two, or name the provider that each is for.", b.title(), first.title(), place(first.header)))
		}
		if p.Provider != "" || !b.has("provider") { // else the provider was told
			taken[p.Provider] = b
		}
		l.checkCurrency(b)
		l.checkAsOf(b)
		prices = append(prices, p)
	}
	l.checkCurrencies(blocks, prices)
	slices.SortStableFunc(prices, func(a, b Price) int { return strings.Compare(a.Address, b.Address) })
	return prices
}

// decodePerGiB reads the prices by storage class.
func (l *loader) decodePerGiB(b *block) map[string]float64 {
	attr := b.args["per_gib_month"]
	if attr == nil {
		return nil
	}
	x := &expression{expr: attr.Expr, ctx: l.scope(attr.Expr, b.bound), arg: *b.kind.argument("per_gib_month")}
	b.spots["per_gib_month"] = x.spot()
	v, ok := l.value(attr.Expr, x.ctx)
	switch {
	case isSensitive(v):
		l.refuseSensitive(b, x)
		return nil
	case !ok:
		l.checkUnknown(b, x, v)
		return nil
	case v.IsNull() || !v.Type().IsMapType() && !v.Type().IsObjectType():
		l.errorIn(x.spot(), "Wrong type of value", "The argument \"per_gib_month\" needs a map of numbers by storage class. Write { STANDARD = 0.024 }.")
		return nil
	case v.LengthInt() == 0:
		l.errorIn(x.spot(), "Empty map", "The map \"per_gib_month\" is empty. Write the price of at least one storage class, such as { STANDARD = 0.024 }.")
		return nil
	}
	prices := map[string]float64{}
	for it := v.ElementIterator(); it.Next(); {
		key, price := it.Element()
		if f, ok := l.perGiB(x, key.AsString(), price); ok {
			prices[key.AsString()] = f
		}
	}
	return prices
}

// maxPrice bounds a price, so that sums of money stay numbers that can be shown.
const maxPrice = 1e6

func (l *loader) perGiB(x *expression, class string, v cty.Value) (float64, bool) {
	switch {
	case class == "":
		return 0, l.check(x, "Invalid price", fmt.Errorf("a storage class has an empty name, which no price can be for: write the name as the store spells it"))
	case v.IsNull() || v.Type() != cty.Number:
		return 0, l.check(x, "Invalid price", fmt.Errorf("the price of %q must be a number: write it without quotes and currency, such as 0.024", class))
	case v.AsBigFloat().Sign() < 0 || v.AsBigFloat().Cmp(big.NewFloat(maxPrice)) > 0:
		return 0, l.check(x, "Invalid price", fmt.Errorf("the price of %q must be from 0 to %d: write what a GiB costs for a month", class, int(maxPrice)))
	}
	f, _ := v.AsBigFloat().Float64()
	return f, !math.IsNaN(f)
}

func isCurrency(code string) bool { return regexp.MustCompile("^[A-Z]{3}$").MatchString(code) }

// checkCurrency wants the code of a currency.
func (l *loader) checkCurrency(b *block) {
	code := get[string](b, "currency")
	if b.known("currency") && !isCurrency(code) {
		l.errorIn(b.value("currency"), "Invalid currency", fmt.Sprintf("%q is no currency. Write its code of three capital letters, such as \"USD\" or \"CNY\".", cut(code)))
	}
}

// checkAsOf wants a month or a day.
func (l *loader) checkAsOf(b *block) {
	text := get[string](b, "as_of")
	if !b.known("as_of") {
		return
	}
	for _, layout := range []string{"2006-01", "2006-01-02"} {
		if _, err := time.Parse(layout, text); err == nil {
			return
		}
	}
	l.errorIn(b.value("as_of"), "Invalid date", fmt.Sprintf("%q is no month and no day. Write when the price was looked up, such as \"2026-01\" or \"2026-01-15\".", cut(text)))
}

// checkCurrencies bounds the currencies of all blocks, with that of the built-in prices.
func (l *loader) checkCurrencies(blocks []*block, prices []Price) {
	seen := map[string]bool{DefaultPrices(kindKS3).Currency: true}
	for i, p := range prices {
		if seen[p.Currency] || !isCurrency(p.Currency) {
			continue
		}
		seen[p.Currency] = true
		if len(seen) == MaxCurrencies+1 {
			l.errorAt(blocks[i].header, "Too many currencies", fmt.Sprintf(
				"Sums are kept apart in at most %d currencies, one of them USD, and there are more: %s. Write the prices in fewer.",
				MaxCurrencies, enumerate(slices.Collect(maps.Keys(seen)), "and")))
		}
	}
}
