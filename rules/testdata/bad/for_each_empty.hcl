rule "r" {
  for_each = {} # ERROR: Empty for_each [col 14] | write allow_empty = true in the scan block
  scan {
    buckets  = ["media"]
    prefixes = ["raw/"]
  }
  stale {
    older_than = "7d"
  }
}
