rule "r" {
  scan {
    buckets      = ["media"]
    whole_bucket = "true" # ERROR: Wrong type of value [col 20] | Write it without quotes.
  }
  stale {
    older_than = "7d"
  }
}
