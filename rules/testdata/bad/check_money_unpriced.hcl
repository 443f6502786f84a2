provider "s3" {
  endpoint = "http://127.0.0.1:9000"
}

rule "media" {
  scan {
    buckets  = ["media"]
    prefixes = ["raw/"]
  }
  stale {
    older_than = "7d"
  }
}

check "spend" {
  assert {
    condition     = plan.abort.monthly_cost["USD"] < 50 # ERROR: Currency without a price [col 44] | No price is known here, in "USD" or any other currency
    error_message = "No."
  }
}
