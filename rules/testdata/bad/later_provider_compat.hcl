provider "ks3" {
  compat = "x" # ERROR: Not supported yet [col 3] | "compat"
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
