offcut {
  plan_ttl  = "3d"
  retention = "2d" # ERROR: Retention below the life of a plan [col 15] | Raise retention to at least "3d"
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
