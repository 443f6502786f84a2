rule "r" {
  scan {
    buckets      = "media" # ERROR: Wrong type of value [col 20] | also for a single one
    whole_bucket = true
  }
  stale {
    older_than = "7d"
  }
}
