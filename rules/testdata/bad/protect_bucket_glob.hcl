protect "p" {
  buckets      = ["media", ""] # ERROR: Invalid glob [col 28]
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
