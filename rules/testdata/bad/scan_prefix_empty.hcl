rule "r" {
  scan {
    buckets  = ["media"]
    prefixes = ["raw/", ""] # ERROR: Empty prefix [col 25] | empty never means everything
  }
  stale {
    older_than = "7d"
  }
}
