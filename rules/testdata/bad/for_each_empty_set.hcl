rule "r" {
  for_each = toset([]) # ERROR: Empty for_each [col 14] | Check what it follows from
  scan {
    buckets  = ["media"]
    prefixes = ["raw/"]
  }
  stale {
    older_than = "7d"
  }
}
