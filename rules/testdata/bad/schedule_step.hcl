rule "r" {
  schedule = "*/90 * * * *" # ERROR: Invalid schedule [col 14] | the step 90 is longer than the field
  scan {
    buckets  = ["media"]
    prefixes = ["raw/"]
  }
  stale {
    older_than = "7d"
  }
}
