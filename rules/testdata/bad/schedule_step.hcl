rule "r" {
  schedule = "*/90 * * * *" # ERROR: Invalid schedule [col 14] | the step 90 of minute "*/90" is longer than an hour: write "@every 90m" or name the times
  scan {
    buckets  = ["media"]
    prefixes = ["raw/"]
  }
  stale {
    older_than = "7d"
  }
}
