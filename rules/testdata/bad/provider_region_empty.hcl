provider "ks3" {
  region = " " # ERROR: Empty region [col 12]
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
