rule "r" {
  schedule = "@daily"
  timezone = "localtime" # ERROR: Invalid time zone [col 14] | on every machine
  scan {
    buckets  = ["media"]
    prefixes = ["raw/"]
  }
  stale {
    older_than = "7d"
  }
}
