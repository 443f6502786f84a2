rule "r" {
  description = ks3 # ERROR: Invalid reference [col 17] | provider argument
  scan {
    buckets  = ["media"]
    prefixes = ["raw/"]
  }
  stale {
    older_than = "7d"
  }
}
