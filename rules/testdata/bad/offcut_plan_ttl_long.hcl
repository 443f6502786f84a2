offcut {
  plan_ttl = "169h" # ERROR: Invalid duration | plan_ttl is 7d1h, but a plan may live for at most 7d
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
