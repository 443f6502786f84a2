# What is wrong in a price is told once: which currencies there are is not known then.
rule "media" {
  scan {
    buckets  = ["media"]
    prefixes = ["raw/"]
  }
  stale {
    older_than = "7d"
  }
}

price "contract" {
  currency      = "eur" # ERROR: Invalid currency [col 19]
  as_of         = "2026-01"
  per_gib_month = { STANDARD = 0.12 }
}

check "spend" {
  assert {
    condition     = plan.abort.monthly_cost["EUR"] < 50
    error_message = "${plan.abort.monthly_cost["EUR"]} EUR a month."
  }
}
