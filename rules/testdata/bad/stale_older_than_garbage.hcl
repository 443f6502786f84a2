rule "r" {
  scan {
    buckets  = ["media"]
    prefixes = ["raw/"]
  }
  stale {
    older_than = "7 days" # ERROR: Invalid duration [col 18] | such as "90m"
  }
}
