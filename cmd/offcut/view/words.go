package view

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/dustin/go-humanize"

	"offcut/engine"
	"offcut/rules"
)

// Count is a number with thousands separators.
func Count(n int64) string { return humanize.Comma(n) }

func count(n int64) string { return Count(n) }

// CountOf is a number with its noun: "1 bucket", "2 buckets".
func CountOf(n int64, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return count(n) + " " + noun + "s"
}

func countOf(n int64, noun string) string { return CountOf(n, noun) }

// TotalsPhrase is a sum in words: "3.4 TiB, about $83.56 a month at prices of 2021-11".
func TotalsPhrase(t engine.Totals) string {
	return commas(rules.FormatSize(t.Bytes), costPhrase(t.Cost))
}

// instant is a point in time for a column.
func instant(t time.Time) string {
	if t.IsZero() {
		return "unknown"
	}
	return t.UTC().Format("2006-01-02 15:04")
}

// reasons is "12 young, 4 active", the largest first.
func reasons(kept map[rules.Reason]int64) string {
	var parts []string
	for _, r := range reasonsBySize(kept) {
		parts = append(parts, count(kept[r])+" "+string(r))
	}
	return strings.Join(parts, ", ")
}

func reasonsBySize(kept map[rules.Reason]int64) []rules.Reason {
	var order []rules.Reason
	for r, n := range kept {
		if n > 0 {
			order = append(order, r)
		}
	}
	slices.SortFunc(order, func(a, b rules.Reason) int {
		return cmp.Or(cmp.Compare(kept[b], kept[a]), cmp.Compare(a, b))
	})
	return order
}

func sumOf(kept map[rules.Reason]int64) (n int64) {
	for _, k := range kept {
		n += k
	}
	return n
}

// commas joins what is not empty.
func commas(parts ...string) string {
	return strings.Join(slices.DeleteFunc(parts, func(s string) bool { return s == "" }), ", ")
}

// trimFloat is a number with as many decimals as it needs, at most three.
func trimFloat(n float64) string {
	return strings.TrimRight(strings.TrimRight(fmt.Sprintf("%.3f", n), "0"), ".")
}

func upper(s string) string { return strings.ToUpper(strings.ReplaceAll(s, "-", " ")) }
