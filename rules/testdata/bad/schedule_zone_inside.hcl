rule "r" {
  schedule = "CRON_TZ=UTC" # ERROR: Invalid schedule
  scan {
    buckets  = ["media"]
    prefixes = ["raw/"]
  }
  stale {
    older_than = "7d"
  }
}
