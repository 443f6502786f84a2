rule "r" {
  provider = s3 # ERROR: Reference to undeclared provider [col 14] | Declared: none (ks3 needs no block).
  scan {
    buckets  = ["media"]
    prefixes = ["raw/"]
  }
  stale {
    older_than = "7d"
  }
}
