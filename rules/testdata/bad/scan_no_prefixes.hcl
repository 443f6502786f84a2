rule "r" {
  scan { # ERROR: Missing prefixes | whole_bucket = true
    buckets = ["media"]
  }
  stale {
    older_than = "7d"
  }
}
