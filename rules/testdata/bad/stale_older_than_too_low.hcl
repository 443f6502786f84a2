rule "r" {
  scan {
    buckets  = ["media"]
    prefixes = ["raw/"]
  }
  stale {
    older_than = "12h" # ERROR: Threshold below the minimum age [col 18] | Raise it to at least "24h", or lower minimum_age
  }
}
