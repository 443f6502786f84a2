rule "r" {
  scan {
    buckets  = ["media"]
    prefixes = ["raw/"]
  }
  stale {
    older_than = "7d"
  }
  limits {
    max_bytes = "0B" # ERROR: Invalid size [col 17] | above 0
  }
}
