package rules

import (
	"fmt"
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/zclconf/go-cty/cty"
)

// moneyRules has a price in CNY for ks3, and the built-in ones in USD for another ks3.
const moneyRules = `
provider "ks3" {
  region = "BEIJING"
}
provider "ks3" {
  alias  = "two"
  region = "SHANGHAI"
}
price "one" {
  provider      = ks3
  currency      = "CNY"
  as_of         = "2026-01"
  per_gib_month = { STANDARD = 0.12 }
}
rule "one" {
  provider = ks3
  scan {
    buckets  = ["media"]
    prefixes = ["raw/"]
  }
  stale {
    older_than = "7d"
  }
}
rule "two" {
  provider = ks3.two
  scan {
    buckets  = ["films"]
    prefixes = ["raw/"]
  }
  stale {
    older_than = "7d"
  }
}
`

// moneyCheck is a check with these conditions.
func moneyCheck(conditions ...string) string {
	text := "check \"spend\" {\n"
	for _, c := range conditions {
		text += "  assert {\n    condition     = " + c + "\n    error_message = \"${plan.abort.monthly_cost[\"USD\"]} USD, ${plan.abort.monthly_cost.CNY} CNY\"\n  }\n"
	}
	return text + "}\n"
}

func TestCheckPlan_Money(t *testing.T) {
	facts := PlanFacts{
		Abort: PlanAmount{MonthlyCost: map[string]float64{"USD": 60.480000000000004}},
		Rules: map[string]PlanRuleFact{
			"rule.one": {},
			"rule.two": {Abort: PlanAmount{MonthlyCost: map[string]float64{"USD": 60.480000000000004}}},
		},
	}
	for condition, holds := range map[string]bool{
		`plan.abort.monthly_cost["USD"] == 60.48`:                                                          true,
		`plan.abort.monthly_cost["USD"] < 60.48`:                                                           false,
		`plan.abort.monthly_cost["CNY"] == 0 && plan.abort.unpriced_bytes < 1`:                             true,
		`plan.rules["rule.two"].abort.monthly_cost.USD > 60`:                                               true,
		`plan.rules["rule.one"].abort.monthly_cost.USD + plan.rules["rule.one"].abort.unpriced_bytes == 0`: true,
		`alltrue([for code, money in plan.abort.monthly_cost : money < 50])`:                               false,
		`keys(plan.abort.monthly_cost) == ["CNY", "USD"] && plan.listed < 5`:                               true,
	} {
		set, d := loadText(moneyRules + moneyCheck(condition))
		got := mustResolve(t, set, d).CheckPlan(facts)
		want := CheckResult{Address: "check.spend", Status: CheckPassed}
		if !holds {
			want.Status, want.Messages = CheckFailed, []string{"60.48 USD, 0 CNY"}
		}
		if len(got) != 1 || !reflect.DeepEqual(got[0], want) {
			t.Errorf("%s: %+v, want %+v", condition, got, want)
		}
	}
}

