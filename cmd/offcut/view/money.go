package view

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/dustin/go-humanize"

	"offcut/engine"
	"offcut/rules"
)

// amounts is the money of a cost that is worth telling: an amount for each currency,
// never added across them.
func amounts(c engine.Cost) []engine.Amount {
	return slices.DeleteFunc(c.Amounts(), func(a engine.Amount) bool { return a.Monthly <= 0 })
}

// costPhrase is money in words; empty when there is nothing to say.
func costPhrase(c engine.Cost) string {
	money := amounts(c)
	switch {
	case len(money) == 0 && c.UnpricedBytes > 0 && c.Currency == "":
		return "no price known"
	case len(money) == 0 && c.UnpricedBytes > 0:
		return rules.FormatSize(c.UnpricedBytes) + " without a known price"
	case len(money) == 0:
		return ""
	}
	text := approximately(money) + " a month"
	if dates := datesOf(money); len(dates) > 0 {
		text += " at prices of " + strings.Join(dates, " and ")
	}
	if c.UnpricedBytes > 0 {
		text += ", and " + rules.FormatSize(c.UnpricedBytes) + " without a known price"
	}
	return text
}

// datesOf returns the dates of price lists, each once.
func datesOf(money []engine.Amount) []string {
	var dates []string
	for _, a := range money {
		if a.PricedAt != "" && !slices.Contains(dates, a.PricedAt) {
			dates = append(dates, a.PricedAt)
		}
	}
	slices.Sort(dates)
	return dates
}

// approximately is "about CNY 12.00 and $83.56".
func approximately(money []engine.Amount) string {
	var texts []string
	for _, a := range money {
		how := ""
		switch {
		case a.Monthly < 0.01:
			how, a.Monthly = "less than ", 0.01
		case len(texts) == 0:
			how = "about "
		}
		texts = append(texts, how+moneyText(a))
	}
	return strings.Join(texts, " and ")
}

// moneyText is an amount with its currency: "$1,234.50", "CNY 12.00".
func moneyText(a engine.Amount) string {
	whole, cents := math.Modf(math.Round(a.Monthly*100) / 100)
	text := fmt.Sprintf("%s.%02d", humanize.Comma(int64(whole)), int64(math.Round(cents*100)))
	if a.Currency == "USD" || a.Currency == "" {
		return "$" + text
	}
	return a.Currency + " " + text
}

// moneyCell is money for a column: empty when no price is known.
func moneyCell(c engine.Cost) string {
	var texts []string
	for _, a := range amounts(c) {
		less := ""
		if a.Monthly < 0.01 {
			less, a.Monthly = "<", 0.01
		}
		texts = append(texts, less+moneyText(a))
	}
	return strings.Join(texts, ", ")
}
