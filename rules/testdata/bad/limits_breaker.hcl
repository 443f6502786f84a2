rule "r" {
  scan {
    buckets  = ["media"]
    prefixes = ["raw/"]
  }
  stale {
    older_than = "7d"
  }
  limits {
    max_failures        = 0   # ERROR: Invalid number [col 27] | whole number of at least 1
    max_changed_percent = 101 # ERROR: Invalid number [col 27] | above 0 and at most 100
  }
}
