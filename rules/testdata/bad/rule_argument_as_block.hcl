rule "r" {
  schedule { # ERROR: Unsupported block | is an argument, not a block
  }
  scan {
    buckets  = ["media"]
    prefixes = ["raw/"]
  }
  stale {
    older_than = "7d"
  }
}
