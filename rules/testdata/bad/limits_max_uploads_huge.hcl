rule "r" {
  provider = ks3
  scan {
    buckets  = ["media"]
    prefixes = ["raw/"]
  }
  stale {
    older_than = "7d"
  }
  limits {
    max_uploads = 1e30 # ERROR: Invalid number [col 19] | at most 9223372036854775807
  }
}
