rule "r" {
  scan {
    buckets  = ["media"]
    prefixes = ["raw/"]
  }
  stale { # ERROR: Missing required argument | "older_than"
    older_than = null
  }
}
