rule "r" {
  schedule = "CRON_TZ=UTC" # ERROR: Invalid schedule [col 14]
  scan {
    buckets  = ["media"]
    prefixes = ["raw/"]
  }
  stale {
    older_than = "7d"
  }
}
