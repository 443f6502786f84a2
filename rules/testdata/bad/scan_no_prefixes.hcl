rule "r" {
  scan { # ERROR: Missing prefixes [col 3] | whole_bucket = true
    buckets = ["media"]
  }
  stale {
    older_than = "7d"
  }
}
