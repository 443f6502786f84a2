rule "r" {
  scan {
    buckets      = "media" # ERROR: Wrong type of value | also for a single one
    whole_bucket = true
  }
  stale {
    older_than = "7d"
  }
}
