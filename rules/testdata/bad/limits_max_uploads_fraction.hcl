rule "r" {
  scan {
    buckets  = ["media"]
    prefixes = ["raw/"]
  }
  stale {
    older_than = "7d"
  }
  limits {
    max_uploads = 1.5 # ERROR: Invalid number [col 19]
  }
}
