provider "s3" {
  signature = "kss" # ERROR: Invalid value [col 15] | signs with "aws4" only
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
