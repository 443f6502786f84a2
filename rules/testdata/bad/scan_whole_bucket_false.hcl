rule "r" {
  scan {
    buckets      = ["media"]
    whole_bucket = false # ERROR: Invalid value [col 20] | can only be true
  }
  stale {
    older_than = "7d"
  }
}
