rule "r" {
  description = ks3 # ERROR: Invalid reference | provider argument
  scan {
    buckets  = ["media"]
    prefixes = ["raw/"]
  }
  stale {
    older_than = "7d"
  }
}
