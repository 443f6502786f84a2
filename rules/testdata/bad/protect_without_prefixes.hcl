protect "p" { # ERROR: Missing prefixes [col 1] | This protect block
  buckets = ["media"]
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
