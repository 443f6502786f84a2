variable "currency" {
  default = "EUR"
}

variable "yuan" {
  default = "CNY"
}

locals {
  dollar = "USD"
}

provider "ks3" {
  region = "BEIJING"
}

provider "s3" {
  endpoint = "http://127.0.0.1:9000"
}

price "disks" {
  provider      = s3
  currency      = "CNY"
  as_of         = "2026-01"
  per_gib_month = { STANDARD = 0.12 }
}

rule "media" {
  provider = ks3
  scan {
    buckets  = ["media"]
    prefixes = ["raw/"]
  }
  stale {
    older_than = "7d"
  }
}

check "currencies" {
  assert {
    condition     = plan.abort.monthly_cost["EUR"] < 50 # ERROR: Currency without a price [col 44] | No price is in "EUR", and a condition on it would say nothing. Write the currency of a price: "CNY" or "USD", or add a price block with the currency "EUR".
    error_message = "${plan.abort.monthly_cost.Usd} a month" # ERROR: Currency without a price [col 47] | Did you mean "USD"? Write the currency of a price: "CNY" or "USD".
  }
  assert {
    condition     = plan.abort.monthly_cost[var.currency] < 50 # ERROR: Currency without a price [col 45] | No price is in "EUR"
    error_message = plan.rules["rule.media"].abort.monthly_cost["EUR"] > 5 ? "Much." : "Little." # ERROR: Currency without a price [col 64] | No price is in "EUR"
  }
  assert {
    condition     = alltrue([for r in plan.rules : r.abort.monthly_cost["EUR"] < 5]) # ERROR: Currency without a price [col 72] | No price is in "EUR"
    error_message = "No."
  }
  assert {
    condition     = alltrue([for r in plan.rules : r.abort.monthly_cost[var.currency] < 5]) # ERROR: Currency without a price [col 73] | No price is in "EUR"
    error_message = "No."
  }
  assert {
    condition     = try(plan.abort.monthly_cost["EUR"], 0) < 5 # ERROR: Currency without a price [col 48] | No price is in "EUR"
    error_message = "No."
  }
  assert {
    condition     = plan.abort.monthly_cost[plan.listed > 5 ? "CNY" : "USD"] < 5 # ERROR: Currency that follows from the plan [col 45] | Write it out, as in monthly_cost["CNY"]
    error_message = "No."
  }
  assert {
    condition     = alltrue([for a, r in plan.rules : r.abort.monthly_cost[a == "rule.media" ? "CNY" : "USD"] < 5]) # ERROR: Currency that follows from the plan [col 76] | known with a plan
    error_message = "No."
  }
}

check "types" {
  assert {
    condition     = plan.abort.monthly_cost < 50 # ERROR: Wrong type of value [col 21] | Here a number is needed, but this is an object. It holds several values: write one of them, as in plan.abort.monthly_cost["CNY"].
    error_message = "${plan.abort.monthly_cost} a month" # ERROR: Wrong type of value [col 24] | Here a string is needed, but this is an object. It holds several values: write one of them, as in plan.abort.monthly_cost["CNY"].
  }
  assert {
    condition     = plan.abort.monthly_cost["USD"] # ERROR: Wrong type of value [col 21] | Here a bool is needed
    error_message = "No."
  }
  assert {
    condition     = plan.abort.monthly_cost["USD"] < "50" # ERROR: Wrong type of value [col 54] | write 50.
    error_message = "No."
  }
  assert {
    condition     = plan.abort.monthly_costs["USD"] < 50 && plan.abort.unpriced < 5 # ERROR: Unsupported attribute [col 31] | Did you mean "monthly_cost"? # ERROR: Unsupported attribute [col 71] | "unpriced_bytes"
    error_message = "No."
  }
  assert {
    condition     = sum(plan.abort.monthly_cost) < 5 # ERROR: Invalid function argument [col 25] | sum adds the numbers of a list
    error_message = "No."
  }
}

