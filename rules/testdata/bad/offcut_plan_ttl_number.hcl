offcut {
  plan_ttl = 60 # ERROR: Wrong type of value [col 14] | such as "7d"
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
