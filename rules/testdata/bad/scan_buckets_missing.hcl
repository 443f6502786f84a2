rule "r" {
  scan { # ERROR: Missing required argument | "buckets"
    whole_bucket = true
  }
  stale {
    older_than = "7d"
  }
}
