provider "s3" {
  endpoint = "h?x=1" # ERROR: Invalid endpoint [col 14] | no query
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
