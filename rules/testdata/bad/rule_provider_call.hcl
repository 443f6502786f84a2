rule "r" {
  provider = lower("ks3") # ERROR: Invalid provider reference [col 14]
  scan {
    buckets  = ["media"]
    prefixes = ["raw/"]
  }
  stale {
    older_than = "7d"
  }
}
