rule "r" {
  schedule = "0 0 30 2 *" # ERROR: Invalid schedule [col 14] | never fires
  scan {
    buckets  = ["media"]
    prefixes = ["raw/"]
  }
  stale {
    older_than = "7d"
  }
}
