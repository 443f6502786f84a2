locals {
  x {} # ERROR: Unsupported block [col 3] | No blocks are allowed here.
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
