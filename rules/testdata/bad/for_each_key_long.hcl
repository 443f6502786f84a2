rule "r" {
  for_each = toset([format("%300s", "x")]) # ERROR: Invalid for_each [col 14] | has 300 bytes, but at most 256 fit
  scan {
    buckets  = ["media"]
    prefixes = ["raw/"]
  }
  stale {
    older_than = "7d"
  }
}
