rule "r" {
  for_each = { "" = 1 } # ERROR: Invalid for_each [col 14] | ne of the keys is empty
  scan {
    buckets  = ["media"]
    prefixes = ["raw/"]
  }
  stale {
    older_than = "7d"
  }
}
