provider "ks3" {
  requests_per_second = 0 # ERROR: Invalid number | must be above 0
}

rule "r" {
  scan {
    buckets  = ["media"]
    prefixes = ["raw/"]
  }
  stale {
    older_than = "7d"
  }
}
