rule "r" {
  schedule = "@daily"
  timezone = "Asia/Peking" # ERROR: Invalid time zone [col 14] | IANA
  scan {
    buckets  = ["media"]
    prefixes = ["raw/"]
  }
  stale {
    older_than = "7d"
  }
}
