locals {
  a = 1
}

locals {
  a = 2 # ERROR: Duplicate local value [col 3] | main.hcl:2
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
