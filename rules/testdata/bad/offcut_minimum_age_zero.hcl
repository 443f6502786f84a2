offcut {
  minimum_age = "0s" # ERROR: Invalid duration [col 17] | longer than nothing
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
