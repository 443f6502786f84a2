rule "r" {
  scan {
    buckets  = ["media"]
    prefixes = ["raw/"]
  }
  stale {
    older_than = "7d"
    idle_for   = "0s" # ERROR: Threshold below the minimum age [col 18]
  }
}
