offcut {
  limits {}
  limits {} # ERROR: Duplicate block
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
