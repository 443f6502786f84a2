rule "r" {
  schedule = # ERROR: Invalid expression [col 14]
  scan {
    buckets  = ["media"]
    prefixes = ["raw/"]
  }
  stale {
    older_than = "7d"
  }
}
