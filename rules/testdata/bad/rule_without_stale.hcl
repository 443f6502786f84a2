rule "r" { # ERROR: Missing required block [col 1] | add stale { ... }
  scan {
    buckets  = ["media"]
    prefixes = ["raw/"]
  }
}
