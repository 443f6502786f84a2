rule "r" {
  schedule = "0 3 * *" # ERROR: Invalid schedule [col 14] | has 4 fields
  scan {
    buckets  = ["media"]
    prefixes = ["raw/"]
  }
  stale {
    older_than = "7d"
  }
}
