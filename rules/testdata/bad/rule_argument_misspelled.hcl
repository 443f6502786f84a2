rule "r" {
  shedule = "@daily" # ERROR: Unsupported argument [col 3] | Did you mean "schedule"?
  scan {
    buckets  = ["media"]
    prefixes = ["raw/"]
  }
  stale {
    older_than = "7d"
  }
}
