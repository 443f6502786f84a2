data "buckets" "media" {
  name_glob = "media-*"
}

rule "r" {
  scan {
    buckets      = data.buckets.media.names
    whole_bucket = true
  }
  stale {
    older_than = "7d"
  }
}

price "p" {
  currency      = length(data.buckets.media.names) > 3 ? "CNY" : "USD" # ERROR: Value known too late [col 19] | "currency" of price "p"
  as_of         = "2026-01"
  per_gib_month = { STANDARD = 1 }
}

check "spend" {
  assert {
    condition     = plan.abort.monthly_cost["CNY"] < 50
    error_message = "No."
  }
}
