minimum_age = "24h" # ERROR: Unsupported argument [col 1] | top level

rule "r" {
  scan {
    buckets  = ["media"]
    prefixes = ["raw/"]
  }
  stale {
    older_than = "7d"
  }
}
