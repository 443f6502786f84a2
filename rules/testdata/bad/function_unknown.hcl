rule "r" {
  scan {
    buckets      = [lowr("M")] # ERROR: Unknown function [col 21] | Did you mean "lower"?
    whole_bucket = true
  }
  stale {
    older_than = "7d"
  }
}
