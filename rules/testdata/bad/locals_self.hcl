locals {
  a = local.a # ERROR: Local values in a circle [col 3] | local.a -> local.a.
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
