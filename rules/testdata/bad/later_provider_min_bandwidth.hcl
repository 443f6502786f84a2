provider "ks3" {
  min_bandwidth = "x" # ERROR: Not supported yet [col 3] | "min_bandwidth"
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
