rule "r" {
  enabled = "no" # ERROR: Wrong type of value [col 13] | needs true or false
  scan {
    buckets  = ["media"]
    prefixes = ["raw/"]
  }
  stale {
    older_than = "7d"
  }
}