// TestCheckPlan_MoneyNeverReassuresAboutWhatHasNoPrice: whoever asks only for money is
// told which bytes it leaves out, and nobody else is.
func TestCheckPlan_MoneyNeverReassuresAboutWhatHasNoPrice(t *testing.T) {
	const all, one = "plan.abort", `plan.rules["rule.one"].abort`
	unpriced := func(bytes int64) PlanAmount { return PlanAmount{Bytes: bytes, UnpricedBytes: bytes} }
	facts := PlanFacts{Abort: unpriced(3 << 30), Rules: map[string]PlanRuleFact{
		"rule.one": {Abort: unpriced(3 << 30)}, "rule.two": {Abort: unpriced(0)},
	}}
	for _, tt := range []struct {
		conditions []string
		notes      []string // of what
	}{
		{[]string{`plan.abort.bytes < bytes("1GiB")`}, nil},
		{[]string{`plan.abort.monthly_cost["USD"] < 50`}, []string{all}},
		{[]string{`plan.abort.monthly_cost["USD"] < 50`, `plan.abort["monthly_cost"].CNY < 50`}, []string{all}},
		{[]string{`alltrue([for code, money in plan.abort.monthly_cost : money < 50])`}, []string{all}},
		{[]string{`plan.abort.monthly_cost["USD"] < 50`, `plan.abort.unpriced_bytes == 0`}, nil},
		{[]string{`plan.rules["rule.one"].abort.monthly_cost["USD"] < 50`}, []string{one}},
		{[]string{`plan.rules["rule.two"].abort.monthly_cost["USD"] < 50`}, nil},
		{[]string{`alltrue([for r in plan.rules : r.abort.monthly_cost["USD"] < 50])`}, []string{one}},
		{[]string{`alltrue([for r in plan.rules : r.abort.monthly_cost["USD"] < 50 && r.abort.unpriced_bytes == 0])`}, nil},
		{[]string{`alltrue([for m in values(plan.rules)[*].abort.monthly_cost["USD"] : m < 50])`}, []string{one}},
		{[]string{`plan.rules[format("rule.%s", "two")].abort.monthly_cost["USD"] + plan.abort.monthly_cost["USD"] < 50`}, []string{all, one}},
	} {
		set, d := loadText(moneyRules + moneyCheck(tt.conditions...))
		got := mustResolve(t, set, d).CheckPlan(facts)
		var want []string
		for _, of := range tt.notes {
			want = append(want, of+".monthly_cost leaves out 3.0 GiB without a known price, so that the true cost may be higher. "+
				"Add a price for them, or assert what "+of+".unpriced_bytes may be.")
		}
		if len(got) != 1 || !slices.Equal(got[0].Notes, want) {
			t.Errorf("%q: %q, want %q", tt.conditions, got, want)
		}
	}
	priced, d := loadText(moneyRules + moneyCheck(`plan.abort.monthly_cost["USD"] < 50`))
	if got := mustResolve(t, priced, d).CheckPlan(PlanFacts{}); got[0].Notes != nil {
		t.Errorf("where all has a price: %q", got[0].Notes)
	}
}

// What a note advises to assert about an instance can be written as it stands.
func TestLeftOut_OfInstancesParses(t *testing.T) {
	rules := strings.Replace(moneyRules, `rule "two" {`, `rule "two" {
  for_each = toset(["media-prod", "a\\b\"c", "$$${x}", "é"])`, 1)
	set, d := loadText(rules + moneyCheck(`alltrue([for r in plan.rules : r.abort.monthly_cost["USD"] < 50])`))
	cfg := mustResolve(t, set, d)
	facts := PlanFacts{Rules: map[string]PlanRuleFact{}}
	for _, r := range cfg.Rules {
		facts.Rules[r.Address] = PlanRuleFact{Abort: PlanAmount{UnpricedBytes: 1 << 30}}
	}
	notes := cfg.CheckPlan(facts)[0].Notes
	if len(notes) != 5 {
		t.Fatalf("got %d notes: %q", len(notes), notes)
	}
	for _, note := range notes {
		_, advice, _ := strings.Cut(note, "assert what ")
		advice, _, _ = strings.Cut(advice, " may be")
		again, d := loadText(rules + moneyCheck(advice+" == 0"))
		if got := mustResolve(t, again, d).CheckPlan(facts)[0]; got.Status != CheckFailed {
			t.Errorf("%s: %+v", advice, got)
		}
	}
}

func TestMoneyValue(t *testing.T) {
	for amount, want := range map[float64]string{
		0: "0", -1: "0", 1e-12: "0.0001", 0.00014: "0.0001", 0.0048: "0.0048", 60.480000000000004: "60.48", 0.1 + 0.2: "0.3",
		83.56125: "83.5613", 12: "12", 1e6: "1000000", 8.6e15: "8600000000000000",
	} {
		v := moneyValue(amount)
		if got := v.AsBigFloat().Text('f', -1); got != want || v.Equals(cty.MustParseNumberVal(want)).False() {
			t.Errorf("%v is %s, want %s", amount, got, want)
		}
	}
	if v := moneyValue(math.MaxFloat64); v.IsNull() || v.LessThan(cty.NumberIntVal(1)).True() {
		t.Error("the largest number is none")
	}
}

