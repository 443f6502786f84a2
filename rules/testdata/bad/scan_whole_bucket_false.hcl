rule "r" {
  scan {
    buckets      = ["media"]
    whole_bucket = false # ERROR: Invalid value | can only be true
  }
  stale {
    older_than = "7d"
  }
}
