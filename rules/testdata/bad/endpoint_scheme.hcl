provider "s3" {
  endpoint = "ftp://h" # ERROR: Invalid endpoint [col 14] | only http and https
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
