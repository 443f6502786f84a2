rule "r" {
  timezone = "Asia/Shanghai" # ERROR: Time zone without a schedule [col 3] | no schedule
  scan {
    buckets  = ["media"]
    prefixes = ["raw/"]
  }
  stale {
    older_than = "7d"
  }
}
