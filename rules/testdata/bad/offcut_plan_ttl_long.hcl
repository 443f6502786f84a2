offcut {
  plan_ttl = "169h" # ERROR: Invalid duration [col 14] | plan_ttl is 7d1h, but a plan may live for at most 7d
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
