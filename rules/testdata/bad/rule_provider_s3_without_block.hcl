rule "r" {
  provider = s3 # ERROR: Reference to undeclared provider | Declared: none.
  scan {
    buckets  = ["media"]
    prefixes = ["raw/"]
  }
  stale {
    older_than = "7d"
  }
}
