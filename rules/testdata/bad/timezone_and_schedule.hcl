rule "r" {
  schedule = "61 3 * * *" # ERROR: Invalid schedule [col 14] | 61
  timezone = "Mars/Olympus" # ERROR: Invalid time zone [col 14] | Mars/Olympus
  scan {
    buckets  = ["media"]
    prefixes = ["raw/"]
  }
  stale {
    older_than = "7d"
  }
}
