rule "r" {
  scan { # ERROR: Missing required argument [col 3] | "buckets"
    whole_bucket = true
  }
  stale {
    older_than = "7d"
  }
}