check "added" {
  assert {
    condition     = plan.abort.monthly_cost["USD"] + plan.abort.monthly_cost["CNY"] < 50 # ERROR: Different currencies [col 21] | CNY and USD
    error_message = "No."
  }
  assert {
    condition     = plan.abort.monthly_cost.USD < plan.abort.monthly_cost.CNY # ERROR: Different currencies [col 21]
    error_message = "${sum(values(plan.abort.monthly_cost))} a month" # ERROR: Different currencies [col 24] | CNY and USD
  }
  assert {
    condition     = sum([plan.abort.monthly_cost["USD"], plan.abort.monthly_cost["CNY"]]) < 50 # ERROR: Different currencies [col 21] | CNY and USD
    error_message = "No."
  }
  assert {
    condition     = sum([for c, v in plan.abort.monthly_cost : v]) < 50 # ERROR: Different currencies [col 21] | CNY and USD
    error_message = "No."
  }
  assert {
    condition     = sum([for c, v in plan.abort.monthly_cost : v if v > 1]) < 50 # ERROR: Different currencies [col 21] | CNY and USD
    error_message = "No."
  }
  assert {
    condition     = sum(values(plan.abort.monthly_cost)[*]) < 50 # ERROR: Different currencies [col 21] | CNY and USD
    error_message = "No."
  }
  assert {
    condition     = sum(tolist(values(plan.abort.monthly_cost))) < 50 # ERROR: Different currencies [col 21] | CNY and USD
    error_message = "No."
  }
  assert {
    condition     = sum(toset(values(plan.abort.monthly_cost))) < 50 # ERROR: Different currencies [col 21] | CNY and USD
    error_message = "No."
  }
  assert {
    condition     = sum(flatten([for r in plan.rules : values(r.abort.monthly_cost)])) < 50 # ERROR: Different currencies [col 21] | CNY and USD
    error_message = "No."
  }
  assert {
    condition     = sum(values(plan.rules["rule.media"].abort.monthly_cost)) < 50 # ERROR: Different currencies [col 21] | CNY and USD
    error_message = "No."
  }
  assert {
    condition     = plan.abort.monthly_cost["USD"] + plan.abort.monthly_cost[var.yuan] < 50 # ERROR: Different currencies [col 21] | CNY and USD
    error_message = "No."
  }
  assert {
    condition     = plan.abort.monthly_cost[var.yuan] < plan.abort.monthly_cost[local.dollar] # ERROR: Different currencies [col 21] | CNY and USD
    error_message = "No."
  }
  assert {
    condition     = plan.rules["rule.media"].abort.monthly_cost[var.yuan] < plan.abort.monthly_cost[local.dollar] # ERROR: Different currencies [col 21] | CNY and USD
    error_message = "No."
  }
  assert {
    condition     = plan.rules["rule.${"media"}"].abort.monthly_cost[var.yuan] < plan.abort.monthly_cost[local.dollar] # ERROR: Different currencies [col 21] | CNY and USD
    error_message = "No."
  }
  assert {
    condition     = 0 + plan.abort.monthly_cost["USD"] + plan.abort.monthly_cost["CNY"] < 50 # ERROR: Different currencies [col 21] | CNY and USD
    error_message = "No."
  }
  assert {
    condition     = ceil(plan.abort.monthly_cost["USD"]) + ceil(plan.abort.monthly_cost["CNY"]) < 50 # ERROR: Different currencies [col 21] | CNY and USD
    error_message = "No."
  }
  assert {
    condition     = max(plan.abort.monthly_cost["USD"], plan.abort.monthly_cost["CNY"]) < 50 # ERROR: Different currencies [col 21] | CNY and USD
    error_message = "No."
  }
  assert {
    condition     = max(values(plan.abort.monthly_cost)...) < 50 # ERROR: Different currencies [col 21] | CNY and USD
    error_message = "No."
  }
  assert {
    condition     = (plan.listed > 5 ? plan.abort.monthly_cost["USD"] : plan.abort.monthly_cost["CNY"]) < 50 # ERROR: Different currencies [col 21] | CNY and USD
    error_message = "No."
  }
  assert {
    condition     = try(plan.abort.monthly_cost["USD"], 0) + plan.abort.monthly_cost["CNY"] < 50 # ERROR: Different currencies [col 21] | CNY and USD
    error_message = "No."
  }
  assert {
    condition     = plan.abort.monthly_cost["USD"] - plan.abort.monthly_cost["CNY"] * 0.14 + plan.abort.monthly_cost["CNY"] < 50 # ERROR: Different currencies [col 21] | CNY and USD
    error_message = "No."
  }
  assert {
    condition     = (plan.abort.monthly_cost["USD"] + plan.abort.monthly_cost["CNY"]) * 12 < 50 # ERROR: Different currencies [col 22] | CNY and USD
    error_message = "No."
  }
}
