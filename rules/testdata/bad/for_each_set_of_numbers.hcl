rule "r" {
  for_each = toset([1, 2]) # ERROR: Invalid for_each [col 14] | A set must be one of strings here, but this is a set of number
  scan {
    buckets  = ["media"]
    prefixes = ["raw/"]
  }
  stale {
    older_than = "7d"
  }
}
