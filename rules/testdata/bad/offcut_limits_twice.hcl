offcut {
  limits {}
  limits {} # ERROR: Duplicate block [col 3]
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
