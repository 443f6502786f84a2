rule "r" {
  schedule = "0 0 30 2 *" # ERROR: Invalid schedule | never fires
  scan {
    buckets  = ["media"]
    prefixes = ["raw/"]
  }
  stale {
    older_than = "7d"
  }
}
