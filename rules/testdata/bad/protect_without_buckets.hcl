protect "p" { # ERROR: Missing required argument [col 1] | "buckets"
  whole_bucket = true
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
