rule "r" {
  schedule = "@daily"
  timezone = "" # ERROR: Invalid time zone [col 14] | Leave it out for UTC
  scan {
    buckets  = ["media"]
    prefixes = ["raw/"]
  }
  stale {
    older_than = "7d"
  }
}
