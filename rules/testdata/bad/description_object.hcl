rule "r" {
  description = { a = 1 } # ERROR: Wrong type of value [col 17] | an object
  scan {
    buckets  = ["media"]
    prefixes = ["raw/"]
  }
  stale {
    older_than = "7d"
  }
}
