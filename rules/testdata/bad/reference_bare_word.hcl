rule "r" {
  scan {
    buckets      = [media] # ERROR: Invalid reference [col 21] | "media"
    whole_bucket = true
  }
  stale {
    older_than = "7d"
  }
}
