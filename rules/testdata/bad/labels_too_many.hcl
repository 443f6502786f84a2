locals "x" { # ERROR: Wrong number of labels [col 1] | locals { ... }
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
