rule "r" {
  scan {
    buckets  = ["media"]
    prefixes = ["raw/"]
    exclude  = ["raw/***"] # ERROR: Invalid glob [col 17]
  }
  stale {
    older_than = "7d"
  }
}
