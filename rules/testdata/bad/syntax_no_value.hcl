rule "r" {
  schedule = # ERROR: Invalid expression
  scan {
    buckets  = ["media"]
    prefixes = ["raw/"]
  }
  stale {
    older_than = "7d"
  }
}
