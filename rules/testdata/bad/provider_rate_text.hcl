provider "ks3" {
  requests_per_second = "fast" # ERROR: Wrong type of value [col 25] | a number
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
