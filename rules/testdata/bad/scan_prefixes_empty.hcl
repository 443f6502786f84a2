rule "r" {
  scan {
    buckets  = ["media"]
    prefixes = [] # ERROR: Empty list [col 16] | write whole_bucket = true instead
  }
  stale {
    older_than = "7d"
  }
}
