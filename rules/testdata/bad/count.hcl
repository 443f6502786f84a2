rule "stale" {
  count = 2 # ERROR: Unsupported argument [col 3] | write for_each, whose keys stay when one is added
  scan {
    buckets  = ["media"]
    prefixes = ["raw/"]
  }
  stale {
    older_than = "7d"
  }
}
