rule "r" {
  for_each = ["a", "b"] # ERROR: Invalid for_each [col 14] | write toset(...) around it
  scan {
    buckets  = ["media"]
    prefixes = ["raw/"]
  }
  stale {
    older_than = "7d"
  }
}
