rule "r" {
  for_each = toset(["a\u202eb"]) # ERROR: Invalid for_each [col 14] | holds the character U+202E
  scan {
    buckets  = ["media"]
    prefixes = ["raw/"]
  }
  stale {
    older_than = "7d"
  }
}
