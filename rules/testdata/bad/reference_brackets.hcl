locals {
  x = 1
  y = local["x"] # ERROR: Invalid reference [col 7] | write local.NAME, without brackets
}

rule "r" {
  provider = ks3
  scan {
    buckets  = ["media"]
    prefixes = ["raw/"]
  }
  stale {
    older_than = "7d"
  }
}
