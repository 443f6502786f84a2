rule "r" {
  for_each = null # ERROR: Invalid for_each [col 14] | Leave for_each out
  scan {
    buckets  = ["media"]
    prefixes = ["raw/"]
  }
  stale {
    older_than = "7d"
  }
}
