rule "r" {
  scan {
    buckets  = ["media"]
    prefixes = ["raw/"]
  }
  stale {
    older_than = "7d"
  }
  limits {
    max_uploads = 1e999999999 # ERROR: Number too long [col 19]
  }
}
