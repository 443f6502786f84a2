rule "r" {
  scan {
    buckets      = [timestamp()] # ERROR: Unknown function [col 21] | no function reads the clock
    whole_bucket = true
  }
  stale {
    older_than = "7d"
  }
}
