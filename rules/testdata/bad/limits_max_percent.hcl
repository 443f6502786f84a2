rule "r" {
  scan {
    buckets  = ["media"]
    prefixes = ["raw/"]
  }
  stale {
    older_than = "7d"
  }
  limits {
    max_percent = 101 # ERROR: Invalid number [col 19] | at most 100
  }
}
