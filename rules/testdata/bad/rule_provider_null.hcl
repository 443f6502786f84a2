rule "r" {
  provider = null # ERROR: Invalid provider reference [col 14] | Leave the argument out
  scan {
    buckets  = ["media"]
    prefixes = ["raw/"]
  }
  stale {
    older_than = "7d"
  }
}
