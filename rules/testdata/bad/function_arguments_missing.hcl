rule "r" {
  scan {
    buckets  = ["media"]
    prefixes = ["raw/"]
  }
  stale {
    older_than = "7d"
  }
  limits {
    max_uploads = bytes() # ERROR: Not enough function arguments [col 25]
  }
}
