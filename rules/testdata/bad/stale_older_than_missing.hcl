rule "r" {
  scan {
    buckets  = ["media"]
    prefixes = ["raw/"]
  }
  stale { # ERROR: Missing required argument [col 3] | "older_than"
    idle_for = "2d"
  }
}
