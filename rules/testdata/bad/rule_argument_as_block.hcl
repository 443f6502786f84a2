rule "r" {
  schedule { # ERROR: Unsupported block [col 3] | is an argument, not a block
  }
  scan {
    buckets  = ["media"]
    prefixes = ["raw/"]
  }
  stale {
    older_than = "7d"
  }
}
