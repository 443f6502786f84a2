provider "s3" {
  endpoint = "http://a:b@h" # ERROR: Invalid endpoint [col 14] | user or password
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