// TestCurrencies: which currencies there are follows from prices and providers, and from
// nothing that changes at night.
func TestCurrencies(t *testing.T) {
	const (
		minio   = "provider \"s3\" {\n  endpoint = \"http://127.0.0.1:9000\"\n}\n"
		useless = "check \"c\" {\n  assert {\n    condition     = plan.abort.monthly_cost[\"XXX\"] < 5\n    error_message = \"No.\"\n  }\n}\n"
	)
	rule := func(more string) string {
		return "rule \"r\" {\n" + more + "  scan {\n    buckets  = [\"media\"]\n    prefixes = [\"raw/\"]\n  }\n  stale {\n    older_than = \"7d\"\n  }\n}\n"
	}
	price := func(provider, currency string) string {
		return fmt.Sprintf("price %q {\n%s  currency = %s\n  as_of = \"2026-01\"\n  per_gib_month = { STANDARD = 1 }\n}\n", "p"+fmt.Sprint(len(provider)), provider, currency)
	}
	for name, tt := range map[string]struct {
		text string
		want string // the currencies; empty: there are none
	}{
		"ks3 without a block":             {rule(""), `"USD"`},
		"ks3 beside others":               {minio + rule("  provider = ks3\n"), `"USD"`},
		"s3":                              {minio + rule(""), ""},
		"a price of s3":                   {minio + rule("") + price("", `"EUR"`), `"EUR"`},
		"a price of all replaces USD":     {rule("") + price("", `"CNY"`), `"CNY"`},
		"a price of another leaves USD":   {minio + rule("  provider = ks3\n") + price("  provider = s3\n", `"CNY"`), `"CNY" or "USD"`},
		"a price of its own replaces USD": {minio + rule("  provider = ks3\n") + price("  provider = ks3\n", `"CNY"`) + price("", `"EUR"`), `"CNY" or "EUR"`},
		"a price that is computed":        {rule("") + price("", `upper("chf")`), `"CHF"`},
		"no instance of the rule":         {"provider \"ks3\" {\n  region = \"BEIJING\"\n}\n" + rule("  for_each = data.buckets.none.buckets\n") + "data \"buckets\" \"none\" {\n  name_glob   = \"none-*\"\n  allow_empty = true\n}\n", `"USD"`},
	} {
		_, d := loadText(tt.text + useless)
		text := strings.Join(strings.Fields(plainText(t, d)), " ")
		want := `No price is in "XXX", and a condition on it would say nothing. Write the currency of a price: ` + tt.want + ","
		if tt.want == "" {
			want = `No price is known here, in "XXX" or any other currency`
		}
		if !strings.Contains(text, want) {
			t.Errorf("%s: %s", name, text)
		}
	}
}

// TestTests_Money: tests of rules price what they make up.
func TestTests_Money(t *testing.T) {
	const mocks = `
now = "2026-01-31T00:00:00Z"
mock "upload" "one" {
  provider      = ks3
  bucket        = "media"
  key           = "raw/a"
  age           = "9d"
  size          = "2GiB"
  storage_class = "STANDARD"
}
mock "upload" "two" {
  provider      = ks3.two
  bucket        = "films"
  key           = "raw/b"
  age           = "9d"
  size          = "10GiB"
  storage_class = "STANDARD"
}
mock "upload" "unpriced" {
  provider = ks3
  bucket   = "media"
  key      = "raw/c"
  age      = "9d"
  size     = "1GiB"
}
mock "upload" "young" {
  provider      = ks3
  bucket        = "media"
  key           = "raw/d"
  age           = "1d"
  size          = "1GiB"
  storage_class = "STANDARD"
}
`
	for condition, want := range map[string]string{
		`plan.abort.monthly_cost["USD"] == 0.24 && plan.abort.monthly_cost["CNY"] == 0.24`: "pass",
		`plan.abort.unpriced_bytes == bytes("1GiB") && plan.abort.bytes == bytes("13GiB")`: "pass",
		`plan.rules["rule.two"].abort.monthly_cost == { CNY = 0, USD = 0.24 }`:             "pass",
		`plan.rules["rule.one"].abort.unpriced_bytes == bytes("1GiB")`:                     "pass",
		`plan.abort.monthly_cost["EUR"] == 0`:                                              `No price is in "EUR", and a condition on it would say nothing.`,
		`plan.rules["rule.one"].abort.monthly_costs["EUR"] == 0`:                           `Did you mean "monthly_cost"?`,
	} {
		results, d := runTestText(t, moneyRules, mocks+"test \"money\" {\n  assert {\n    condition     = "+condition+"\n    error_message = \"No.\"\n  }\n}\n")
		text := strings.Join(strings.Fields(plainText(t, d)), " ")
		if pass := results[0].Outcome == TestPass; pass != (want == "pass") || !pass && !strings.Contains(text, want) {
			t.Errorf("%s: %s\n%s", condition, results[0].Outcome, text)
		}
	}
}
