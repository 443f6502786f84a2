rule "r" {
  scan { # ERROR: Missing prefixes
    buckets  = ["media"]
    prefixes = null
  }
  stale {
    older_than = "7d"
  }
}
