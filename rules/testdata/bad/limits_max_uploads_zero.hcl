rule "r" {
  scan {
    buckets  = ["media"]
    prefixes = ["raw/"]
  }
  stale {
    older_than = "7d"
  }
  limits {
    max_uploads = 0 # ERROR: Invalid number [col 19] | whole number of at least 1
  }
}
