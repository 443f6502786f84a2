offcut {
  plan_ttl = "59s" # ERROR: Invalid duration [col 14] | at least 1m
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
