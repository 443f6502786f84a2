# Checks on money, in every currency that a price is in.
variable "yuan" {
  default = true
}

variable "rates" {
  default = { CNY = 0.14, USD = 1 }
}

variable "currency" {
  default = "CNY"
}

provider "ks3" {
  region = "BEIJING"
}

provider "ks3" {
  alias  = "shanghai"
  region = "SHANGHAI"
}

price "contract" {
  provider      = ks3
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

rule "films" {
  provider = ks3.shanghai
  scan {
    buckets  = ["films"]
    prefixes = ["raw/"]
  }
  stale {
    older_than = "7d"
  }
}

check "spend" {
  assert {
    condition     = plan.abort.monthly_cost["CNY"] < 50 && plan.abort.monthly_cost.USD < 7.5
    error_message = "Leftovers cost ${format("%.2f", plan.abort.monthly_cost["CNY"])} CNY and ${plan.abort.monthly_cost.USD} USD a month."
  }
  assert {
    condition     = plan.abort.unpriced_bytes == 0
    error_message = "${plan.abort.unpriced_bytes} bytes have no known price."
  }
}

check "rules" {
  assert {
    condition     = plan.rules["rule.media"].abort.monthly_cost[var.currency] < 5 && plan.rules["rule.media"].abort.unpriced_bytes < bytes("1TiB")
    error_message = "The cameras leak."
  }
  assert {
    condition     = alltrue([for r in plan.rules : r.abort.monthly_cost["USD"] + r.abort.monthly_cost["CNY"] * 0.14 < 5])
    error_message = "A rule leaks."
  }
  assert {
    condition     = alltrue([for code, money in plan.abort.monthly_cost : money < 50])
    error_message = "Too much, in one of the currencies."
  }
  assert {
    condition     = alltrue([for code in keys(plan.abort.monthly_cost) : plan.abort.monthly_cost[code] < 50])
    error_message = "Too much, in one of the currencies."
  }
  assert {
    condition     = plan.abort.monthly_cost["USD"] >= 0 || plan.listed > 5 # WARNING: Condition that never changes [col 21] | always true
    error_message = "Never."
  }
}

check "together" {
  assert {
    condition     = sum([for c, v in plan.abort.monthly_cost : v * var.rates[c]]) < 50
    error_message = "${plan.abort.monthly_cost["USD"]} USD, ${join("; ", [for c, v in plan.abort.monthly_cost : "${v} ${c}"])}"
  }
  assert {
    condition     = sum([for c, v in plan.abort.monthly_cost : c == "USD" ? v : v * 0.14]) < 50
    error_message = "${plan.abort.monthly_cost["USD"]} USD, ${join("; ", [for c, v in plan.abort.monthly_cost : "${v} ${c}"])}"
  }
  assert {
    condition     = sum([for c, v in plan.abort.monthly_cost : v if c == "USD"]) < 50
    error_message = "${plan.abort.monthly_cost["USD"]} USD, ${join("; ", [for c, v in plan.abort.monthly_cost : "${v} ${c}"])}"
  }
  assert {
    condition     = sum([for r in plan.rules : r.abort.monthly_cost["USD"]]) < 50
    error_message = "${plan.abort.monthly_cost["USD"]} USD, ${join("; ", [for c, v in plan.abort.monthly_cost : "${v} ${c}"])}"
  }
  assert {
    condition     = (var.yuan ? plan.abort.monthly_cost["CNY"] : plan.abort.monthly_cost["USD"]) < 50
    error_message = "${plan.abort.monthly_cost["USD"]} USD, ${join("; ", [for c, v in plan.abort.monthly_cost : "${v} ${c}"])}"
  }
  assert {
    condition     = plan.abort.monthly_cost[var.yuan ? "CNY" : "USD"] < 50
    error_message = "${plan.abort.monthly_cost["USD"]} USD, ${join("; ", [for c, v in plan.abort.monthly_cost : "${v} ${c}"])}"
  }
  assert {
    condition     = plan.listed > 5 ? plan.abort.monthly_cost["CNY"] < 50 : plan.abort.monthly_cost["USD"] < 7
    error_message = "${plan.abort.monthly_cost["USD"]} USD, ${join("; ", [for c, v in plan.abort.monthly_cost : "${v} ${c}"])}"
  }
  assert {
    condition     = plan.abort.monthly_cost["USD"] * 7.1 + plan.abort.monthly_cost["CNY"] < 50
    error_message = "${plan.abort.monthly_cost["USD"]} USD, ${join("; ", [for c, v in plan.abort.monthly_cost : "${v} ${c}"])}"
  }
  assert {
    condition     = plan.abort.monthly_cost["USD"] + plan.abort.monthly_cost["CNY"] / 7.1 < 50
    error_message = "${plan.abort.monthly_cost["USD"]} USD, ${join("; ", [for c, v in plan.abort.monthly_cost : "${v} ${c}"])}"
  }
  assert {
    condition     = (plan.abort.monthly_cost["USD"] > 5) == (plan.abort.monthly_cost["CNY"] > 35)
    error_message = "${plan.abort.monthly_cost["USD"]} USD, ${join("; ", [for c, v in plan.abort.monthly_cost : "${v} ${c}"])}"
  }
  assert {
    condition     = length([for v in values(plan.abort.monthly_cost) : v if v > 50]) < 1
    error_message = "${plan.abort.monthly_cost["USD"]} USD, ${join("; ", [for c, v in plan.abort.monthly_cost : "${v} ${c}"])}"
  }
  assert {
    condition     = length(values(plan.abort.monthly_cost)) + plan.listed > 2
    error_message = "${plan.abort.monthly_cost["USD"]} USD, ${join("; ", [for c, v in plan.abort.monthly_cost : "${v} ${c}"])}"
  }
  assert {
    condition     = alltrue([for v in values(plan.abort.monthly_cost) : v < 50])
    error_message = "${plan.abort.monthly_cost["USD"]} USD, ${join("; ", [for c, v in plan.abort.monthly_cost : "${v} ${c}"])}"
  }
  assert {
    condition     = plan.abort.monthly_cost == { CNY = 0, USD = 0 }
    error_message = "Whole."
  }

  assert {
    condition     = !contains([for v in plan.abort.monthly_cost : v > 50], true)
    error_message = "${plan.abort.monthly_cost["USD"]} USD, ${join("; ", [for c, v in plan.abort.monthly_cost : "${v} ${c}"])}"
  }
  assert {
    condition     = max([for c, v in plan.abort.monthly_cost : v * var.rates[c]]...) < 50
    error_message = "${plan.abort.monthly_cost["USD"]} USD, ${join("; ", [for c, v in plan.abort.monthly_cost : "${v} ${c}"])}"
  }
  assert {
    condition     = plan.abort.monthly_cost["USD"] < 0.01 * plan.abort.bytes && plan.abort.monthly_cost["CNY"] < 0.07 * plan.abort.bytes
    error_message = "${plan.abort.monthly_cost["USD"]} USD, ${join("; ", [for c, v in plan.abort.monthly_cost : "${v} ${c}"])}"
  }
}
