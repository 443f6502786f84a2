rule "r" {
  for_each = toset(["a", null]) # ERROR: Invalid for_each [col 14] | An element of the set is null
  scan {
    buckets  = ["media"]
    prefixes = ["raw/"]
  }
  stale {
    older_than = "7d"
  }
}
