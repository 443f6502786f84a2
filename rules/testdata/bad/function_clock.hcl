rule "r" {
  scan {
    buckets      = [timestamp()] # ERROR: Unknown function | no function reads the clock
    whole_bucket = true
  }
  stale {
    older_than = "7d"
  }
}
