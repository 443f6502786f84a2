rule "r" { # ERROR: Missing required block | add stale { ... }
  scan {
    buckets  = ["media"]
    prefixes = ["raw/"]
  }
}
