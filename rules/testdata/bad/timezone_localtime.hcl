rule "r" {
  schedule = "@daily"
  timezone = "localtime" # ERROR: Invalid time zone | on every machine
  scan {
    buckets  = ["media"]
    prefixes = ["raw/"]
  }
  stale {
    older_than = "7d"
  }
}
