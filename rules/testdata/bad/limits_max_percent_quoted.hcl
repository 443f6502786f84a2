rule "r" {
  scan {
    buckets  = ["media"]
    prefixes = ["raw/"]
  }
  stale {
    older_than = "7d"
  }
  limits {
    max_percent = "80%" # ERROR: Wrong type of value [col 19] | without quotes or a unit
  }
}
