package rules

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"
)

// What plan.abort and plan.rules["ADDRESS"].abort call money, as the plan's JSON does.
const (
	monthlyCost   = "monthly_cost"   // by currency
	unpricedBytes = "unpriced_bytes" // that it leaves out
)

// The currencies that the prices of a rule set are in. known is false where they cannot
// be told, because of a mistake that is reported.
type currencies struct {
	codes []string // sorted
	known bool
}

// currenciesOf returns the currencies of all price blocks and of the built-in prices that
// none of them replaces. They follow from blocks alone, and not from which rules there
// are: a for_each that is empty tonight takes no currency away.
func currenciesOf(t *tree, prices []Price, providers map[string]Provider) currencies {
	codes := map[string]bool{}
	for _, b := range t.of("price") {
		if !b.known("currency") {
			return currencies{}
		}
	}
	for i := range prices {
		codes[prices[i].Currency] = true
	}
	for address := range withUndeclared(t, providers) {
		if list := PricesOf(prices, address, providerKind(address)); list.Currency != "" {
			codes[list.Currency] = true
		}
	}
	return currencies{codes: slices.Sorted(maps.Keys(codes)), known: true}
}

// withUndeclared returns the addresses of providers and of ks3 where it is worked with
// without a block.
func withUndeclared(t *tree, providers map[string]Provider) map[string]bool {
	addresses := map[string]bool{}
	for address := range providers {
		addresses[address] = true
	}
	namesIt := func(b *block) bool {
		attr := b.args["provider"]
		if attr == nil {
			return false
		}
		at, diags := hcl.AbsTraversalForExpr(attr.Expr)
		return !diags.HasErrors() && len(at) == 1 && at.RootName() == kindKS3
	}
	if len(providers) == 0 || slices.ContainsFunc(t.of("rule"), namesIt) {
		addresses[kindKS3] = true
	}
	return addresses
}

// with is c and the currencies of facts: no money is left out of a plan's value.
func (c currencies) with(facts *PlanFacts) currencies {
	codes := map[string]bool{}
	for _, code := range c.codes {
		codes[code] = true
	}
	note := func(a *PlanAmount) {
		for code := range a.MonthlyCost {
			codes[code] = true
		}
	}
	note(&facts.Abort)
	for _, r := range facts.Rules {
		note(&r.Abort)
	}
	return currencies{codes: slices.Sorted(maps.Keys(codes)), known: true}
}

// costType is the type of monthly_cost: an object, so that what names a currency that no
// price is in is an error when rules are loaded.
func (c currencies) costType() cty.Type {
	if !c.known {
		return cty.Map(cty.Number)
	}
	attrs := map[string]cty.Type{}
	for _, code := range c.codes {
		attrs[code] = cty.Number
	}
	return cty.Object(attrs)
}

// costValue is monthly_cost.
func (c currencies) costValue(amounts map[string]float64) cty.Value {
	attrs := map[string]cty.Value{}
	for _, code := range c.codes {
		attrs[code] = moneyValue(amounts[code])
	}
	return cty.ObjectVal(attrs)
}

// moneyPlaces are the decimal places of money in conditions, as in the plan's JSON. Sums
// of floating-point numbers would show sixteen, and equal no number that anybody writes.
const moneyPlaces = 4

// moneyValue is an amount in decimal places. What costs less than the last of them still
// costs something.
func moneyValue(amount float64) cty.Value {
	if amount <= 0 {
		return cty.Zero
	}
	scale := math.Pow10(moneyPlaces)
	rounded := max(math.Round(amount*scale), 1) / scale
	return cty.MustParseNumberVal(strconv.FormatFloat(rounded, 'f', moneyPlaces, 64))
}

// absent says what to write instead of a currency that no price is in.
func (c currencies) absent(of, code string) (summary, detail string) {
	if of != monthlyCost {
		return "", ""
	}
	const summaryOf = "Currency without a price"
	if len(c.codes) == 0 {
		return summaryOf, fmt.Sprintf("No price is known here, in %q or any other currency: there is no price block, and only providers of the kind \"ks3\" have built-in prices. Add a price block, or compare bytes.", cut(code))
	}
	add := ""
	if upper := strings.ToUpper(code); isCurrency(upper) && !slices.Contains(c.codes, upper) {
		add = fmt.Sprintf(", or add a price block with the currency %q", upper)
	}
	return summaryOf, fmt.Sprintf("No price is in %q, and a condition on it would say nothing.%s Write the currency of a price: %s%s.",
		cut(code), didYouMean(code, c.codes), enumerate(c.codes, "or"), add)
}

// lateKey says what to write instead of a currency that only a plan would tell.
func (c currencies) lateKey(of string) (summary, detail string) {
	if of != monthlyCost || len(c.codes) == 0 {
		return "", ""
	}
	return "Currency that follows from the plan", fmt.Sprintf(
		"Which currency this is would only be known with a plan, and whether a price is in it too. Write it out, as in %s[%q], or choose between two comparisons with condition ? a : b.",
		monthlyCost, c.codes[0])
}
