rule "r" {
  provider = "ks3" # ERROR: Invalid provider reference [col 14] | without quotes
  scan {
    buckets  = ["media"]
    prefixes = ["raw/"]
  }
  stale {
    older_than = "7d"
  }
}
