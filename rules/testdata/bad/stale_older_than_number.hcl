rule "r" {
  scan {
    buckets  = ["media"]
    prefixes = ["raw/"]
  }
  stale {
    older_than = 7 # ERROR: Wrong type of value [col 18] | such as "7d"
  }
}
