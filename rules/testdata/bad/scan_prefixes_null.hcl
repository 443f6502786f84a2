rule "r" {
  scan { # ERROR: Missing prefixes [col 3]
    buckets  = ["media"]
    prefixes = null
  }
  stale {
    older_than = "7d"
  }
}
