offcut {
  retention = "23h" # ERROR: Invalid duration [col 15] | at least 24h
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
