rule "r" {
  scan {
    buckets  = ["media"]
    prefixes = ["raw/"]
  }
  stale {
    older_than = "7d"
  }
  limits {
    max_uploads = duration("7x") # ERROR: Invalid function argument [col 29] | unknown unit
  }
}
