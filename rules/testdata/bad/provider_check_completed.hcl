provider "ks3" {
  check_completed = "true" # ERROR: Wrong type of value [col 21] | needs true or false
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
