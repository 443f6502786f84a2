rule "r" {
  scan {
    buckets      = ["media"]
    whole_bucket = "true" # ERROR: Wrong type of value | Write it without quotes.
  }
  stale {
    older_than = "7d"
  }
}
